//! What S3 answers in XML.

use crate::error::Error;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// An element: its name, its text, and the elements in it.
#[derive(Debug, Default)]
pub struct Element {
    name: String,
    text: String,
    inside: Vec<Element>,
}

impl Element {
    /// The outermost element of a text.
    pub fn parse(text: &str) -> Result<Element, Error> {
        Element::read(text).ok_or_else(|| {
            Error::failed("the server did not answer as S3 does")
                .help("check AWS_ENDPOINT_URL_S3: is it the address of an S3 service?")
        })
    }

    fn read(text: &str) -> Option<Element> {
        let mut reader = Reader::from_str(text);
        // The outermost holds the document.
        let mut open = vec![Element::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => {
                    let name = std::str::from_utf8(start.local_name().as_ref()).ok()?.to_owned();
                    open.push(Element { name, ..Element::default() });
                }
                Event::End(_) => {
                    let element = open.pop()?;
                    open.last_mut()?.inside.push(element);
                }
                Event::Text(text) => open.last_mut()?.text += &text.xml10_content().ok()?,
                Event::CData(text) => open.last_mut()?.text += &text.decode().ok()?,
                Event::GeneralRef(name) => match name.resolve_char_ref().ok()? {
                    Some(letter) => open.last_mut()?.text.push(letter),
                    None => open.last_mut()?.text += resolve_predefined_entity(&name.decode().ok()?)?,
                },
                Event::Eof => break,
                _ => {}
            }
        }
        let document = open.pop().filter(|_| open.is_empty())?;
        document.inside.into_iter().next()
    }

    /// The elements of this name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.inside.iter().filter(move |element| element.name == name)
    }

    /// The text of the first element of this name, at whatever depth, unless it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.inside.iter().find_map(|element| match element.name == name {
            true => Some(element.text.trim_matches(['\n', '\r'])).filter(|text| !text.is_empty()),
            false => element.text(name),
        })
    }

    /// Whether it is of this name.
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_texts_and_elements() {
        let text = "<?xml version=\"1.0\"?>\n<A xmlns=\"x\"><B><K>a &amp; b&#x21;</K><E/></B><B><K><![CDATA[<]]></K></B></A>";
        let element = Element::parse(text).unwrap();
        assert!(element.is("A"));
        let keys: Vec<_> = element.all("B").map(|inner| inner.text("K").unwrap()).collect();
        assert_eq!(keys, ["a & b!", "<"]);
        assert_eq!(element.text("E"), None);
        for broken in ["", "<A>", "220 ready", "<A>&nbsp;</A>", "{}"] {
            assert!(Element::parse(broken).is_err(), "{broken}");
        }
    }
}
