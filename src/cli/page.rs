//! The page of answers, written.

use super::output::write_whole;
use super::report::Reporter;
use crate::error::Result;
use std::io::Write;
use std::path::Path;

/// Writes the page, a file whole or not at all.
pub fn write_page(file: &Path, page: &str, reporter: &Reporter) -> Result<()> {
    if file == Path::new("-") {
        return Ok(std::io::stdout().lock().write_all(page.as_bytes())?);
    }
    write_whole(file, |out| Ok(out.write_all(page.as_bytes())?))?;
    reporter.wrote(file, page.len());
    Ok(())
}
