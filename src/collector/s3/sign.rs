//! Requests that show who asks: version 4 of AWS's signatures.

use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The digest of a body that is empty, as all of these are.
const NO_BODY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What shows who asks. It cannot be printed.
#[derive(Clone)]
pub struct Credentials {
    /// The access key.
    pub id: String,
    /// The secret of that key.
    pub secret: String,
    /// What goes with both where they hold for a time only.
    pub token: Option<String>,
}

/// What is asked for.
pub struct Asked<'a> {
    /// GET or HEAD.
    pub method: &'a str,
    /// The host, with its port if that is not the usual one.
    pub host: &'a str,
    /// The path, encoded.
    pub path: &'a str,
    /// The parameters, encoded, in the order of their names.
    pub query: &'a str,
}

/// The headers that sign a request.
pub fn headers(
    asked: &Asked<'_>,
    credentials: &Credentials,
    region: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(&'static str, String)>> {
    let (day, time) = (now.format("%Y%m%d").to_string(), now.format("%Y%m%dT%H%M%SZ").to_string());
    // In the order of their names.
    let mut headers = vec![("x-amz-content-sha256", NO_BODY.to_owned()), ("x-amz-date", time.clone())];
    headers.extend(credentials.token.clone().map(|token| ("x-amz-security-token", token)));
    let mut lines = format!("host:{}\n", asked.host);
    let mut names = "host".to_owned();
    for (name, value) in &headers {
        lines += &format!("{name}:{}\n", value.trim());
        names += &format!(";{name}");
    }
    let Asked { method, path, query, .. } = asked;
    let request = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{NO_BODY}");
    let scope = format!("{day}/{region}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(request)));
    let mut key = format!("AWS4{}", credentials.secret).into_bytes();
    for part in [day.as_str(), region, "s3", "aws4_request"] {
        key = code(&key, part)?;
    }
    let signature = hex(&code(&key, &text)?);
    let id = &credentials.id;
    headers.push((
        "authorization",
        format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"),
    ));
    Ok(headers)
}

fn code(key: &[u8], text: &str) -> Result<Vec<u8>> {
    let code =
        Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::failed("no usable secret access key"))?;
    Ok(code.chain_update(text).finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text as it stands in paths and parameters that are signed.
pub fn encoded(text: &str, keeps_slashes: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b'/' if keeps_slashes => encoded.push('/'),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    /// The examples that AWS gives in its documentation.
    #[test]
    fn requests_are_signed_as_aws_does() {
        let credentials = Credentials {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        };
        let now = Utc.with_ymd_and_hms(2013, 5, 24, 0, 0, 0).unwrap();
        for (query, signature) in [
            ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        ] {
            let asked = Asked { method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/", query };
            let headers = headers(&asked, &credentials, "us-east-1", now).unwrap();
            assert!(headers.last().unwrap().1.ends_with(signature), "{headers:?}");
        }
    }

    #[test]
    fn keys_are_encoded_byte_by_byte() {
        assert_eq!(encoded("a b/é+%.csv", true), "a%20b/%C3%A9%2B%25.csv");
        assert_eq!(encoded("a/b=", false), "a%2Fb%3D");
    }
}
