//! The arguments, as clap knows them; the texts here are the manual.

use super::answers::AnswersArgs;
use super::check::CheckArgs;
use super::consume_args::ConsumeArgs;
use super::describe::DescribeArgs;
use super::export::ExportArgs;
use super::forget::ForgetCommand;
use super::load_args::{LoadArgs, SyncArgs};
use super::past::{HistoryArgs, LoadsArgs};
use super::project::ProjectArgs;
use super::prune::PruneArgs;
use super::query::QueryArgs;
use super::rejects::RejectsCommand;
use super::report::LogFormat;
use super::schema::SchemaArgs;
use super::seal::SealArgs;
use super::undo::UndoArgs;
use clap::{Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// A local warehouse in one SQLite file: loads CSV and nested JSON, loses nothing, answers in SQL.
#[derive(Debug, Parser)]
#[command(name = "scli", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Args {
    /// The database file [default: DATABASE_URL (a path or sqlite:///PATH), else warehouse.db]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath, help_heading = GLOBAL)]
    pub db: Option<PathBuf>,
    /// No reports, only errors
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// Say more: load ids, durations, some of the records that were updated
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = GLOBAL)]
    pub verbose: bool,
    /// The form of reports and errors on standard error
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", help_heading = GLOBAL)]
    pub log_format: LogFormat,
    /// How many seconds to wait for another process that writes [default: 10 to write, 3600 to read]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, help_heading = GLOBAL)]
    pub busy_timeout: Option<f64>,
    /// What to do; nothing is a question for what could be done.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The heading of the options that every command has, below its own.
const GLOBAL: &str = "Global options";

