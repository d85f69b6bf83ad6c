//! Descriptions drafted from files as people have them: each loads the file it was made from, with nothing else said.

use crate::harness::Sandbox;
use crate::reading::{bzip2, latin1, workbook, xz, zip};

/// A file, what is said when it is described, what the draft has to say of it, and what its table then has.
struct Case {
    file: &'static str,
    content: Vec<u8>,
    said: &'static [&'static str],
    drafted: &'static [&'static str],
    rows: &'static str,
}

fn case(
    file: &'static str,
    content: impl Into<Vec<u8>>,
    said: &'static [&'static str],
    drafted: &'static [&'static str],
    rows: &'static str,
) -> Case {
    Case { file, content: content.into(), said, drafted, rows }
}

const PRICES: &str =
    "Artikel;Preis, netto;Größe;Stück\nStuhl;12,5;groß;3\nTisch;-0,75;;4\nBank;8;klein;5,0\n";
const PRICED: &str = "Bank|8|5|klein\nStuhl|12.5|3|groß\nTisch|-0.75|4|NULL\n";

fn cases() -> Vec<Case> {
    let plain = "id,name\n1,é\n2,b\n";
    let rows = "1|é\n2|b\n";
    let object = r#"{"name": "all", "count": 2, "tags": [], "data": [{"id": 1, "name": "é"}, {"id": 2, "name": "b"}]}"#;
    vec![
        case("prices.csv", PRICES, &[], &[], PRICED),
        case(
            "prices.csv",
            latin1(PRICES),
            &["--encoding", "latin1"],
            &["encoding = \"windows-1252\""],
            PRICED,
        ),
        case(
            "prices.txt.csv",
            PRICES.replace(';', "^"),
            &["--separator", "^"],
            &["separator = \"^\""],
            "Bank|8|5,0|klein\nStuhl|12,5|3|groß\nTisch|-0,75|4|NULL\n",
        ),
        case("items.tsv", plain.replace(',', "\t"), &["--separator", "tab"], &["separator = \"tab\""], rows),
        case("items.csv.xz", xz(plain.as_bytes()), &[], &[], rows),
        case("items.csv.bz2", bzip2(plain.as_bytes()), &[], &[], rows),
        case(
            "items.json.zst",
            ruzstd::encoding::compress_to_vec(object.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest),
            &[],
            &["root = \"data\""],
            rows,
        ),
        case("items.zip", zip(&[("x/y.csv", plain.as_bytes())]), &[], &[], rows),
        // Found again, since nothing beside the records is called as they are.
        case("items.json", object.replace("\"name\": \"all\", ", ""), &[], &[], rows),
        case(
            "items.json",
            r#"{"old": [{}], "data": {"items": [{"id": 1, "name": "é"}, {"id": 2, "name": "b"}]}}"#,
            &["--root", "$.data.items"],
            &["root = \"data.items\""],
            rows,
        ),
        case(
            "items.csv",
            "Nummer,NAME\n1,é\n2,b\n",
            &["--map", "nummer=id", "--map", "x=y"],
            &["from = \"Nummer\""],
            rows,
        ),
        // Names that differ in case alone, one that would be a path, and one that has another separator in it.
        case("items.csv", "id,name,ID,tags[],a;b\n1,é,3,x,1\n2,b,4,y,2\n", &[], &["from = \"a;b\""], rows),
    ]
}

