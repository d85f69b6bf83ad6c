//! Makes docs/answers.svg, the picture at the top of README.md, of what `scli answers` prints:
//! `scli answers | cargo run --example picture > docs/answers.svg`. `make picture` does that.

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut output = String::new();
    std::io::stdin().read_to_string(&mut output)?;
    std::io::stdout().write_all(scli::render::picture("scli answers", &output).as_bytes())
}
