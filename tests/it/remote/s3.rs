//! S3, from a server that answers as it does: who asks, and what is refused.

use super::server::{Answer, Asked, Server, file};
use super::{movies, sha256};
use crate::harness::{Outcome, Sandbox, snapshot};
use std::process::Command;

/// The environment of somebody without an account.
fn command(sandbox: &Sandbox, args: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = sandbox.command(args);
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    for name in names.iter().filter(|name| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("HOME", sandbox.path("")).env("AWS_EC2_METADATA_DISABLED", "true");
    command.envs(settings.iter().copied());
    command
}

pub fn run(sandbox: &Sandbox, args: &[&str], settings: &[(&str, &str)]) -> Outcome {
    Outcome::from(command(sandbox, args, settings).output().unwrap())
}

const LOAD: [&str; 7] =
    ["load", "--model", "movie", "--collector", "s3", "--config", "s3://my-bucket/path/to/movies.csv"];

/// Who a request says that it is from.
fn asker(asked: &Asked) -> String {
    let Some(signed) = asked.headers.get("authorization") else { return "nobody".to_owned() };
    let id = signed.split("Credential=").nth(1).unwrap().split('/').next().unwrap();
    let token = asked.headers.get("x-amz-security-token").map_or("-", String::as_str);
    format!("{id} {token}")
}

const ROLE: &str = "{\"Code\":\"Success\",\"AccessKeyId\":\"IDROLE\",\"SecretAccessKey\":\"hush-role\",\"Token\":\"hush-token\",\"Expiration\":\"2999-01-01T00:00:00Z\"}";
const STS: &str = "<AssumeRoleWithWebIdentityResponse xmlns=\"x\"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>IDWEB</AccessKeyId><SecretAccessKey>hush-web</SecretAccessKey><SessionToken>hush-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

#[test]
fn credentials_come_from_where_aws_has_them() {
    let server = Server::start(|asked| {
        let has = |name: &str, value: &str| asked.headers.get(name).is_some_and(|given| given == value);
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/my-bucket/path/to/movies.csv") => file(asked, movies(3).as_bytes(), "\"a\""),
            ("POST", "/sts/") => Answer::of(STS),
            ("GET", "/container") if has("authorization", "hush-container") => Answer::of(ROLE),
            ("PUT", "/latest/api/token") => Answer::of("hush-imds"),
            ("GET", path) if has("x-aws-ec2-metadata-token", "hush-imds") => {
                match path.strip_prefix("/latest/meta-data/iam/security-credentials/") {
                    Some("") => Answer::of("the-role"),
                    Some("the-role") => Answer::of(ROLE),
                    _ => Answer::status(404),
                }
            }
            _ => Answer::status(403),
        }
    });
    let (here, sts, container) = (server.url(""), server.url("/sts"), server.url("/container"));
    let sandbox = Sandbox::new();
    sandbox.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = IDFILE\naws_secret_access_key = hush-file\n\
         [two]\naws_access_key_id=IDTWO\naws_secret_access_key=hush-two\naws_session_token=hush-token\n",
    );
    sandbox.write(".aws/config", "[profile web]\nsso_session = x\n[profile two]\nregion = eu-west-1\n");
    sandbox.write("elsewhere", "[default]\naws_access_key_id = IDELSE\naws_secret_access_key = hush-else\n");
    sandbox.write("token", "hush-jwt\n");
    let none = ("AWS_SHARED_CREDENTIALS_FILE", "none");
    let mut told = String::new();
    for (settings, expected) in [
        (
            &[
                ("AWS_ACCESS_KEY_ID", "IDENV"),
                ("AWS_SECRET_ACCESS_KEY", "hush-env"),
                ("AWS_SESSION_TOKEN", "hush-token"),
                ("AWS_PROFILE", "two"),
            ][..],
            "IDENV hush-token",
        ),
        (&[], "IDFILE -"),
        (&[("AWS_PROFILE", "two")], "IDTWO hush-token"),
        (&[("AWS_SHARED_CREDENTIALS_FILE", "elsewhere")], "IDELSE -"),
        (
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "token"),
                ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x"),
                ("AWS_ENDPOINT_URL_STS", &sts),
            ],
            "IDWEB hush-token",
        ),
        (
            &[
                none,
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-container"),
            ],
            "IDROLE hush-token",
        ),
        (
            &[none, ("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &here)],
            "IDROLE hush-token",
        ),
        (&[none], "nobody"),
        (&[("AWS_NO_SIGN_REQUEST", "YES")], "nobody"),
    ] {
        server.methods();
        let settings = [settings, &[("AWS_ENDPOINT_URL_S3", here.as_str())]].concat();
        let outcome = run(&sandbox, &LOAD, &settings).success();
        assert_eq!(asker(server.asked().last().unwrap()), expected);
        told += &(outcome.stdout + &outcome.stderr);
    }
    for (settings, expected) in [
        (&[("AWS_PROFILE", "three")][..], "profile three is neither in"),
        (&[("AWS_PROFILE", "web")], "by sso_session, which scli does not read"),
        (&[("AWS_ACCESS_KEY_ID", "IDENV")], "AWS_SECRET_ACCESS_KEY is not"),
        (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "token")], "AWS_ROLE_ARN is not"),
        (&[none, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/")], "open network"),
        (&[none, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container)], "service gave no credentials"),
    ] {
        let settings = [settings, &[("AWS_ENDPOINT_URL_S3", here.as_str())]].concat();
        let outcome = run(&sandbox, &LOAD, &settings);
        assert!(matches!(outcome.code, 1 | 2), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(expected) && outcome.stderr.contains("help: "), "{}", outcome.stderr);
        told += &(outcome.stdout + &outcome.stderr);
    }
    told += &sandbox.scli(&["loads", "--format", "json"]).success().stdout;
    assert!(!told.contains("hush"), "{told}");
    let database = String::from_utf8_lossy(&sandbox.database()).into_owned();
    assert!(!database.contains("hush") && database.contains("s3://my-bucket/path/to/movies.csv"));
}