#[test]
fn a_draft_says_what_its_file_needs_and_sync_alone_loads_it() {
    for Case { file, content, said, drafted, rows } in cases() {
        let sandbox = Sandbox::new();
        sandbox.write(&format!("in/{file}"), &content);
        let path = format!("in/{file}");
        let draft = sandbox.scli(&[&["describe", &path], said].concat()).success().stdout;
        let stated = |member: &str| draft.lines().any(|line| line.starts_with(&format!("{member} = ")));
        for part in drafted {
            assert!(draft.contains(part), "{file}: {part}: {draft}");
        }
        if drafted.is_empty() {
            let members = ["encoding", "separator", "sheet", "root"];
            assert!(!members.iter().any(|member| stated(member)), "{file}: {draft}");
        }
        sandbox.write("scli.toml", &draft);
        let synced = sandbox.scli(&["sync", "in", "--strict"]).success().stderr;
        assert!(synced.contains(" inserted"), "{file}: {synced}");
        let select = if file.starts_with("items") {
            "SELECT id, name FROM item ORDER BY id"
        } else {
            "SELECT artikel, preis_netto, st_ck, gr_e FROM price ORDER BY 1"
        };
        let select =
            if file == "prices.txt.csv" { select.replace("price", "prices_txt") } else { select.to_owned() };
        assert_eq!(sandbox.rows(&select), rows, "{file}: {draft}");
        let again = sandbox.scli(&["sync", "in"]).success().stderr;
        assert!(again.contains("nothing new") || again.contains("0 inserted"), "{file}: {again}");
        // The database knows how the file is read, without the file that describes it.
        std::fs::remove_file(sandbox.path("scli.toml")).unwrap();
        let again = sandbox.scli(&["load", &path]).success().stderr;
        assert!(again.contains("0 inserted, 0 updated"), "{file}: {again}");
    }
}

#[test]
fn a_sheet_of_a_workbook_is_described_and_named() {
    let sandbox = Sandbox::new();
    sandbox.write("in/films.xlsx", workbook(""));
    let draft = sandbox.scli(&["describe", "in/films.xlsx", "--sheet", "All movies"]).success().stdout;
    assert!(draft.contains("\nsheet = \"All movies\"\n"), "{draft}");
    let described =
        draft.replace("duration_mins     = { type = \"real\"", "duration_mins = { type = \"integer\"");
    assert_ne!(draft, described, "{draft}");
    sandbox.write("scli.toml", described);
    let synced = sandbox.scli(&["sync", "in"]).success().stderr;
    assert!(synced.contains("the first: sheet \"All movies\", row 7: duration_mins is \"1.5\""), "{synced}");
    assert_eq!(sandbox.rows("SELECT title FROM film WHERE duration_mins = 113"), "Two\nlines, \"quoted\"\n");
    // What is said goes before what is described.
    let other = sandbox.scli(&["sync", "in", "--sheet", "Sessions"]);
    assert_eq!(other.code, 1);
    assert!(
        other.stderr.contains("films.xlsx: sheet \"Sessions\": line 1: the header lacks"),
        "{}",
        other.stderr
    );
}

#[test]
fn what_is_said_goes_before_the_description_and_a_change_of_it_loads_files_again() {
    let sandbox = Sandbox::new();
    let model = |more: &str| {
        format!(
            "[model.item]\nkey = 'id'\nfiles = ['in/*']\n{more}[model.item.fields]\nid = {{ type = 'integer' }}\nname = {{ type = 'text' }}\n"
        )
    };
    sandbox.write("in/items.csv", latin1("id,name\n1,\u{a4}\u{e9}\n"));
    sandbox.write("scli.toml", model("encoding = 'latin1'\n"));
    sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT name FROM item"), "¤é\n");
    assert_eq!(sandbox.rows("SELECT collector FROM load"), "csv {\"encoding\":\"windows-1252\"}\n");
    assert_eq!(sandbox.rows("SELECT files FROM model"), "[\"in/*\",{\"encoding\":\"latin1\"}]\n");
    sandbox.scli(&["sync", "in", "--encoding", "iso-8859-15"]).success();
    assert_eq!(sandbox.rows("SELECT name FROM item"), "€é\n");
    sandbox.write("scli.toml", model("encoding = 'iso-8859-2'\n"));
    sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT name FROM item"), "¤é\n");
    assert_eq!(sandbox.rows("SELECT count(*) FROM model_history"), "1\n");
    assert_eq!(
        sandbox
            .scli(&["query", "--as-of", "1", "SELECT files FROM model", "--format", "csv"])
            .success()
            .stdout
            .matches("latin1")
            .count(),
        1
    );
    for (line, message) in [
        ("encoding = 'klingon'", "line 4: model item: encoding is `klingon`: no such encoding"),
        ("separator = ';;'", "line 4: model item: separator is `;;`: expected one mark"),
        ("root = 'a..b'", "line 4: model item: root is `a..b`: expected names with points between"),
    ] {
        sandbox.write("scli.toml", model(&format!("{line}\n")));
        let refused = sandbox.scli(&["sync", "in"]);
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains(message), "{}", refused.stderr);
    }
}

