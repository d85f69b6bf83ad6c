//! Who reads, and how what they read is kept from others.

use crate::error::{Error, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// How a cluster is spoken to.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// Whether and how it is encrypted.
    pub tls: Option<Tls>,
    /// As whom to sign in, if at all.
    pub login: Option<Login>,
}

/// How a connection is encrypted.
#[derive(Clone)]
pub struct Tls(pub Arc<ClientConfig>);

/// As whom to sign in.
#[derive(Clone)]
pub struct Login {
    /// How.
    pub mechanism: Mechanism,
    /// The user.
    pub user: String,
    /// The password, which no message and no `Debug` shows.
    pub password: String,
}

/// How to sign in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mechanism {
    /// The password is sent.
    Plain,
    /// That the password is known is shown, by SHA-256.
    ScramSha256,
    /// That the password is known is shown, by SHA-512.
    ScramSha512,
}

impl Mechanism {
    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

impl Tls {
    /// Takes the word of the authorities whose certificates stand in a file, or of those that browsers trust.
    pub fn new(authorities: Option<&Path>) -> Result<Tls> {
        let mut roots = RootCertStore::empty();
        match authorities {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let failed = |why: String| {
                    Error::failed(format!("{}: {why}", path.display()))
                        .help("--ca names a file with the certificates of authorities, in PEM")
                };
                let certificates = CertificateDer::pem_file_iter(path)
                    .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
                    .map_err(|error| failed(format!("cannot be read as certificates: {error}")))?;
                for certificate in certificates {
                    roots
                        .add(certificate)
                        .map_err(|error| failed(format!("a certificate is none: {error}")))?;
                }
                if roots.is_empty() {
                    return Err(failed("has no certificate".to_owned()));
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::failed(format!("no TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Tls(Arc::new(config)))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, {:?})", self.mechanism.name(), self.user)
    }
}
