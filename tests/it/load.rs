//! Loading: what is new, what changed, what stays.

use crate::harness::Sandbox;

const MOVIES: &str =
    "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\nStalker,129,French,1857\n";

#[test]
fn a_second_load_changes_nothing_and_writes_no_model() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success().snapshot("load_first");
    let before = sandbox.models();
    sandbox.load("movie", "movies.csv", MOVIES).success().snapshot("load_again");
    assert_eq!(sandbox.models(), before, "also load_id is that of the first load");
    assert_eq!(
        sandbox.rows(
            "SELECT id, model, source, collector, read, inserted, updated, unchanged, rejected FROM load"
        ),
        "1|movie|movies.csv|csv|2|2|0|0|0\n2|movie|movies.csv|csv|2|0|0|2|0\n"
    );
}

#[test]
fn a_change_updates_and_keeps_what_a_file_lacks() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    let next =
        "title,duration_mins,original_language,size_mb\nRush,114,Korean,876\nTampopo,115,Japanese,900\n";
    sandbox.load("movie", "movies.csv", next).success().snapshot("load_changed");
    assert_eq!(
        sandbox.rows("SELECT title, duration_mins, load_id FROM movie ORDER BY title"),
        "Rush|114|2\nStalker|129|1\nTampopo|115|2\n"
    );
}

#[test]
fn of_a_key_that_comes_twice_the_last_record_wins() {
    let sandbox = Sandbox::new();
    let twice = format!("{MOVIES}Rush,99,Korean,1\n");
    sandbox.load("movie", "movies.csv", twice).success().snapshot("load_repeated_key");
    assert_eq!(sandbox.rows("SELECT duration_mins FROM movie WHERE title = 'Rush'"), "99\n");
    // There and back within one file is no change at all.
    let back = "title,duration_mins,original_language,size_mb\nRush,1,X,1\nRush,99,Korean,1\n";
    sandbox.load("movie", "movies.csv", back).success();
    assert_eq!(sandbox.rows("SELECT updated, unchanged, repeated FROM load WHERE id = 2"), "0|1|1\n");
    assert_eq!(sandbox.rows("SELECT load_id FROM movie WHERE title = 'Rush'"), "1\n");
}

const STREAMS: &str = "movie_title,user_email,size_mb,start_at,end_at\n\
    Rush,a@example.com,1.5,2021-12-06T19:30:19.099+0100,2021-12-07T15:44:38.177+0100\n\
    Stalker,b@example.com,2.5,2021-12-05T00:00:00Z,2021-12-05T01:00:00.000001Z\n";

/// A program that holds a column as floats writes a whole number with a fraction of zero.
#[test]
fn a_whole_number_may_have_a_fraction_of_zeros() {
    let sandbox = Sandbox::new();
    let floats = "title,duration_mins,original_language,size_mb\nRush,113.0,Korean,876.00\n\
        Stalker,129.5,French,1857\nTampopo,1e3,Japanese,900.0\n";
    sandbox.load("movie", "movies.csv", floats).success();
    assert_eq!(sandbox.rows("SELECT title, duration_mins, size_mb FROM movie"), "Rush|113|876\n");
    assert_eq!(
        sandbox.rows("SELECT field, value, message FROM reject"),
        "duration_mins|129.5|not a whole number\nduration_mins|1e3|not a whole number\n"
    );
    let report = sandbox.load("movie", "movies.csv", MOVIES).success().stderr;
    assert!(report.contains(" 1 unchanged"), "113.0 is 113: {report}");
}

#[test]
fn streams_read_as_the_original_had_them() {
    let sandbox = Sandbox::new();
    sandbox.load("stream", "streams.csv", STREAMS).success().snapshot("load_streams");
    assert_eq!(
        sandbox.rows("SELECT movie_title, user_email, size_mb, start_at, end_at FROM stream"),
        "Stalker|b@example.com|2.5|2021-12-05T00:00:00.000000Z|2021-12-05T01:00:00.000001Z\n\
         Rush|a@example.com|1.5|2021-12-06T18:30:19.099000Z|2021-12-07T14:44:38.177000Z\n"
    );
}

