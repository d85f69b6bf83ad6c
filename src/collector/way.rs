//! The ways to files of other machines: one line a way.

use super::address::{Address, Writing};
use super::remote::Collector;
use crate::error::{Error, Result};

/// A way to files of other machines.
struct Way {
    /// Its name on the command line.
    name: &'static str,
    /// The schemes of its addresses.
    schemes: &'static [&'static str],
    /// How they are written.
    writing: Writing,
    /// The cargo feature that it is built with.
    feature: &'static str,
    collector: Option<&'static dyn Collector>,
}

/// The collector, if scli was built with the feature.
macro_rules! built {
    ($feature:literal, $collector:path) => {{
        #[cfg(feature = $feature)]
        {
            Some(&$collector)
        }
        #[cfg(not(feature = $feature))]
        {
            None
        }
    }};
}

/// Every way.
static WAYS: [Way; 4] = [
    Way {
        name: "http",
        schemes: &["http", "https"],
        writing: Writing { form: "HOST/FOLDER/NAME", is_literal: false },
        feature: "remote",
        collector: built!("remote", super::http::Http),
    },
    Way {
        name: "ftp",
        schemes: &["ftp", "ftps", "ftpes"],
        writing: Writing { form: "USER@HOST/FOLDER/NAME", is_literal: false },
        feature: "remote",
        collector: built!("remote", super::ftp::Ftp),
    },
    Way {
        name: "sftp",
        schemes: &["sftp"],
        writing: Writing { form: "USER@HOST/FOLDER/NAME", is_literal: false },
        feature: "remote",
        collector: built!("remote", super::sftp::Sftp),
    },
    Way {
        name: "s3",
        schemes: &["s3"],
        writing: Writing { form: "BUCKET/FOLDER/NAME", is_literal: true },
        feature: "remote",
        collector: built!("remote", super::s3::S3),
    },
];

/// The address of this scheme that goes on with `rest`; fails if there is no way there.
pub fn address(scheme: &str, rest: &str) -> Result<Address> {
    Address::parse(scheme, rest, of_scheme(scheme)?.writing)
}

/// What reads files at an address.
pub fn collector(address: &Address) -> Result<&'static dyn Collector> {
    of_scheme(address.scheme())?.collector()
}

impl Way {
    fn collector(&self) -> Result<&'static dyn Collector> {
        self.collector.ok_or_else(|| {
            Error::usage(format!("this scli was built without the cargo feature {}", self.feature)).help(
                format!(
                    "build one that reads {}:// addresses: cargo install --path . --features {}; {}",
                    self.name,
                    self.feature,
                    instead(self.name)
                ),
            )
        })
    }
}

/// The way of addresses of this scheme.
fn of_scheme(scheme: &str) -> Result<&'static Way> {
    if scheme == "kafka" {
        return Err(Error::usage("a topic of Kafka is no file")
            .help("read it with: scli consume --model MODEL --config kafka://HOST:9092/TOPIC"));
    }
    WAYS.iter().find(|way| way.schemes.contains(&scheme)).ok_or_else(|| {
        let known: Vec<String> =
            WAYS.iter().flat_map(|way| way.schemes).map(|scheme| format!("{scheme}://")).collect();
        // Only the scheme is repeated: what follows may hold a password.
        Error::usage(format!(
            "scli reads files, and addresses of file://, {}; {scheme}:// is not supported in this version",
            known.join(", ")
        ))
        .help(instead(scheme))
    })
}

/// How to come by the file without scli.
fn instead(scheme: &str) -> String {
    let fetch = match scheme {
        "http" | "https" | "ftp" | "ftps" | "sftp" | "scp" => "curl -fsSL ADDRESS",
        "s3" => "aws s3 cp ADDRESS -",
        "gs" => "gcloud storage cat ADDRESS",
        _ => return "fetch the file first, then name its path".to_owned(),
    };
    format!(
        "fetch it first, then name the file; or pipe it in: \
         {fetch} | scli load --model MODEL --collector csv --config -"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_no_way_leads_to_are_told_without_a_word_of_theirs() {
        for scheme in ["odd+x", "gs", "scp"] {
            let error = address(scheme, "secret/x").unwrap_err();
            assert_eq!(error.kind().exit_code(), 2);
            assert!(!error.to_string().contains("secret") && error.remedy().is_some(), "{error}");
        }
    }
}
