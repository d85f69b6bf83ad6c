//! Who asks: from the environment, a token of the web, a profile, or the service of a container or an instance.

use super::super::remote::{Failure, Outcome};
use super::profile::{Profile, switch, variable};
use super::service;
use super::sign::Credentials;
use crate::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, PoisonError};

/// Credentials that hold until a time; none if there are none.
type Held = (Option<Credentials>, DateTime<Utc>);

/// How long before their end credentials are asked for anew; and how long it is believed that there are none.
const MARGIN: TimeDelta = TimeDelta::minutes(5);

/// The first that are found; `None` if nobody asks by name.
pub fn find(profile: &Profile, region: &str) -> Outcome<Option<Credentials>> {
    if switch("AWS_NO_SIGN_REQUEST") == Some(true) {
        return Ok(None);
    }
    if let Some(id) = variable("AWS_ACCESS_KEY_ID") {
        let secret = variable("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
            Error::usage("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not")
                .help("set both, or neither")
        })?;
        return Ok(Some(Credentials { id, secret, token: variable("AWS_SESSION_TOKEN") }));
    }
    let token = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    if token.is_none()
        && let Some(credentials) = of_profile(profile)?
    {
        return Ok(Some(credentials));
    }
    static HELD: Mutex<Option<Held>> = Mutex::new(None);
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((credentials, until)) = &*held
        && Utc::now() < *until
    {
        return Ok(credentials.clone());
    }
    let found = match token {
        Some(file) => Some(service::web_identity(&file, region)?),
        None => match service::container()? {
            Some(found) => Some(found),
            None => service::instance()?,
        },
    };
    let (credentials, until) = match found {
        Some((credentials, end)) => (Some(credentials), end - MARGIN),
        None => (None, Utc::now() + MARGIN),
    };
    *held = Some((credentials.clone(), until));
    Ok(credentials)
}

/// Those that stand in a profile.
fn of_profile(profile: &Profile) -> Outcome<Option<Credentials>> {
    let text = |name: &str| profile.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    if let Some(id) = text("aws_access_key_id") {
        let secret = text("aws_secret_access_key").ok_or_else(|| {
            Error::usage(format!("the profile {} has a key without its secret", profile.name()))
                .help("write aws_secret_access_key below aws_access_key_id in ~/.aws/credentials")
        })?;
        return Ok(Some(Credentials { id, secret, token: text("aws_session_token") }));
    }
    let others = ["role_arn", "sso_session", "sso_start_url", "credential_process", "login_session"];
    match others.into_iter().find(|name| profile.get(name).is_some()) {
        None => Ok(None),
        Some(other) => {
            let name = profile.name();
            Err(Failure::Lasting(
                Error::usage(format!("the profile {name} has its credentials by {other}, which scli does not read"))
                    .help(format!(
                        "put them into the environment: eval \"$(aws configure export-credentials --profile {name} --format env)\""
                    )),
            ))
        }
    }
}
