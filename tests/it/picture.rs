//! The picture at the top of README.md.

use crate::harness::{Sandbox, project};

#[test]
fn it_shows_what_is_printed_today() {
    let printed = Sandbox::with_warehouse().scli(&["answers"]).success().stdout;
    let drawn = scli::render::picture("scli answers", &printed);
    let kept = std::fs::read_to_string(project("docs/answers.svg")).unwrap();
    assert!(
        kept == drawn,
        "docs/answers.svg is not what `scli answers` prints; `make picture` draws it anew"
    );
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let top: Vec<&str> = readme.lines().take(12).collect();
    assert!(top.iter().any(|line| line.contains("](docs/answers.svg)")), "README.md shows it at the top");
}