#[test]
fn rejects_of_a_described_model_are_read_again_as_they_were() {
    let sandbox = Sandbox::new();
    sandbox.write("scli.toml", "[model.item]\nkey = 'id'\nseparator = ':'\n[model.item.fields]\nid = { type = 'integer' }\nprice = { type = 'real', maximum = 5 }\n");
    sandbox.load("item", "items.csv", "id:price\n1:7\n2:3\n").success();
    let toml = std::fs::read_to_string(sandbox.path("scli.toml")).unwrap().replace("5", "9");
    sandbox.write("scli.toml", toml);
    sandbox.load("item", "items.csv", "id:price\n2:3\n").success();
    sandbox.scli(&["rejects", "replay", "--model", "item"]).success();
    assert_eq!(sandbox.rows("SELECT id, price FROM item ORDER BY 1"), "1|7\n2|3\n");
}

#[test]
fn files_that_cannot_be_described_as_one_model_say_so() {
    let sandbox = Sandbox::new();
    let object = |root: &str| format!(r#"{{"id": 7, "{root}": [{{"id": 1}}, {{"id": 2}}]}}"#);
    sandbox.write("items-1.json", object("a"));
    sandbox.write("items-2.json", object("b"));
    let refused = sandbox.scli(&["describe", "items-1.json", "items-2.json"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("items-1.json has its records in a, items-2.json in b\n  help: "),
        "{}",
        refused.stderr
    );
    let foreign = sandbox.write("items.txt", "%PDF-1.7\n\u{80}");
    let refused = sandbox.scli(&["describe", foreign.to_str().unwrap()]);
    assert!(refused.stderr.contains("items.txt: is a PDF"), "{}", refused.stderr);
    sandbox.write("items.txt", "id,name\n1,a\n");
    let refused = sandbox.scli(&["describe", "items.txt"]);
    assert_eq!(refused.code, 2);
    let help = "items.txt: the name does not tell the form\n  help: give it a name that ends in";
    assert!(refused.stderr.contains(help), "{}", refused.stderr);
    sandbox.write("items.csv", latin1("id,name\n1,é\n"));
    let refused = sandbox.scli(&["describe", "items.csv"]);
    assert!(refused.stderr.contains("--encoding windows-1252"), "{}", refused.stderr);
    // One record with an empty array in it is a record.
    sandbox.write("order.json", r#"{"id": 1, "lines": []}"#);
    let draft = sandbox.scli(&["describe", "order.json"]).success().stdout;
    assert!(draft.contains("1 record.") && draft.contains("key = \"id\""), "{draft}");
}

/// A Data Package says how its files are read as well.
#[test]
fn a_data_package_tells_how_its_files_are_read() {
    let sandbox = Sandbox::new();
    sandbox.write("in/items.csv", latin1("id^name\n1^é\n2^b\n"));
    let package = r#"{"resources": [{"name": "items", "path": "in/items.csv", "encoding": "iso-8859-1",
        "dialect": {"delimiter": "^"}, "schema": {"primaryKey": "id",
        "fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}}]}"#;
    sandbox.write("datapackage.json", package);
    let draft = sandbox.scli(&["describe", "datapackage.json"]).success().stdout;
    assert!(draft.contains("encoding = \"windows-1252\"\nseparator = \"^\"\n"), "{draft}");
    sandbox.write("scli.toml", draft);
    sandbox.scli(&["sync", "in"]).success();
    assert_eq!(sandbox.rows("SELECT id, name FROM item"), "1|é\n2|b\n");
    // Without a key, its files are looked at in the same way.
    sandbox.write("datapackage.json", package.replace("\"primaryKey\": \"id\",", ""));
    let draft = sandbox.scli(&["describe", "datapackage.json"]).success().stdout;
    assert!(draft.contains("key = \"id\"") && draft.contains("separator = \"^\""), "{draft}");
    sandbox.write("datapackage.json", package.replace("iso-8859-1", "klingon"));
    let draft = sandbox.scli(&["describe", "datapackage.json"]).success().stdout;
    assert!(
        draft.contains("# Left out, since a description has no word for it: encoding is `klingon`"),
        "{draft}"
    );
}
