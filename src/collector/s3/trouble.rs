//! What can go wrong with S3, in the words of people, and what to do about it.

use super::super::Address;
use super::super::remote::Failure;
use super::super::resuming::changed;
use super::place::Place;
use super::xml::Element;
use crate::error::Error;

/// What the service answered that is no object.
pub struct Refusal<'a> {
    /// Its status.
    pub status: u16,
    /// The region that it says the bucket is in.
    pub region: Option<&'a str>,
    /// What it says in XML, if it does.
    pub body: &'a str,
    /// Whether nobody asked by name.
    pub is_anonymous: bool,
}

/// Why an answer is not the object, or not the list. No more of it is repeated than a code and a region.
pub fn refused(address: &Address, place: &Place, refusal: &Refusal<'_>) -> Failure {
    let status = refusal.status;
    let element = Element::parse(refusal.body).ok().filter(|element| element.is("Error"));
    let told = |name: &str| element.as_ref().and_then(|element| element.text(name)).and_then(word);
    let code = told("Code").unwrap_or_default();
    let bucket = address.host();
    let service = place.service().host();
    let (what, help) = match (code, status) {
        ("NoSuchKey", _) => (
            format!("no such object in the bucket {bucket}"),
            format!(
                "check the key: large and small letters differ, and a folder ends in /; what there is: \
                 aws s3 ls s3://{bucket}/"
            ),
        ),
        ("NoSuchBucket", _) => (
            format!("{service} has no bucket {bucket}"),
            "check its name, and the service: AWS_ENDPOINT_URL_S3".to_owned(),
        ),
        ("NoSuchVersion", _) => ("that version of the object is gone".to_owned(), "load it again".to_owned()),
        ("InvalidAccessKeyId", _) => (
            "the access key is not known".to_owned(),
            "check AWS_ACCESS_KEY_ID, or AWS_PROFILE and ~/.aws/credentials".to_owned(),
        ),
        ("SignatureDoesNotMatch", _) => (
            "the secret access key is not that of the access key".to_owned(),
            "check AWS_SECRET_ACCESS_KEY, or AWS_PROFILE and ~/.aws/credentials".to_owned(),
        ),
        ("ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken", _) => (
            "the credentials held for a time, which is over".to_owned(),
            "log in again, and set AWS_SESSION_TOKEN with the two keys".to_owned(),
        ),
        ("RequestTimeTooSkewed", _) => (
            "the clock of this machine differs too much from that of the service".to_owned(),
            "set the clock: date -u tells its time".to_owned(),
        ),
        ("InvalidObjectState", _) => (
            "the object is in an archive".to_owned(),
            "restore it first: aws s3api restore-object".to_owned(),
        ),
        ("PreconditionFailed", _) | (_, 412) => return changed(),
        ("InvalidRange", _) | (_, 416) => (
            "the object is shorter than it was".to_owned(),
            "load it again when its sender is done with it".to_owned(),
        ),
        (
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
            _,
        )
        | (_, 301 | 307) => {
            let region = refusal.region.and_then(word).or_else(|| told("Region"));
            match region.filter(|region| *region != place.region) {
                Some(region) => (
                    format!("the bucket is in the region {region}, and {} was asked", place.region),
                    format!("set AWS_REGION={region}"),
                ),
                None => (
                    "the bucket is asked for at another address".to_owned(),
                    "check AWS_REGION and AWS_ENDPOINT_URL_S3".to_owned(),
                ),
            }
        }
        ("SlowDown" | "InternalError" | "ServiceUnavailable" | "RequestTimeout" | "OperationAborted", _)
        | (_, 429 | 500..=599) => {
            let code = if code.is_empty() { String::new() } else { format!(", {code}") };
            return Failure::Passing(
                Error::failed(format!("{status}{code}: the service has trouble, or too many requests"))
                    .help("try again later"),
            );
        }
        (_, 401 | 403) if refusal.is_anonymous => (
            "403: S3 does not let everybody read it, and there are no credentials".to_owned(),
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE".to_owned(),
        ),
        (_, 401 | 403) => (
            "403: S3 does not let these credentials read it".to_owned(),
            format!(
                "who asks is told by: aws sts get-caller-identity; they need s3:GetObject on what is in {bucket}, \
                 and s3:ListBucket to list it"
            ),
        ),
        (_, 404) => (
            "404: no such bucket or object".to_owned(),
            "check the address; large and small letters differ".to_owned(),
        ),
        (code, status) => {
            let code = if code.is_empty() { String::new() } else { format!(", {code}") };
            (
                format!("the service answered with {status}{code}"),
                "check the address, and the service: AWS_ENDPOINT_URL_S3".to_owned(),
            )
        }
    };
    Failure::Lasting(Error::failed(what).help(help))
}

/// A text, if it is one word.
fn word(text: &str) -> Option<&str> {
    let is_word = text.len() < 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_word && !text.is_empty()).then_some(text)
}