#[test]
fn what_s3_refuses_is_told_with_a_remedy() {
    let cases = [
        ("NoSuchKey", 404),
        ("NoSuchBucket", 404),
        ("AccessDenied", 403),
        ("InvalidAccessKeyId", 403),
        ("SignatureDoesNotMatch", 403),
        ("ExpiredToken", 400),
        ("RequestTimeTooSkewed", 403),
        ("PermanentRedirect", 301),
        ("AuthorizationHeaderMalformed", 400),
        ("InvalidObjectState", 403),
        ("SlowDown", 503),
        ("OddCode", 418),
        ("Not XML", 404),
    ];
    let server = Server::start(move |asked| {
        let name = asked.path.trim_start_matches("/b/").trim_end_matches(".csv").to_owned();
        let Some((code, status)) = cases.iter().find(|(code, _)| code.replace(' ', "%20") == name) else {
            return Answer::of("<html>");
        };
        let body = format!(
            "<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>hush</Message><Region>eu-west-1</Region></Error>"
        );
        let body = if code.contains(' ') { "hush".to_owned() } else { body };
        let answer = Answer { status: *status, ..Answer::of(body) };
        if *status == 301 { answer.with("x-amz-bucket-region", "eu-south-2") } else { answer }
    });
    let sandbox = Sandbox::new();
    let here = server.url("");
    let settings =
        [("AWS_ENDPOINT_URL", here.as_str()), ("AWS_ACCESS_KEY_ID", "ID"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let mut told = String::new();
    for (code, _) in cases {
        server.methods();
        let address = format!("s3://b/{code}.csv");
        let outcome = run(&sandbox, &["load", "--model", "movie", "--config", &address], &settings);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert_eq!(server.asked().len(), if code == "SlowDown" { 3 } else { 1 });
        told += &outcome.stderr;
    }
    for address in ["s3://b/in/", "s3://b/NoSuchKey.csv", "s3://b b/", "s3://me@b/", "s3://"] {
        told += &run(&sandbox, &["sync", address], &settings).stderr;
    }
    for settings in [&settings[..1], &[("AWS_ENDPOINT_URL", "127.0.0.1:9000")]] {
        told +=
            &run(&sandbox, &["load", "--model", "movie", "--config", "s3://b/AccessDenied.csv"], settings)
                .stderr;
    }
    told +=
        &run(&sandbox, &["load", "--model", "movie", "--collector", "s3", "--config", "m.csv"], &[]).stderr;
    assert!(!told.contains("hush"), "{told}");
    assert!(!sandbox.path("warehouse.db").exists());
    snapshot("s3_refusals", &told.replace(&server.port.to_string(), "PORT"));
}

/// Another object that comes in the place of one that is being read.
#[test]
fn an_object_that_changes_on_the_way_is_not_loaded() {
    let content = movies(5_000);
    let server = Server::start(move |asked| {
        let etag = if asked.nth == 0 { "\"a\"" } else { "\"b\"" };
        let answer = file(asked, content.as_bytes(), etag);
        if asked.nth == 0 { answer.cut(50_000) } else { answer }
    });
    let sandbox = Sandbox::new();
    let here = server.url("");
    let settings = [("AWS_ENDPOINT_URL_S3", here.as_str()), ("AWS_NO_SIGN_REQUEST", "1")];
    let told = run(&sandbox, &LOAD, &settings);
    assert_eq!(told.code, 1);
    assert!(told.stderr.contains("became another file"), "{}", told.stderr);
    assert_eq!(server.asked()[1].headers["if-match"], "\"a\"");
}

/// A bucket in the name of the host, where that is asked for, and an object that was packed by who put it there.
#[test]
fn a_bucket_may_be_a_host() {
    let server = Server::start(|asked| match (asked.headers["host"].as_str(), asked.path.as_str()) {
        (host, "/movies.csv") if host.starts_with("my.localhost:") => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, movies(3).as_bytes()).unwrap();
            Answer::of(encoder.finish().unwrap()).with("Content-Encoding", "gzip")
        }
        _ => Answer::status(400),
    });
    let sandbox = Sandbox::new();
    let here = format!("http://localhost:{}", server.port);
    let settings = [
        ("AWS_ENDPOINT_URL_S3", here.as_str()),
        ("AWS_NO_SIGN_REQUEST", "1"),
        ("AWS_VIRTUAL_HOSTING", "true"),
    ];
    let args = ["load", "--model", "movie", "--config", "s3://my/movies.csv"];
    let told = run(&sandbox, &args, &settings);
    if told.stderr.contains("my.localhost is not known") {
        println!("skipped: this machine knows no hosts below localhost");
        return;
    }
    assert!(told.success().stderr.contains("3 inserted"));
    assert_eq!(super::digest(&sandbox), sha256(&movies(3)));
}
