//! The vendor's JSON style: four spaces a level, no space after a colon, no newline at the end.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

/// Writes `records` as one array in the vendor's style.
pub(super) fn write<T: Serialize>(out: &mut impl Write, records: &[T]) -> io::Result<()> {
    let style = VendorStyle(PrettyFormatter::with_indent(b"    "));
    records.serialize(&mut Serializer::with_formatter(out, style)).map_err(io::Error::from)
}

/// The pretty style of `serde_json`, but for the colon.
struct VendorStyle(PrettyFormatter<'static>);

impl Formatter for VendorStyle {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b":")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_like_the_vendor_s() {
        #[derive(Serialize)]
        struct Record {
            name: Option<&'static str>,
            pages: [u64; 2],
        }
        let mut out = Vec::new();
        write(&mut out, &[Record { name: None, pages: [1, 2] }]).unwrap();
        let expected = "[\n    {\n        \"name\":null,\n        \"pages\":[\n            1,\n            2\n        ]\n    }\n]";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
