//! Files as people have them: other separators, encodings, names of columns, archives and documents.

use crate::deliveries::{MOVIES, authors, settle};
use crate::harness::{Outcome, Sandbox};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};

const GERMAN: &str = "title;duration_mins;original_language;size_mb\nAmélie;122;\"French; English\";876\n";

fn movies(sandbox: &Sandbox) -> String {
    sandbox.rows("SELECT title, duration_mins, original_language, size_mb FROM movie ORDER BY title")
}

/// What one file of movies becomes.
fn loaded(name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> String {
    let sandbox = Sandbox::new();
    sandbox.load_with("movie", name, content, more).success();
    movies(&sandbox)
}

pub fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

pub fn utf16(text: &str, low_first: bool) -> Vec<u8> {
    let bytes = |unit: u16| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in files {
        archive.start_file(*name, packed).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn told(outcome: &Outcome, code: i32, parts: &[&str]) {
    assert_eq!(outcome.code, code, "{}", outcome.stderr);
    for part in parts {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
}

#[test]
fn the_header_tells_the_separator_and_otherwise_it_is_said() {
    for (separator, name) in [(";", "m.csv"), ("\t", "m.tsv"), ("|", "m.csv"), ("\t", "m.csv")] {
        let text = GERMAN.replace("; ", "&").replace(';', separator).replace('&', "; ");
        assert_eq!(loaded(name, &text, &[]), "Amélie|122|French; English|876\n", "{separator}");
        assert_eq!(loaded(name, format!("sep={separator}\r\n{text}"), &[]), loaded(name, &text, &[]));
    }
    let other = GERMAN.replace("; ", "&").replace(';', "^").replace('&', "; ");
    let sandbox = Sandbox::new();
    let refused = sandbox.load("movie", "m.csv", &other);
    told(&refused, 1, &["line 1: the header lacks the columns title", "say it: --separator ^"]);
    sandbox.load_with("movie", "m.csv", &other, &["--separator", "^"]).success();
    assert_eq!(movies(&sandbox), "Amélie|122|French; English|876\n");
    for bad in ["\"", "ab", "", "x", "\n"] {
        assert_eq!(sandbox.scli(&["sync", "m.csv", "--separator", bad]).code, 2, "{bad:?}");
    }
    told(&sandbox.load_with("author", "a.json", "[]", &["--separator", ";"]), 2, &["--separator is for csv"]);
}

#[test]
fn streams_with_semicolons_have_a_comma_before_the_fraction() {
    let sandbox = Sandbox::new();
    let header = "movie_title;user_email;size_mb;start_at;end_at\n";
    let times = "2021-12-06T19:30:19Z;2021-12-06T20:30:19Z";
    let rows = format!(
        "{header}Rush;a@x.org;12,5;{times}\nRush;b@x.org;1.234,5;{times}\nRush;c@x.org;7.25;{times}\n"
    );
    sandbox.load("stream", "s.csv", &rows).success();
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream ORDER BY user_email"), "12.5\n7.25\n");
    assert_eq!(
        sandbox.rows("SELECT line, rule, value, raw FROM reject"),
        format!("3|number|1.234,5|Rush;b@x.org;1.234,5;{times}\n")
    );
    let replayed = sandbox.scli(&["rejects", "replay", "--model", "stream"]).success().stderr;
    assert!(replayed.contains("1.234,5"), "{replayed}");
    let exported = sandbox.scli(&["rejects", "export", "--model", "stream"]).success().stdout;
    sandbox.load("stream", "mended.csv", exported.replace("1.234,5", "1234,5")).success();
    assert_eq!(sandbox.rows("SELECT size_mb FROM stream WHERE user_email = 'b@x.org'"), "1234.5\n");
    // Between commas, a comma in a number is none.
    let quoted = rows.lines().nth(1).unwrap().replace(';', ",").replace("12,5", "\"12,5\"");
    let commas = format!("{}{quoted}\n", header.replace(';', ","));
    told(&sandbox.load("stream", "c.csv", commas), 3, &["size_mb is \"12,5\": not a number"]);
}

#[test]
fn texts_in_other_encodings_are_read_and_kept_in_utf8() {
    let text = "title,duration_mins,original_language,size_mb\nAmélie,122,Fran\u{e7}ais,876\nÉté,x,y,1\n";
    let expected = "Amélie|122|Fran\u{e7}ais|876\n";
    for (content, option) in [
        (latin1(text), Some("latin1")),
        (latin1(text), Some("Windows-1252")),
        (utf16(text, true), Some("utf-16le")),
        (utf16(text, false), Some("UTF-16BE")),
        ([&b"\xff\xfe"[..], &utf16(text, true)].concat(), None),
        ([&b"\xfe\xff"[..], &utf16(text, false)].concat(), None),
        ([&b"\xfe\xff"[..], &utf16(text, false)].concat(), Some("latin1")),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), Some("latin1")),
    ] {
        let sandbox = Sandbox::new();
        let more = option.map_or(vec![], |name| vec!["--encoding", name]);
        sandbox.load_with("movie", "m.csv", &content, &more).success();
        assert_eq!(movies(&sandbox), expected, "{option:?}");
        assert_eq!(sandbox.rows("SELECT line, byte, raw FROM reject"), "3|72|Été,x,y,1\n", "{option:?}");
        let sha: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sandbox.rows("SELECT sha256, bytes FROM load"), format!("{sha}|{}\n", content.len()));
        let replayed = sandbox.scli(&["rejects", "replay", "--model", "movie"]).success().stderr;
        assert!(replayed.contains("duration_mins is \"x\""), "{replayed}");
    }
}

#[test]
fn what_is_not_in_the_encoding_is_an_error_that_names_the_option() {
    let sandbox = Sandbox::new();
    let text = "title,duration_mins,original_language,size_mb\nAmélie,122,French,876\n";
    let outcome = sandbox.load("movie", "m.csv", latin1(text));
    told(&outcome, 1, &["m.csv: line 2: not UTF-8 at byte 48\n", "--encoding windows-1252"]);
    let outcome = sandbox.load("author", "a.json", latin1(r#"[{"metadata":{"name":"é"}}]"#));
    told(&outcome, 1, &["not UTF-8\n", "--encoding windows-1252"]);
    let mut half = utf16(text, true);
    half.truncate(half.len() - 1);
    let outcome = sandbox.load_with("movie", "m.csv", &half, &["--encoding", "utf-16le"]);
    told(&outcome, 1, &["m.csv: line 2: not UTF-16LE at byte 134"]);
    told(&sandbox.load("movie", "m.csv", &half), 1, &["UTF-16 without a mark", "--encoding utf-16le"]);
    told(&sandbox.scli(&["sync", "m.csv", "--encoding", "klingon"]), 2, &["no such encoding"]);
    assert_eq!(sandbox.rows("SELECT count(*) FROM movie"), "0\n");
}

#[test]
fn columns_and_members_have_the_names_that_are_given() {
    let expected = "A|1|x|2\n";
    let text = " Title ,DURATION_MINS, Original_Language,size_mb\nA,1,x,2\n";
    assert_eq!(loaded("m.csv", text, &[]), expected);
    let map = ["--map", "Titel=title", "--map", "Größe = size_mb"];
    let text = "TITEL,Duration_mins,original_language,größe,Jahr\nA,1,x,2,1999\n";
    assert_eq!(loaded("m.csv", text, &map), expected);
    let object = r#"{"Titel": "A", "duration_mins": 1, "original_language": "x", "Größe": 2}"#;
    assert_eq!(loaded("m.json", format!("[{object}]"), &map), expected);
    assert_eq!(loaded("m.jsonl", object, &map), expected);

    let sandbox = Sandbox::new();
    for (header, parts) in [
        (
            "title,Title,duration_mins,original_language,size_mb",
            ["title twice, as \"title\" and as \"Title\"", "--map \"title\"=other"],
        ),
        (
            "title,Titel,duration_mins,original_language,size_mb",
            ["title twice, as \"title\" and as \"Titel\"", "--map"],
        ),
        ("titel,duration_mins,original_language", ["lacks the column size_mb", "help:"]),
    ] {
        told(&sandbox.load_with("movie", "m.csv", format!("{header}\n"), &map), 1, &parts);
    }
    sandbox.write(
        "m.jsonl",
        format!("{object}\n{}\n", object.replace("\"Titel\"", "\"title\": \"B\", \"Titel\"")),
    );
    sandbox.scli(&[&["sync", "m.jsonl"][..], &map].concat());
    sandbox.load_with("movie", "m.jsonl", std::fs::read(sandbox.path("m.jsonl")).unwrap(), &map).success();
    assert_eq!(sandbox.rows("SELECT line, rule, field FROM reject"), "2|shape|title\n");
    // What was set aside is tried again under the names that it was loaded with.
    let broken = object.replace("\"A\"", "\"C\"").replace(": 1,", ": null,");
    sandbox.load_with("movie", "n.json", format!("[{object}, {broken}]"), &map).success();
    let replayed = sandbox.scli(&["rejects", "replay", "--model", "movie"]).success().stderr;
    assert!(replayed.contains("title") || replayed.contains("duration_mins"), "{replayed}");
    told(&sandbox.scli(&["sync", "m.jsonl", "--map", "x"]), 2, &["expected two names"]);
}

/// Another way to read is another source.
#[test]
fn a_file_is_known_as_it_was_read() {
    let sandbox = Sandbox::new();
    let text = "title;duration_mins;original_language;size_mb\nA;1;x;2\n";
    for name in ["in/movies.csv", "in/2026-11-20/movies.csv"] {
        let path = sandbox.write(name, text);
        settle(&path);
    }
    std::fs::remove_dir_all(sandbox.path("in/2026-11-20")).unwrap();
    let sync = |more: &[&str]| {
        let told = sandbox.scli(&[&["sync", "in"], more].concat()).success().stderr;
        told.contains("nothing new")
    };
    let latin = ["--encoding", "latin1"];
    assert_eq!(
        [sync(&[]), sync(&[]), sync(&latin), sync(&latin), sync(&["--root", "x"])],
        [false, true, false, true, false]
    );
    assert_eq!([sync(&[]), sync(&["--separator", ";"]), sync(&["--separator", ";"])], [true, false, true]);
    let dated = sandbox.write("in/2026-11-20/movies.csv", text);
    settle(&dated);
    assert_eq!([sync(&[]), sync(&[]), sync(&latin), sync(&latin)], [false, true, false, true]);
    assert_eq!(
        sandbox.rows("SELECT DISTINCT collector FROM load ORDER BY 1"),
        "csv\ncsv {\"encoding\":\"windows-1252\"}\ncsv {\"separator\":\";\"}\n"
    );
    let loads = sandbox.scli(&["loads", "--format", "csv"]).success().stdout;
    assert!(!loads.contains("encoding"), "{loads}");
    // A failed try is not known.
    sandbox.write("bad/movies.csv", latin1("title,duration_mins,original_language,size_mb\né,1,x,2\n"));
    settle(&sandbox.path("bad/movies.csv"));
    assert_eq!(sandbox.scli(&["sync", "bad"]).code, 1);
    let told = sandbox.scli(&["sync", "bad", "--encoding", "latin1"]).success().stderr;
    assert!(told.contains("1 inserted"), "{told}");
}

#[test]
fn compressed_files_and_archives_are_read_by_their_content_and_found_by_their_names() {
    let text = format!("{MOVIES}A,1,x,2\n");
    let packed = [bzip2(text.as_bytes()), xz(text.as_bytes()), zip(&[("some/movies.csv", text.as_bytes())])];
    for (content, ending) in packed.iter().zip(["bz2", "xz", "zip"]) {
        for name in [
            format!("movies.csv.{ending}"),
            "movies.csv".to_owned(),
            format!("Movies-2026-11-20.CSV.{ending}"),
        ] {
            let sandbox = Sandbox::new();
            sandbox.write(&format!("in/{name}"), content);
            sandbox.scli(&["sync", "in"]).success();
            assert_eq!(movies(&sandbox), "A|1|x|2\n", "{name}");
            assert_eq!(sandbox.rows("SELECT bytes FROM load"), format!("{}\n", content.len()));
            // Nor is a file that ends too early, or is not what its checksum tells.
            let outcome = sandbox.load("movie", "cut.csv", &content[..content.len() - 5]);
            told(&outcome, 1, &["cut.csv: ", "help: the file may be cut off or damaged; fetch it again"]);
            let mut flipped = content.clone();
            flipped[content.len() / 2] ^= 0x55;
            assert_eq!(sandbox.load("movie", "bad.csv", &flipped).code, 1, "{name}");
        }
    }
    let twice = [bzip2(text.as_bytes()), bzip2(b"B,1,x,2\n")].concat();
    assert_eq!(loaded("m.csv.bz2", twice, &[]), "A|1|x|2\nB|1|x|2\n");
    let twice = [xz(text.as_bytes()), xz(b"B,1,x,2\n")].concat();
    assert_eq!(loaded("m.csv.xz", twice, &[]), "A|1|x|2\nB|1|x|2\n");
    let latin = zip(&[
        ("__MACOSX/._m.csv", b"x"),
        ("m.csv", &latin1("title;duration_mins;original_language;size_mb\né;1;x;2\n")),
    ]);
    assert_eq!(loaded("m.csv.zip", latin, &["--encoding", "latin1"]), "é|1|x|2\n");

    let sandbox = Sandbox::new();
    let several = zip(&[("movies.csv", text.as_bytes()), ("users.csv", b"x")]);
    let outcome = sandbox.load("movie", "m.csv.zip", several);
    told(&outcome, 1, &["2 files in it", "\"movies.csv\", \"users.csv\"", "help: unpack it into a folder"]);
    told(&sandbox.load("movie", "m.csv.zip", zip(&[])), 1, &["without a file in it"]);
    told(&sandbox.load("movie", "m.csv.xz", xz(&bzip2(b"x"))), 1, &["is compressed twice", "bunzip2"]);
    told(&sandbox.load("movie", "m.csv.zip", b"PK\x03\x04junk"), 1, &["zip archive that cannot be read"]);
}

/// The name of an archive need not tell the form of what is in it.
#[test]
fn the_file_in_an_archive_tells_its_form() {
    let sandbox = Sandbox::new();
    let text = format!("{MOVIES}A,1,x,2\n");
    sandbox.write("in/movies.zip", zip(&[("export/2026.csv", text.as_bytes())]));
    sandbox.write("in/Authors-2.ZIP", zip(&[("all.json", authors(&["B"]).as_bytes())]));
    sandbox.write("in/users.zip", zip(&[("users.pdf", b"x")]));
    let synced = sandbox.scli(&["sync", "in"]).success().stderr;
    assert!(synced.contains("users.zip"), "{synced}");
    assert_eq!(sandbox.rows("SELECT collector FROM load ORDER BY 1"), "csv\njson\n");
    sandbox.scli(&["load", "in/movies.zip"]).success();
    told(&sandbox.scli(&["load", "in/users.zip"]), 2, &["users.zip: the name does not tell the form"]);
    sandbox.write("in/books.zip", zip(&[("a.json", b"[]"), ("b.json", b"[]")]));
    told(&sandbox.scli(&["sync", "in"]), 1, &["books.zip: is a zip archive with 2 files in it"]);
    sandbox.write("in/books.zip", b"PK\x03\x04junk");
    told(&sandbox.scli(&["load", "in/books.zip"]), 1, &["books.zip: is a zip archive that cannot be read"]);
}

#[test]
fn records_within_an_object_are_found_or_said() {
    let names = |sandbox: &Sandbox| sandbox.rows("SELECT name FROM author ORDER BY 1");
    let array = authors(&["A", "B"]);
    for (content, more) in [
        (format!(r#"{{"count": 2, "data": {array}, "tags": ["x"], "none": [], "next": null}}"#), &[][..]),
        (format!(r#"{{"data": {{"pages": [{{}}], "items": {array}}}}}"#), &["--root", "data.items"]),
        (format!(r#"{{"old": [{{}}], "new": {array}}}"#), &["--root", "$.new"]),
    ] {
        let sandbox = Sandbox::new();
        sandbox.load_with("author", "a.json", content, more).success();
        assert_eq!(names(&sandbox), "A\nB\n");
    }
    let sandbox = Sandbox::new();
    let bad = array.replace("\"B\"", "7");
    sandbox.load("author", "a.json", format!(r#"{{"data": {bad}}}"#)).success();
    assert_eq!(sandbox.rows("SELECT path, rule FROM reject"), "$.data[1]|type\n");
    sandbox.scli(&["rejects", "replay", "--model", "author"]).success();
    // An object that is a record is one, whatever else it holds.
    let record = r#"{"more": [{}], "metadata": {"name": "C"}, "nationalities": []}"#;
    sandbox.load_with("author", "c.json", record, &["--partial"]).success();
    assert_eq!(names(&sandbox), "A\nC\n");

    for (content, more, parts) in [
        (format!(r#"{{"a": {array}, "b": {array}}}"#), &[][..], &["several members: a, b", "--root a"][..]),
        (format!(r#"{{"a": {array}}}"#), &["--root", "b"], &["root b leads to nothing"]),
        (r#"{"a": {"b": 7}}"#.to_owned(), &["--root", "a.b"], &["root a.b leads to a value"]),
        (array.clone(), &["--root", "a"], &["the file is an array"]),
        (format!(r#"{{"a": {array}"#), &[], &["broken JSON: EOF"]),
        (r#"{"data": []}"#.to_owned(), &[], &["has no record"]),
        (r#"{"a": 1}"#.to_owned(), &[], &["no record looks like model author"]),
    ] {
        let outcome = sandbox.load_with("author", "x.json", content, more);
        assert!(outcome.code == 1 || outcome.code == 3, "{}", outcome.code);
        told(&outcome, outcome.code, parts);
    }
    assert_eq!(sandbox.scli(&["sync", ".", "--root", "a..b"]).code, 2);
    told(&sandbox.load_with("movie", "m.csv", MOVIES, &["--root", "a"]), 2, &["--root is for json"]);
}

/// A workbook with a hidden sheet, one of streams, and one of movies, as it is saved.
pub fn workbook(streams: &str) -> Vec<u8> {
    let relation = |id: u32, what: &str, target: &str| {
        let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}");
        format!(r#"<Relationship Id="r{id}" Type="{kind}" Target="{target}"/>"#)
    };
    let relations = |all: &[String]| {
        let space = "http://schemas.openxmlformats.org/package/2006/relationships";
        format!(r#"<Relationships xmlns="{space}">{}</Relationships>"#, all.concat())
    };
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    let space = r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let sheet = |name: &str, id: u32, more: &str| {
        format!(r#"<sheet name="{name}" sheetId="{id}" r:id="r{id}"{more}/>"#)
    };
    let sheets =
        [sheet("Notes", 1, r#" state="hidden""#), sheet("Sessions", 2, ""), sheet("All movies", 3, "")];
    let text = |column: &str, row: u32, text: &str| {
        format!(r#"<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
    };
    let header = |row: u32, names: &str| {
        let cells =
            names.trim().split(',').zip(["B", "C", "D", "E", "F"]).map(|(name, at)| text(at, row, name));
        format!(r#"<row r="{row}">{}</row>"#, cells.collect::<String>())
    };
    let data = |rows: &str| format!(r#"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"#);
    let movies = [
        header(3, MOVIES),
        format!(
            r#"<row r="5">{}<c r="C5"><v>113.0</v></c><c r="D5" t="s"><v>0</v></c><c r="E5"><v>876</v></c></row>"#,
            text("B", 5, "Two&#13;\nlines, &quot;quoted&quot;")
        ),
        format!(
            r#"<row r="7">{}<c r="C7"><v>1.5</v></c><c r="D7" t="s"><v>0</v></c><c r="E7"><v>1</v></c></row>"#,
            text("B", 7, "Half")
        ),
        format!(
            r#"<row r="8">{}<c r="C8"><v>7</v></c><c r="E8"><v>1</v></c></row>"#,
            text("B", 8, " No language")
        ),
    ];
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", relations(&[relation(1, "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!("<workbook {main} {space}><sheets>{}</sheets></workbook>", sheets.concat()),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                relation(1, "worksheet", "worksheets/sheet1.xml"),
                relation(2, "worksheet", "worksheets/sheet2.xml"),
                relation(3, "worksheet", "worksheets/sheet3.xml"),
                relation(4, "sharedStrings", "sharedStrings.xml"),
                relation(5, "styles", "styles.xml"),
            ]),
        ),
        ("xl/sharedStrings.xml", format!("<sst {main}><si><t>Korean</t></si></sst>")),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet {main}><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", data("")),
        ("xl/worksheets/sheet2.xml", data(&[&header(1, crate::deliveries::STREAMS), streams].concat())),
        ("xl/worksheets/sheet3.xml", data(&movies.concat())),
    ];
    zip(&parts.each_ref().map(|(name, content)| (*name, content.as_bytes())))
}

#[test]
fn sheets_of_workbooks_are_read() {
    let row = |row: u32, email: &str, start: &str| {
        format!(
            r#"<row r="{row}"><c r="B{row}" t="str"><v>Rush</v></c><c r="C{row}" t="str"><v>{email}</v></c>
               <c r="D{row}"><v>12.5</v></c><c r="E{row}" s="1"><v>{start}</v></c><c r="F{row}" s="1"><v>45981.25</v></c></row>"#
        )
    };
    let book = workbook(&[row(2, "a@x.org", "45980.8125"), row(3, "b@x.org", "45982.5")].concat());
    let sandbox = Sandbox::new();
    sandbox.load("stream", "s.xlsx", &book).success();
    let streams = sandbox.rows("SELECT movie_title, user_email, size_mb, start_at, end_at FROM stream");
    assert!(
        streams.starts_with("Rush|a@x.org|12.5|2025-11-19") && streams.contains("2025-11-20"),
        "{streams}"
    );
    assert_eq!(
        sandbox.rows("SELECT line, byte, path, rule FROM reject"),
        "3|NULL|sheet \"Sessions\", row 3|order\n"
    );
    let listed = sandbox.scli(&["rejects", "list", "--format", "jsonl"]).success().stdout;
    assert!(listed.contains(r#""position":"sheet \"Sessions\", row 3""#), "{listed}");
    let shown = sandbox.scli(&["rejects", "show", "1"]).success().stdout;
    assert!(shown.contains("sheet \"Sessions\", row 3"), "{shown}");
    // What is wrong with the sheet as a whole names it as well.
    let lacks = "s.xlsx: sheet \"Sessions\": line 1: the header lacks the columns title, duration_mins";
    told(&sandbox.load("movie", "s.xlsx", &book), 1, &[lacks]);
    let raw = sandbox.rows("SELECT raw FROM reject");
    assert!(raw.contains("2025-11-21T12:00:00,2025-11-20T06:00:00"), "{raw}");

    sandbox.write("in/movies.xlsx", &book);
    told(
        &sandbox.scli(&["sync", "in", "--sheet", "x"]),
        1,
        &["has no sheet \"x\"; it has \"Notes\", \"Sessions\", \"All movies\""],
    );
    let synced = sandbox.scli(&["sync", "in", "--sheet", "All movies"]).success().stderr;
    assert!(synced.contains("the first: sheet \"All movies\", row 7: duration_mins is \"1.5\""), "{synced}");
    assert_eq!(
        sandbox.rows("SELECT title, duration_mins, original_language, size_mb FROM movie ORDER BY title"),
        " No language|7||1\nTwo\nlines, \"quoted\"|113|Korean|876\n"
    );
    assert_eq!(
        sandbox.rows(
            "SELECT line, rule, field FROM reject JOIN load ON load.id = load_id WHERE model = 'movie'"
        ),
        "7|integer|duration_mins\n"
    );
    let replayed = sandbox.scli(&["rejects", "replay", "--model", "movie"]).success().stderr;
    assert!(replayed.contains("1.5"), "{replayed}");
    // What is no workbook inside, and one that unfolds to more than fits in memory.
    told(
        &sandbox.load("movie", "m.xlsx", zip(&[("[Content_Types].xml", b"x")])),
        1,
        &["is a workbook that cannot be read"],
    );
    let long = vec![b' '; 80 << 20];
    let bomb = zip(&[("[Content_Types].xml", b"x"), ("xl/sharedStrings.xml", &long)]);
    told(&sandbox.load("movie", "m.xlsx", bomb), 1, &["it unfolds to more than fits in memory"]);
    let bomb = zip(&[("[Content_Types].xml", b"x"), ("xl/worksheets/sheet1.xml", &long)]);
    told(&sandbox.load("movie", "m.xlsx", bomb), 1, &["it unfolds to more than fits in memory"]);
}
