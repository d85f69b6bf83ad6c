//! Services that give credentials: STS for a token of the web, that of a container, and that of an instance.

use super::super::http::{ask_service, text};
use super::super::remote::{Failure, Outcome};
use super::super::{Address, address, way};
use super::place::amazon;
use super::profile::{switch, variable};
use super::sign::{Credentials, encoded};
use super::xml::Element;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::time::Duration;
use ureq::http::Request;

/// How long a service of the machine itself may take.
const AT_HAND: Duration = Duration::from_secs(1);
/// And one of the network.
const FAR: Duration = Duration::from_secs(30);

/// Where the service of a container is, and that of an instance.
const CONTAINER: &str = "http://169.254.170.2";
const INSTANCE: &str = "http://169.254.169.254";

type Found = (Credentials, DateTime<Utc>);

/// What the services of containers and instances answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: String,
}

/// Credentials of a role, for a token that somebody else signed: as in Kubernetes.
pub fn web_identity(file: &str, region: &str) -> Outcome<Found> {
    let role = variable("AWS_ROLE_ARN").ok_or_else(|| {
        Error::usage("AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not")
            .help("set both, or neither")
    })?;
    let token = text_of(file, "AWS_WEB_IDENTITY_TOKEN_FILE")?;
    let session = variable("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "scli".to_owned());
    let own = variable("AWS_ENDPOINT_URL_STS").or_else(|| variable("AWS_ENDPOINT_URL"));
    let url = own.unwrap_or_else(|| format!("https://{}", amazon("sts", region)));
    let form = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName={}&WebIdentityToken={}",
        encoded(&role, false),
        encoded(&session, false),
        encoded(&token, false)
    );
    let request = Request::post(format!("{}/", url.trim_end_matches('/')))
        .header("Content-Type", "application/x-www-form-urlencoded");
    let answer = ask_service(&of_url(&url)?, request, form, Some(FAR))?;
    let status = answer.status().as_u16();
    let element = Element::parse(&text(answer)?);
    let element = element.map_err(|_| failed("STS", status, None))?;
    let told = |name: &str| element.text(name).map(str::to_owned);
    let found = (|| {
        let credentials = Credentials {
            id: told("AccessKeyId")?,
            secret: told("SecretAccessKey")?,
            token: told("SessionToken"),
        };
        Some((credentials, element.text("Expiration")?.parse().ok()?))
    })();
    found.ok_or_else(|| failed("STS", status, element.text("Code")))
}

/// Credentials of the role of a container.
pub fn container() -> Outcome<Option<Found>> {
    let relative =
        variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|path| format!("{CONTAINER}{path}"));
    let Some(url) = relative.or_else(|| variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) else {
        return Ok(None);
    };
    let address = of_url(&url)?;
    let hosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "127.0.0.1", "[::1]", "localhost"];
    if address.scheme() == "http" && !hosts.contains(&address.host()) {
        return Err(Failure::Lasting(
            Error::usage(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI would have credentials come over an open network",
            )
            .help("name an address of https://, or of this machine"),
        ));
    }
    let file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    let token = match file {
        Some(file) => Some(text_of(&file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")?),
        None => variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    };
    let mut request = Request::get(&url);
    if let Some(token) = token {
        request = request.header("Authorization", token);
    }
    let answer = ask_service(&address, request, (), Some(AT_HAND))?;
    let status = answer.status().as_u16();
    parsed(&text(answer)?).map(Some).ok_or_else(|| failed("the container's service", status, None))
}

/// Credentials of the role of an instance, if this machine is one and has a role.
pub fn instance() -> Outcome<Option<Found>> {
    if switch("AWS_EC2_METADATA_DISABLED") == Some(true) {
        return Ok(None);
    }
    let own = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or_else(|| INSTANCE.to_owned());
    let own = own.trim_end_matches('/');
    let address = of_url(own)?;
    let token = Request::put(format!("{own}/latest/api/token"))
        .header("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    // Elsewhere nobody answers.
    let Ok(answer) = ask_service(&address, token, (), Some(AT_HAND)) else { return Ok(None) };
    if answer.status().as_u16() != 200 {
        return Ok(None);
    }
    let token = text(answer)?;
    let ask = |path: &str| {
        let request = Request::get(format!("{own}/latest/meta-data/iam/security-credentials/{path}"))
            .header("X-aws-ec2-metadata-token", token.trim());
        ask_service(&address, request, (), Some(AT_HAND))
    };
    let answer = ask("")?;
    match answer.status().as_u16() {
        200 => {}
        404 => return Ok(None),
        status => return Err(failed("the instance's service", status, None)),
    }
    let roles = text(answer)?;
    let Some(role) = roles.lines().map(str::trim).find(|role| !role.is_empty()) else { return Ok(None) };
    let answer = ask(&encoded(role, false))?;
    let status = answer.status().as_u16();
    parsed(&text(answer)?).map(Some).ok_or_else(|| failed("the instance's service", status, None))
}

fn parsed(text: &str) -> Option<Found> {
    let answer: Answer = serde_json::from_str(text).ok()?;
    let credentials =
        Credentials { id: answer.access_key_id, secret: answer.secret_access_key, token: answer.token };
    Some((credentials, answer.expiration.parse().ok()?))
}

fn of_url(url: &str) -> Result<Address> {
    let (scheme, rest) = address::split(url)
        .filter(|(scheme, _)| matches!(scheme.as_str(), "http" | "https"))
        .ok_or_else(|| {
            Error::usage("the address of a service that gives credentials is none of http:// or https://")
                .help("look at the variables of the environment that begin with AWS_")
        })?;
    way::address(&scheme, rest)
}

fn text_of(file: &str, variable: &str) -> Result<String> {
    std::fs::read_to_string(file).map(|text| text.trim().to_owned()).map_err(|error| {
        Error::failed(format!("{file}: {error}")).help(format!("it is what {variable} names"))
    })
}

/// That a service gave no credentials. What it answered is not repeated, except for the code of its error.
fn failed(who: &str, status: u16, code: Option<&str>) -> Failure {
    let code = code.map(|code| format!(", {code}")).unwrap_or_default();
    let error = Error::failed(format!("{who} gave no credentials: it answered with {status}{code}"));
    match status {
        429 | 500.. => Failure::Passing(error.help("try again later")),
        _ => Failure::Lasting(error.help("check the role of this machine and whom it trusts")),
    }
}
