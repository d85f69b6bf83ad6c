//! The command that reads topics.

use super::consume_args::{ConsumeArgs, FormArg, FromArg, SaslArg};
use super::models;
use super::report::Reporter;
use crate::collector::kafka::{Address, End, Login, Mechanism, Security, Tls};
use crate::collector::{Location, read_text};
use crate::decode::{Alone, Reading};
use crate::domain::Model;
use crate::error::{Error, Kind, Result};
use crate::interrupt;
use crate::repository::Access;
use crate::usecase::consume::{Wanted, consume};
use crate::usecase::load::{Limits, Options};
use std::path::Path;

/// Where a user and a password may stand.
const USER: &str = "SCLI_KAFKA_USER";
const PASSWORD: &str = "SCLI_KAFKA_PASSWORD";

/// Reads a topic into a model.
pub fn run(database: &Path, access: &Access, args: &ConsumeArgs, reporter: &Reporter) -> Result<()> {
    models::know(database, args.project.as_deref(), access)?;
    // What the project file says of the model stands over what was known when the arguments were read.
    let model = args.model.known()?;
    let address = Address::parse(&args.config)?;
    if address.user.is_some() && args.sasl.is_none() {
        return Err(Error::usage("the address names a user, and nothing says how to sign in")
            .help("say it: --sasl plain, scram-sha-256 or scram-sha-512"));
    }
    let login = args.sasl.map(|sasl| login(sasl, args, &address)).transpose()?;
    let tls = args.tls.then(|| Tls::new(args.ca.as_deref())).transpose()?;
    let wanted = Wanted {
        model,
        alone: alone(args, model)?,
        address,
        security: Security { tls, login },
        most: args.batch as usize,
        every: args.every,
        from: match args.from {
            FromArg::Beginning => End::Earliest,
            FromArg::End => End::Latest,
        },
        until_end: args.until_end,
        accept_loss: args.accept_loss,
    };
    let options = Options {
        complete: Some(false),
        most: Limits { rejected: args.max_rejects, ..Limits::default() },
        keep_rejects: Some(u64::from(args.batch)),
        ..Options::default()
    };
    let summary = consume(database, access, &options, &wanted, reporter)?;
    reporter.consumed(&summary);
    match summary.cut_short {
        true => Err(Error::new(
            interrupt::interrupted().kind(),
            "interrupted before the end; what was read is loaded",
        )),
        false => Ok(()),
    }
}

/// How a message is read.
fn alone(args: &ConsumeArgs, model: Model) -> Result<Alone> {
    let (spec, map) = (model.spec(), args.map.clone());
    if args.form == FormArg::Json {
        return match (&args.columns, args.separator) {
            (None, None) => Ok(Alone::json(Reading { map, ..Reading::default() })),
            _ => Err(Error::usage("--columns and --separator are for csv, and the messages are json")
                .help("say what they are with --form csv")),
        };
    }
    if spec.nested() {
        let error =
            Error::usage(format!("records of model {} are nested, and CSV cannot hold them", spec.name));
        return Err(error.help("have messages of JSON, which is what --form is by default"));
    }
    let separator = args.separator.unwrap_or(',');
    let columns: Vec<&str> =
        args.columns.iter().flat_map(|columns| columns.split(',')).map(str::trim).collect();
    let header = columns.join(&separator.to_string());
    let reading = Reading { separator: Some(separator), map, ..Reading::default() };
    Alone::csv(&header, reading, spec.members).map_err(|error| {
        let told = error.message().trim_start_matches("line 1: ").replace("the header", "it");
        let usage = Error::new(Kind::Usage, format!("--columns: {told}"));
        let columns = spec.members.join(",");
        usage.help(format!("name every column of a message, in its order, as in --columns {columns}"))
    })
}

fn login(sasl: SaslArg, args: &ConsumeArgs, address: &Address) -> Result<Login> {
    let mechanism = match sasl {
        SaslArg::Plain => Mechanism::Plain,
        SaslArg::ScramSha256 => Mechanism::ScramSha256,
        SaslArg::ScramSha512 => Mechanism::ScramSha512,
    };
    let is_here = |(host, _): &(String, u16)| matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    if mechanism == Mechanism::Plain && !args.tls && !address.hosts.iter().all(is_here) {
        return Err(Error::usage("--sasl plain would send the password to another machine for all to read")
            .help("encrypt it with --tls, or sign in with --sasl scram-sha-256 or scram-sha-512"));
    }
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = args.user.clone().or_else(|| address.user.clone()).or_else(|| said(USER));
    let user = user.ok_or_else(|| {
        Error::usage("--sasl wants a user").help(format!("name one with --user NAME, or set {USER}"))
    })?;
    let password = match &args.password_file {
        Some(file) => {
            Some(read_text(&Location::File(file.clone()))?.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => said(PASSWORD),
    };
    let password = password.filter(|password| !password.is_empty()).ok_or_else(|| {
        Error::usage("--sasl wants a password")
            .help(format!("set {PASSWORD}, or name a file that holds it with --password-file FILE"))
    })?;
    Ok(Login { mechanism, user, password })
}
