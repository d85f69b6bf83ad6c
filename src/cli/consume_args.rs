//! What of a topic to read, and how, as the command line says it.

use super::load_args::ModelArg;
use clap::{ValueEnum, ValueHint};
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of `consume`.
#[derive(Debug, clap::Args)]
pub struct ConsumeArgs {
    /// The model that the messages hold
    #[arg(long, value_name = "MODEL")]
    pub model: ModelArg,
    /// What the messages come from
    #[arg(long, value_name = "KIND", default_value = "kafka")]
    pub collector: CollectorArg,
    /// The topic, as in kafka://host:9092/topic, or kafka://one:9092,two:9092/topic
    #[arg(long, value_name = "ADDRESS", value_hint = ValueHint::Url)]
    pub config: String,
    /// The folder with the file scli.toml, which may describe models [default: the working folder, if it has one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub project: Option<PathBuf>,
    /// Where to begin in a topic of which nothing was read yet
    #[arg(long, value_name = "END", default_value = "beginning")]
    pub from: FromArg,
    /// End where the topic ended at the start, instead of waiting for more
    #[arg(long)]
    pub until_end: bool,
    /// Go on where messages are gone that were not read, which is refused otherwise
    #[arg(long)]
    pub accept_loss: bool,
    /// How many messages are loaded together, at most
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub batch: u32,
    /// How long a batch waits for more messages
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    pub every: Duration,
    /// Stop with exit code 3, and load nothing of a batch, if more than N of its messages break a rule, or P%
    #[arg(long, value_name = "N|P%", value_parser = super::load_args::limit)]
    pub max_rejects: Option<crate::usecase::load::Limit>,
    /// What a message is
    #[arg(long, value_name = "FORM", default_value = "json", help_heading = READING)]
    pub form: FormArg,
    /// The columns of a message of CSV, in their order, with commas between them
    #[arg(long, value_name = "NAMES", required_if_eq("form", "csv"), help_heading = READING)]
    pub columns: Option<String>,
    /// What stands between the fields of CSV: a character, or comma, semicolon, tab, pipe [default: comma]
    #[arg(long, value_name = "CHAR", value_parser = super::reading_args::separator, help_heading = READING)]
    pub separator: Option<char>,
    /// Take the column or top-level member OLD for NEW; may be given several times
    #[arg(long, value_name = "OLD=NEW", value_parser = super::reading_args::pair, help_heading = READING)]
    pub map: Vec<(String, String)>,
    /// Encrypt the connection, and see that the broker is who it says
    #[arg(long, help_heading = ACCESS)]
    pub tls: bool,
    /// The file with the certificates of authorities whose word is taken, in PEM [default: those that browsers trust]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls", help_heading = ACCESS)]
    pub ca: Option<PathBuf>,
    /// Sign in; the password is that of SCLI_KAFKA_PASSWORD, or stands in the file of --password-file
    #[arg(long, value_name = "WAY", help_heading = ACCESS)]
    pub sasl: Option<SaslArg>,
    /// Who signs in [default: the user in the address, else SCLI_KAFKA_USER]
    #[arg(long, value_name = "NAME", requires = "sasl", help_heading = ACCESS)]
    pub user: Option<String>,
    /// The file with the password, and nothing else
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "sasl", help_heading = ACCESS)]
    pub password_file: Option<PathBuf>,
}

const READING: &str = "Reading";
const ACCESS: &str = "Access";

/// What messages come from.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CollectorArg {
    /// A topic of Kafka
    Kafka,
}

/// Where to begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum FromArg {
    /// With the first message that is there
    Beginning,
    /// With the next message that comes
    End,
}

/// What a message is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum FormArg {
    /// One JSON record
    Json,
    /// One line of CSV, without a header
    Csv,
}

/// How to sign in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum SaslArg {
    /// The password is sent, so --tls is wanted
    Plain,
    /// SCRAM with SHA-256
    #[value(name = "scram-sha-256")]
    ScramSha256,
    /// SCRAM with SHA-512
    #[value(name = "scram-sha-512")]
    ScramSha512,
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => f64::NAN,
    };
    let time = number.trim().parse::<f64>().map_or(f64::NAN, |number| number * seconds);
    match (0.0..=86_400.0).contains(&time) {
        true => Ok(Duration::from_secs_f64(time)),
        false => Err("expected a time of up to a day, as in 5s, 500ms, 2m or 1h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn times_have_units() {
        for (text, millis) in
            [("5", Some(5000)), ("0.5s", Some(500)), ("20ms", Some(20)), ("2m", Some(120_000))]
        {
            assert_eq!(duration(text).ok(), millis.map(Duration::from_millis));
        }
        for text in ["", "s", "5x", "-1s", "25h", "nan", "inf"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