#[test]
fn the_same_four_facts_are_the_same_stream_in_any_offset() {
    let sandbox = Sandbox::new();
    sandbox.load("stream", "streams.csv", STREAMS).success();
    let before = sandbox.rows("SELECT id FROM stream ORDER BY id");
    let again = "movie_title,user_email,size_mb,start_at,end_at\n\
        Rush,a@example.com,1.5,2021-12-06 18:30:19.099Z,2021-12-07T14:44:38.177\n\
        Stalker,b@example.com,7,2021-12-05T02:00:00+02:00,2021-12-05T03:00:00.000001+0200\n";
    sandbox.load("stream", "streams.csv", again).success();
    assert_eq!(sandbox.rows("SELECT inserted, updated, unchanged FROM load WHERE id = 2"), "0|1|1\n");
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream ORDER BY start_at"), "7\n1.5\n");
    assert_eq!(sandbox.rows("SELECT id FROM stream ORDER BY id"), before, "a stream keeps its id");
}

#[test]
fn times_before_1970_read_well() {
    let sandbox = Sandbox::new();
    let streams = "movie_title,user_email,size_mb,start_at,end_at\nM,u,1,1969-12-31T23:59:59.25Z,1970-01-01T00:00:00.5Z\n";
    sandbox.load("stream", "streams.csv", streams).success();
    assert_eq!(
        sandbox.rows("SELECT start_at, end_at FROM stream"),
        "1969-12-31T23:59:59.250000Z|1970-01-01T00:00:00.500000Z\n"
    );
}

#[test]
fn every_form_of_a_source_gives_the_same_model() {
    let json =
        r#"[{"title": "Rush", "duration_mins": 113, "original_language": "Korean", "size_mb": "876"}]"#;
    let jsonl = json.trim_matches(['[', ']']);
    for (name, content) in [
        (
            "m.csv",
            "\u{feff}size_mb, title,extra,duration_mins,original_language\r\n876, \"Rush\",x,113,Korean\r\n",
        ),
        ("m.json", json),
        ("m.json", jsonl),
        ("m.jsonl", jsonl),
    ] {
        let sandbox = Sandbox::new();
        sandbox.load("movie", name, content).success();
        let extra = if name == "m.csv" { r#"{"extra":"x"}"# } else { "NULL" };
        assert_eq!(
            sandbox.rows("SELECT * FROM movie"),
            format!("Rush|rush|113|Korean|876|1|{extra}\n"),
            "{name}"
        );
    }
}

#[test]
fn standard_input_and_compressed_files_are_sources() {
    let sandbox = Sandbox::new();
    let args = ["load", "--model", "movie", "--collector", "csv", "--config", "-"];
    sandbox.scli_with_input(&args, MOVIES.as_bytes()).success().snapshot("load_stdin");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, MOVIES.as_bytes()).unwrap();
    sandbox.load("movie", "movies.csv.gz", gzip.finish().unwrap()).success().snapshot("load_gzip");
}

#[test]
fn the_ledger_knows_the_bytes() {
    let sandbox = Sandbox::new();
    sandbox
        .load("movie", "movies.csv", "title,duration_mins,original_language,size_mb\n")
        .success()
        .snapshot("load_header_only");
    // sha256sum of the header line
    assert_eq!(
        sandbox.rows("SELECT sha256, sha256_absent FROM load"),
        "5b2db5e468cb63beb7a27a92be4b124bc296755199bd961785599919aeac205a|NULL\n"
    );
}

#[test]
fn reports_can_be_quiet_wordy_or_json() {
    let sandbox = Sandbox::new();
    sandbox.write("movies.csv", MOVIES.replace("113", "long"));
    let load = ["load", "--model", "movie", "--config", "movies.csv"];
    sandbox.scli(&[&load[..], &["-q"]].concat()).success().snapshot("report_quiet");
    sandbox.scli(&[&load[..], &["-v"]].concat()).success().snapshot("report_verbose");
    let json = sandbox.scli(&[&load[..], &["--log-format", "json"]].concat()).success().stderr;
    let mut report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(report["seconds"].take().is_f64());
    crate::harness::snapshot("report_json", &serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn rejects_can_be_refused() {
    let sandbox = Sandbox::new();
    sandbox.load("movie", "movies.csv", MOVIES).success();
    let before = sandbox.models();
    sandbox.write("bad.csv", MOVIES.replace("113", "x").replace("1857", "y").replace("Stalker", "New"));
    let load = ["load", "--model", "movie", "--config", "bad.csv"];
    sandbox.scli(&[&load[..], &["--strict"]].concat()).snapshot("load_strict");
    sandbox.scli(&[&load[..], &["--max-rejects", "1"]].concat()).snapshot("load_max_rejects");
    assert_eq!(sandbox.models(), before);
    assert_eq!(sandbox.scli(&[&load[..], &["--max-rejects", "2"]].concat()).code, 0);
}