/// The exit codes, below the help.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed (file, I/O, SQL), 2 usage, 3 more records rejected, updated, vanished
or lost than allowed, 4 answers differ from --check, 5 the database is locked, 6 loaded, but beyond a limit of
--warn-…, 130 interrupted";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create the database, or bring its schema up to date; safe to repeat
    #[command(after_help = "Example:\n  scli init-db")]
    InitDb(ProjectArgs),
    /// Upsert files into their models
    ///
    /// A file is known by its name, as in movies.csv, or --model says what it holds. Files given together are loaded
    /// in this order, in one transaction. Records that break a rule are set aside in the table `reject`,
    /// and the rest is loaded; a file that is not what it claims to be changes nothing. The date of the
    /// data is that of the file's name or of its folder, if they tell one.
    #[command(after_help = "Examples:
  scli load movies.csv
  scli load users.csv movies.csv 'vendor/*.json'
  scli load --model movie --collector csv --config data/internal/movies.csv
  scli load --model author --config data/vendor/authors.json.gz
  scli load --model movie --collector s3 --config s3://my-bucket/path/to/movies.csv
  curl -s https://vendor.example/reviews | scli load --model review --collector json --config -")]
    Load(LoadArgs),
    /// Load every model's file at and below some paths, or from the sources of scli.toml, delivery by delivery
    ///
    /// Files are known by their names, singular or plural, with a date or a number if need be: movies.csv,
    /// author.json, reviews-2026-11-20.jsonl, streams-2.csv, each also with .gz, .zst, .bz2, .xz or .zip. Files of one date, in
    /// their own names or in those of folders, are one delivery; so are all files without a date, or those of
    /// each folder if a model is in several. Deliveries are loaded in the order of their dates, each in one
    /// transaction: all of it or nothing. A file that is known is skipped.
    ///
    /// Without a path, the files come from the sources that scli.toml names, [source.NAME], in their order; one that is
    /// away keeps out no other. With --watch it stays up: a source that is away and a broken delivery are told once,
    /// and tried again later. Ctrl-C and SIGTERM end it, with 0 between loads; a load under way is rolled
    /// back, with 130 or 143. docs/remote.md says more.
    #[command(after_help = "Examples:
  scli sync data
  scli sync inbox
  scli sync --dry-run inbox/2026-11-20 more/users-2026-11-20.csv
  scli sync --each-file inbox
  scli sync s3://my-bucket/inbox/
  scli sync --source vendor
  scli sync --watch --every 10m")]
    Sync(SyncArgs),
    /// Read a topic of Kafka into a model
    ///
    /// Messages are loaded in batches, by their number and by time. Each batch is one load, and how far the topic was read is
    /// written with it, in one transaction: so each message is in exactly once, whatever is killed. What breaks a rule is
    /// set aside with its topic, partition and offset. SIGTERM and Ctrl-C end it when the batch that is at work is loaded.
    #[command(after_help = "Examples:
  scli consume --model stream --config kafka://localhost:9092/streams
  scli consume --model movie --config kafka://localhost:9092/movies --until-end
  scli consume --model movie --config kafka://localhost:9092/lines --form csv \\
      --columns title,duration_mins,original_language,size_mb
  SCLI_KAFKA_PASSWORD=… scli consume --model user --config kafka://kafka.example:9093/users \\
      --tls --sasl scram-sha-512 --user reader")]
    Consume(ConsumeArgs),
    /// Answer the questions: the six, in both readings, and the project's own
    ///
    /// The published reading equals the answers of the application before this one; the corrected
    /// one honours the offset of each time and counts what was asked. The notes say where and why
    /// the two differ; --explain shows the rows that one of the answers rests on, and --compare why
    /// answers moved from one state to another.
    ///
    /// Files queries/NAME.sql beside a file scli.toml are questions too, each with readings of its own. A file that
    /// cannot be used is told when all else is done, with exit code 1; docs/own.md says what these files may hold.
    #[command(after_help = "Examples:
  scli answers
  scli answers --explain users_affected_by_outage
  scli answers --html answers.html
  scli answers --receipts
  scli answers --as-of 2021-12-24
  scli answers --compare yesterday
  scli answers --format json > answers.json
  scli answers --check answers.json")]
    Answers(AnswersArgs),
    /// Run a question by its name, or any read-only SQL
    ///
    /// The connection is read-only: whatever writes, attaches or loads code is refused. In a
    /// question, the published reading takes a time as its clock shows it, without the offset.
    ///
    /// A file may declare its parameters, as the questions do, in comments above its SQL: `-- param
    /// NAME TYPE DEFAULT MEANING`. Then values are checked, and a time may have any offset. What a
    /// question or a file takes: `scli query NAME --help`, `scli query -f FILE --help`.
    #[command(after_help = "Examples:
  scli query 'SELECT title FROM movie LIMIT 3'
  scli query --list
  scli query users_affected_by_outage --help
  scli query users_affected_by_outage -p from=2021-12-25T07:00:00+01:00
  scli query -f my.sql -o rows.csv
  scli query -f my.sql --explain
  scli query -f my.sql --as-of 12
  scli query --with old=archive.db 'SELECT count(*) FROM old.movie'
  echo 'SELECT * FROM movie LIMIT 3' | scli query -f -")]
    Query(QueryArgs),
    /// Draft what scli.toml may say of files, so that they can be loaded
    ///
    /// Reads the files, and prints a description of a model for each that their names tell: the types of its
    /// fields, its key, what every record has, and the paths of nested members. The draft loads the files that it was
    /// made from; look it over before it is used. The file docs/models.md says what a description can have.
    #[command(after_help = "Examples:
  scli describe ratings.csv > scli.toml
  scli describe orders.jsonl customers.json.gz
  scli describe --shipped
  scli describe --datapackage > datapackage.json
  scli describe datapackage.json > scli.toml")]
    Describe(DescribeArgs),
    /// Write a model, or all of them, as files that load takes again
    ///
    /// Records come in the order of their keys, as their senders write them, with what they had beyond the
    /// model. Loaded again, all of them are unchanged. Of author and review, only json and jsonl are loaded; their
    /// csv and tsv are flat. A file is written whole or not at all, and so are all files of --all.
    #[command(after_help = "Examples:
  scli export movie
  scli export stream -o streams.csv.gz
  scli export --all -o dump
  scli export author --as-of 2021-12-24 -o authors.json")]
    Export(ExportArgs),
    /// Describe the tables, views and columns: types, units, meanings
    ///
    /// The six models come first. The descriptions are those of the table `data_dictionary`, which
    /// every database has; without a database, those that a new one would have. What other programs
    /// made in the file comes last, undescribed. csv, tsv, json and jsonl have a row for each table and
    /// each column.
    #[command(after_help = "Examples:
  scli schema --tables
  scli schema stream
  scli schema -o schema.md")]
    Schema(SchemaArgs),
    /// List the loads, newest first
    ///
    /// The table tells when each load was done and what became of its records, or why it failed;
    /// counts that are zero are left out. csv, tsv, json and jsonl have every column of the ledger:
    /// also form, start, each count, SHA-256 of the source and version of scli.
    #[command(after_help = "Examples:
  scli loads --limit 10
  scli loads --model author --format csv
  scli loads show 12")]
    Loads(LoadsArgs),
    /// Take a load or a delivery back, as a load of its own
    ///
    /// What it inserted goes to the history, what it updated is as it was before, records that it missed are
    /// no longer absent, and the rejects that it settled wait again. Nothing is wiped out: `--as-of` tells what
    /// was known before and after, and an undo can be undone. Where later loads touched the same records,
    /// nothing is done unless --keep-later says so.
    #[command(after_help = "Examples:
  scli undo 12 --dry-run
  scli undo 12
  scli undo delivery:3
  scli undo 12 --keep-later")]
    Undo(UndoArgs),
    /// Show every version of one record, oldest first
    ///
    /// Between which loads each version was current, which fields it changed, and when the record was
    /// absent from complete dumps. The table cuts long values; csv, tsv, json and jsonl have them whole.
    #[command(after_help = "Examples:
  scli history author \"Josh Johnston\"
  scli history stream 642af1 --format json")]
    History(HistoryArgs),
    /// The records that broke a rule: list them, look at one, mend them, try them again
    #[command(subcommand, after_help = "Example:\n  scli rejects list")]
    Rejects(RejectsCommand),
    /// Take a person out of the warehouse, and keep them out
    #[command(subcommand, after_help = "Example:\n  scli forget user ada@example.com --dry-run")]
    Forget(ForgetCommand),
    /// Check the quality of the data: rules that only the whole warehouse can break
    ///
    /// Every rule is a readable SQL file (queries/checks/), and so are those of your own, in the folder checks/ beside a
    /// file scli.toml. Warnings and errors alike exit with 0,
    /// unless --fail-on, --since or a threshold says otherwise. Thresholds that hold every time stand in
    /// a file scli.toml: [check.RULE], and below it threshold = N. docs/quality.md says what each rule
    /// means.
    #[command(after_help = "Examples:
  scli check
  scli check --fail-on error
  scli check --threshold reviews_of_unknown_movies=260
  scli check --since 2021-12-24 --found
  scli check --project team
  scli check --deep
  scli check reviews_of_unknown_movies --samples 20
  scli check --format json > quality.json
  scli check --list")]
    Check(CheckArgs),
    /// Drop versions that were replaced before a date, and make the file smaller
    ///
    /// What is known as of that date and later stays, and so do the ledger and the rejects; what was known before
    /// cannot be told any more, and loads before it cannot be taken back. The file is written anew, for which the
    /// disk must have room for a second one.
    #[command(after_help = "Examples:
  scli prune --before 2026-01-01 --dry-run
  scli prune --before 2026-01-01")]
    Prune(PruneArgs),
    /// Write a compact, checked copy of the warehouse, to be handed on
    ///
    /// The copy has the answers and what they rest on in it, and takes no loads. With --as-of it is the
    /// warehouse as it was then. It is there once it is
    /// whole, or not at all. Its SHA-256 goes to standard output, in the form that sha256sum -c reads.
    #[command(after_help = "Examples:
  scli seal answers-2021.db
  scli seal --as-of 2021-12-24 christmas.db
  scli seal --force backup.db > backup.db.sha256")]
    Seal(SealArgs),
    /// Make a sealed copy a warehouse again, which takes loads
    ///
    /// Its answers are taken out; everything else stays.
    #[command(after_help = "Example:\n  cp backup.db warehouse.db\n  scli unseal")]
    Unseal,
    /// Write synthetic files of the six models, for tests and measurements
    #[command(after_help = "Example:\n  scli generate big --streams 1000000")]
    Generate {
        /// The directory; files of the same names in it are replaced
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: PathBuf,
        /// Another seed gives other people, titles and sessions
        #[arg(long, value_name = "N", default_value_t = crate::generate::Options::default().seed)]
        seed: u64,
        /// How many streams; the number of users follows from it
        #[arg(long, value_name = "N", default_value_t = crate::generate::Options::default().streams)]
        streams: u64,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  scli completions bash > ~/.local/share/bash-completion/completions/scli"
    )]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page of scli, or of one of its commands
    #[command(after_help = "Examples:\n  scli man > scli.1\n  scli man load | man -l -")]
    Man {
        /// The command, as in `rejects list`
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e6).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds from 0 to 1000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
