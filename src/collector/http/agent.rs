//! Who asks web servers: proxies, certificates and time limits.

use super::super::Address;
use super::super::netrc::Password;
use crate::error::{Error, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::RootCertStore;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

/// How long a connection may take, and an answer to begin, and each piece of one.
const CONNECT: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_secs(60);

/// How often a server may lead elsewhere.
const REDIRECTS: u32 = 10;

/// Where systems keep the certificates that they trust.
const SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The one that asks for all of this process.
pub fn agent() -> Result<&'static Agent> {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    if let Some(agent) = AGENT.get() {
        return Ok(agent);
    }
    let tls = TlsConfig::builder().root_certs(roots()?).build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .tls_config(tls)
        .max_redirects(REDIRECTS)
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .timeout_per_read(Some(ANSWER))
        .user_agent(concat!("scli/", env!("CARGO_PKG_VERSION")))
        .accept_encoding(AutoHeaderValue::None)
        .build();
    Ok(AGENT.get_or_init(|| config.new_agent()))
}

/// The certificates of those who are trusted: in the file that `SSL_CERT_FILE` names, else those of the system, else
/// those of Mozilla, which scli has with it.
fn roots() -> Result<RootCerts> {
    let named = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty()).map(PathBuf::from);
    match named {
        Some(file) => {
            let failed = |what: String| {
                Error::usage(format!("SSL_CERT_FILE, {}: {what}", file.display()))
                    .help("name a file with certificates in PEM, or unset the variable")
            };
            let certificates = certificates(&file).map_err(|error| failed(error.to_string()))?;
            if certificates.is_empty() {
                return Err(failed("has no certificate".to_owned()));
            }
            Ok(RootCerts::new_with_certs(&certificates))
        }
        None => {
            let system = SYSTEM
                .iter()
                .find_map(|file| certificates(Path::new(file)).ok().filter(|all| !all.is_empty()));
            Ok(system.map_or(RootCerts::WebPki, |certificates| RootCerts::new_with_certs(&certificates)))
        }
    }
}

/// The same, for those who speak TLS themselves.
pub fn trusted() -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    match roots()? {
        RootCerts::Specific(certificates) => {
            let ders = certificates.iter().map(|certificate| certificate.der().to_vec().into());
            store.add_parsable_certificates(ders);
        }
        _ => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    Ok(store)
}

fn certificates(file: &Path) -> std::io::Result<Vec<Certificate<'static>>> {
    let text = std::fs::read(file)?;
    let items = parse_pem(&text).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(items.collect())
}

/// The proxy that the environment names for an address, unless `NO_PROXY` leaves its host out.
pub fn proxy(address: &Address) -> Result<Option<Proxy>> {
    let own = if address.scheme() == "https" {
        ["https_proxy", "HTTPS_PROXY"]
    } else {
        ["http_proxy", "HTTP_PROXY"]
    };
    let named = own.into_iter().chain(["all_proxy", "ALL_PROXY"]);
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let Some((name, value)) = named.filter_map(|name| Some((name, set(name)?))).next() else {
        return Ok(None);
    };
    if ["no_proxy", "NO_PROXY"].into_iter().filter_map(set).any(|hosts| leaves_out(&hosts, address.host())) {
        return Ok(None);
    }
    let proxy = Proxy::new(value.trim()).map_err(|_| {
        // The value may hold a password.
        Error::usage(format!("{name} does not name a proxy")).help("write it as in http://PROXY:3128")
    })?;
    Ok(Some(proxy))
}

/// Whether the hosts of `NO_PROXY` include one: itself, or a domain that it is of.
fn leaves_out(hosts: &str, host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    hosts.split(',').map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(
        |entry| {
            let domain = entry.trim_start_matches('*').trim_start_matches('.');
            entry == "*"
                || host == domain
                || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        },
    )
}

/// What tells a server who asks.
pub fn basic(password: &Password) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", password.login, password.password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_leaves_out_hosts_and_domains() {
        for (hosts, host, is_left_out) in [
            ("a.test", "a.test", true),
            ("a.test", "b.a.test", true),
            ("a.test", "ba.test", false),
            (".a.test, b.test", "x.a.test", true),
            ("x,*.a.test", "x.a.test", true),
            ("*", "any", true),
            ("::1", "[::1]", true),
            ("", "any", false),
        ] {
            assert_eq!(leaves_out(hosts, host), is_left_out, "{hosts} {host}");
        }
    }
}
