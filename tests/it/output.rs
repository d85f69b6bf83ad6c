//! Results in files: whole or not at all.

use crate::harness::{Outcome, Sandbox, snapshot};

fn told(outcomes: impl IntoIterator<Item = (String, Outcome)>) -> String {
    outcomes
        .into_iter()
        .map(|(line, outcome)| format!("$ {line}\n{}", outcome.told()))
        .collect::<Vec<_>>()
        .join("\n")
}

fn run(sandbox: &Sandbox, line: &str) -> (String, Outcome) {
    (format!("scli {line}"), sandbox.scli(&line.split(' ').collect::<Vec<_>>()))
}

/// Every command that prints a result writes it to a file just so.
#[test]
fn a_file_holds_what_would_be_printed_in_the_form_of_its_name() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("all.sql", "SELECT * FROM stream");
    let endings = [
        ("csv", "csv"),
        ("tsv", "tsv"),
        ("json", "json"),
        ("jsonl", "jsonl"),
        ("md", "markdown"),
        ("txt", "table"),
    ];
    for command in [
        "answers",
        "query users_affected_by_outage",
        "query --list",
        "query -f all.sql",
        "query -f all.sql --explain",
        "check",
        "check --list",
        "schema",
        "loads",
        "history movie Unforgiven",
        "rejects list",
        "rejects show 1",
    ] {
        for (ending, format) in endings {
            let printed = run(&sandbox, &format!("{command} --format {format}")).1.success().stdout;
            let written = run(&sandbox, &format!("{command} -o out.{ending}")).1.success();
            assert_eq!((written.stdout.as_str(), written.stderr.as_str()), ("", ""), "{command}");
            let file = std::fs::read_to_string(sandbox.path(&format!("out.{ending}"))).unwrap();
            assert!(file == printed, "{command} {ending}:\n{file}");
        }
    }
    run(&sandbox, "answers --output out.csv --format json").1.success();
    run(&sandbox, "answers --check out.csv").1.success();
    let printed = run(&sandbox, "answers -o -").1.success().stdout;
    assert_eq!(printed, run(&sandbox, "answers").1.stdout, "a dash is standard output, as elsewhere");
    let names = sandbox.names();
    assert!(names.iter().all(|name| !name.contains("part")), "nothing is left beside: {names:?}");
}

#[test]
fn a_result_that_fails_leaves_the_file_as_it_was() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("out.csv", "before\n");
    sandbox.write(
        "late.sql",
        "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
         SELECT i FROM n UNION ALL SELECT abs(-9223372036854775807 - 1)",
    );
    for line in
        ["query -f late.sql -o out.csv", "query -f missing.sql -o out.csv", "query outrage -o out.csv"]
    {
        let (_, outcome) = run(&sandbox, line);
        assert_ne!(outcome.code, 0, "{line}");
        assert_eq!(std::fs::read_to_string(sandbox.path("out.csv")).unwrap(), "before\n", "{line}");
    }
    assert_eq!(sandbox.names(), ["late.sql", "out.csv", "warehouse.db"]);
    // What the command finds is no failure of the file.
    sandbox.write("other.json", "[]");
    let (_, outcome) = run(&sandbox, "answers --check other.json -o answers.json");
    assert_eq!(outcome.code, 4);
    assert!(sandbox.path("answers.json").exists());
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let sandbox = Sandbox::with_warehouse();
    let before = sandbox.database();
    std::fs::create_dir(sandbox.path("folder.csv")).unwrap();
    let read_only = sandbox.write("kept.csv", "kept\n");
    let mut permissions = std::fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&read_only, permissions).unwrap();
    let text = told(
        [
            "answers -o answers",
            "answers -o answers.xlsx",
            "answers -o folder.csv",
            "answers -o nowhere/answers.csv",
            "answers -o kept.csv",
            "answers -o warehouse.db --format csv",
            "query -f all.sql -o",
        ]
        .map(|line| run(&sandbox, line)),
    );
    snapshot("output_mistakes", &text);
    assert!(sandbox.database() == before);
    assert_eq!(std::fs::read_to_string(&read_only).unwrap(), "kept\n");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with_warehouse();
    let mode = |name: &str| std::fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o777;
    run(&sandbox, "answers -o new.csv").1.success();
    let usual = sandbox.write("usual", "");
    assert_eq!(mode("new.csv"), std::fs::metadata(usual).unwrap().permissions().mode() & 0o777);
    std::fs::set_permissions(sandbox.path("new.csv"), std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("new.csv", sandbox.path("link.csv")).unwrap();
    run(&sandbox, "query --list -o link.csv").1.success();
    assert_eq!(mode("new.csv"), 0o640);
    assert!(std::fs::symlink_metadata(sandbox.path("link.csv")).unwrap().is_symlink());
    assert!(std::fs::read_to_string(sandbox.path("new.csv")).unwrap().starts_with("question,title"));
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_made_safe_where_asked() {
    let sandbox = Sandbox::with_warehouse();
    sandbox.write("odd.sql", "SELECT '=cmd()' AS a, '-5' AS b, -5 AS c, '@x,y' AS d, '+a' AS \"=e\"");
    let args = ["query", "-f", "odd.sql", "--format"];
    let printed = |more: &[&str]| sandbox.scli(&[&args[..], more].concat()).success().stdout;
    assert_eq!(printed(&["csv"]), "a,b,c,d,=e\n=cmd(),-5,-5,\"@x,y\",+a\n");
    assert_eq!(printed(&["csv", "--safe-cells"]), "a,b,c,d,'=e\n'=cmd(),-5,-5,\"'@x,y\",'+a\n");
    assert_eq!(printed(&["tsv", "--safe-cells"]), "a\tb\tc\td\t'=e\n'=cmd()\t-5\t-5\t'@x,y\t'+a\n");
    let refused = sandbox.scli(&[&args[..], &["json", "--safe-cells"]].concat());
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--safe-cells is for csv and tsv"), "{}", refused.stderr);
    let movie = "title,duration_mins,original_language,size_mb\n=1+1,1,x,1\n";
    sandbox.load("movie", "=m.csv", movie).success();
    let ledger = sandbox.scli(&["loads", "--limit", "1", "--format", "csv", "--safe-cells"]).success().stdout;
    assert!(ledger.contains(",'=m.csv,"), "{ledger}");
}

/// A value of many megabytes: a person sees its beginning, a program has all of it.
#[test]
fn a_huge_value_is_cut_in_a_table_and_whole_elsewhere() {
    let sandbox = Sandbox::with_warehouse();
    for (value, first, bytes) in
        [("zeroblob(16000000)", "0000", 32_000_000), ("hex(zeroblob(8000000))", "0000", 16_000_000)]
    {
        sandbox.write("huge.sql", format!("SELECT {value} AS value, 1 AS n"));
        let table = sandbox.scli(&["query", "-f", "huge.sql"]).success().stdout;
        assert!(table.contains(first) && table.contains("0… │ 1 │"), "{value}: {} bytes", table.len());
        assert!(table.chars().count() < 30_000, "{value}: {} letters", table.chars().count());
        let csv = sandbox.scli(&["query", "-f", "huge.sql", "--format", "csv"]).success().stdout;
        assert_eq!(csv.len(), "value,n\n,1\n".len() + bytes, "{value}");
    }
}
