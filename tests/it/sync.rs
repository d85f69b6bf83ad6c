//! A whole directory at once.

use crate::harness::Sandbox;

#[test]
fn every_models_file_is_found_by_its_name() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a/movie.csv", "title,duration_mins,original_language,size_mb\nRush,113,Korean,876\n");
    sandbox.write("in/Users.CSV", "first_name,last_name,email\nAda,Byron,ada@example.com\n");
    sandbox.write("in/books.jsonl", r#"{"name": "Dust", "pages": 1, "author": "A", "publisher": "P"}"#);
    sandbox.write("in/notes.txt", "not ours");
    sandbox.write("in/movies.xlsx", "not a form we know");
    sandbox.scli(&["sync", "in"]).success().snapshot("sync");
}

#[test]
fn a_directory_without_files_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("in/notes.txt", "");
    sandbox.scli(&["sync", "in"]).snapshot("sync_nothing");
    sandbox.scli(&["sync", "nowhere"]).snapshot("sync_nowhere");
    sandbox.scli(&["sync", "in/notes.txt"]).snapshot("sync_file");
    assert!(!sandbox.path("warehouse.db").exists());
}

#[test]
fn a_broken_file_does_not_keep_the_others_out() {
    let sandbox = Sandbox::new();
    sandbox.write("in/movies.csv", "title\nRush\n");
    sandbox.write("in/books.json", "[");
    sandbox.write("in/users.csv", "first_name,last_name,email\nAda,Byron,ada@example.com\n");
    sandbox.scli(&["sync", "in"]).snapshot("sync_partly_broken");
    assert_eq!(sandbox.rows("SELECT count(*) FROM user"), "1\n");
}
