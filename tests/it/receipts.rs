//! Which files an answer rests on, and which loads moved it.

use crate::harness::{Sandbox, snapshot};

const STREAMS: &str = "movie_title,user_email,size_mb,start_at,end_at\n\
    Rush,a@x.org,500,2021-12-06T19:30:19Z,2021-12-06T20:30:19Z\n";

/// Movies once, streams three times, of which the third load finds nothing new. Times are set, since
/// they are shown.
fn loaded() -> Sandbox {
    let sandbox = Sandbox::new();
    let movies = "title,duration_mins,original_language,size_mb\nRush,113,English,876\n";
    sandbox.load("movie", "movies.csv", movies).success();
    sandbox.load("stream", "day1/streams.csv", STREAMS).success();
    sandbox.load("stream", "day2/streams.csv", STREAMS.replace("500", "700")).success();
    sandbox.load("stream", "day3/streams.csv", STREAMS.replace("500", "700")).success();
    sandbox.load("stream", "broken.csv", "").snapshot("receipts_failed_load");
    set_times(&sandbox);
    sandbox
}

fn set_times(sandbox: &Sandbox) {
    let sql = "UPDATE load SET finished_at = '2021-12-0' || id || 'T06:00:00Z'";
    sandbox.connect().execute(sql, []).unwrap();
}

#[test]
fn receipts_name_the_files_of_each_answer() {
    let sandbox = loaded();
    sandbox.scli(&["answers", "--receipts"]).snapshot("receipts_table");
    let csv = sandbox.scli(&["answers", "--receipts", "--format", "csv"]).success().stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "question,title,published,corrected,unit,note,load,model,source,sha256,finished_at,never_loaded"
    );
    assert_eq!(lines.len(), 1 + 3 * 4 + 3 * 3, "a row for each answer and load");
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("median_stream_size,Median size of a stream,0.7,0.7,GB,,2,"))
    );
    sandbox.scli(&["answers", "--receipts", "--as-of", "2"]).snapshot("receipts_as_of");
}

#[test]
fn json_always_has_receipts() {
    let sandbox = loaded();
    for format in ["json", "jsonl"] {
        let plain = sandbox.scli(&["answers", "--format", format]).success().stdout;
        assert_eq!(sandbox.scli(&["answers", "--format", format, "--receipts"]).success().stdout, plain);
        let median = match format {
            "json" => serde_json::from_str::<Vec<serde_json::Value>>(&plain).unwrap().swap_remove(4),
            _ => serde_json::from_str(plain.lines().nth(4).unwrap()).unwrap(),
        };
        let loads = median["receipts"]["loads"].as_array().unwrap();
        let told: Vec<String> =
            loads.iter().map(|load| format!("{} {}", load["load"], load["source"])).collect();
        assert_eq!(told, ["2 \"day1/streams.csv\"", "3 \"day2/streams.csv\"", "4 \"day3/streams.csv\""]);
        // sha256sum of the first file
        assert_eq!(loads[0]["sha256"], "c84041e0c0d49c68b38123cdd3973ad835bc167b532bba7aed8fdcb9eca4d3a8");
    }
}

#[test]
fn drift_names_the_loads_since() {
    let sandbox = loaded();
    let earlier = sandbox.scli(&["answers", "--format", "json", "--as-of", "2"]).success().stdout;
    sandbox.write("answers.json", &earlier);
    let outcome = sandbox.scli(&["answers", "--check", "answers.json"]);
    assert_eq!(outcome.code, 4);
    snapshot("receipts_drift", &outcome.stderr);
    assert_eq!(sandbox.scli(&["answers", "--check", "answers.json", "--as-of", "2"]).code, 0);

    // As written before there were receipts.
    let mut old: Vec<serde_json::Value> = serde_json::from_str(&earlier).unwrap();
    for answer in &mut old {
        answer.as_object_mut().unwrap().remove("receipts");
    }
    sandbox.write("old.json", serde_json::to_string(&old).unwrap());
    let outcome = sandbox.scli(&["answers", "--check", "old.json"]);
    assert_eq!(outcome.code, 4);
    assert!(!outcome.stderr.contains("since"), "{}", outcome.stderr);
}
