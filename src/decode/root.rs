//! Records in an array that stands within a JSON object, as in `{"data": [{…}, {…}]}`.

use super::elements::{Elements, Since};
use super::{MAX_RECORD, Reading, too_long};
use crate::domain::Position;
use crate::error::{Error, Result};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{self, Read};

/// The path to the records of an object that starts with these bytes, or is they; `None` if it is itself a record, or
/// nothing tells. `members` are those that a record has.
pub(super) fn found(start: &[u8], reading: &Reading, members: &[&str]) -> Result<Option<String>> {
    let mut kinds = Vec::new();
    // Where it ends, or is broken, is for those to tell who read it.
    let _ = Kinds(&mut kinds).deserialize(&mut serde_json::Deserializer::from_slice(start));
    let ours =
        |name: &str| reading.map.iter().find(|(theirs, _)| theirs == name).map(|(_, ours)| ours.clone());
    // A member may be the start of a path, as in `metadata.name`.
    let is = |member: &str, name: &str| member == name || member.split(['.', '[']).next() == Some(name);
    let is_member = |name: &str| {
        let name = ours(name).unwrap_or_else(|| name.to_owned());
        members.iter().any(|member| is(member, &name))
    };
    if kinds.iter().any(|(name, _)| is_member(name)) {
        return Ok(None);
    }
    let of = |wanted: Kind| {
        kinds
            .iter()
            .filter(move |(_, kind)| *kind == wanted)
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
    };
    match (of(Kind::Records).as_slice(), of(Kind::Empty).as_slice()) {
        ([one], _) => Ok(Some((*one).to_owned())),
        // Of a record of which nothing is known it may be anything.
        ([], [one]) if !members.is_empty() => Ok(Some((*one).to_owned())),
        ([], _) => Ok(None),
        (several, _) => Err(ambiguous(several)),
    }
}

fn ambiguous(several: &[&str]) -> Error {
    let (names, first) = (several.join(", "), several.first().copied().unwrap_or_default());
    Error::failed(format!("the object has records in several members: {names}"))
        .help(format!("say in which those of this model are, as in: --root {first}"))
}

/// What the value of a member is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// An array that begins with an object.
    Records,
    /// An array without anything in it.
    Empty,
    Other,
}

/// Notes of each member of an object what it is, as far as the document goes.
struct Kinds<'k>(&'k mut Vec<(String, Kind)>);

/// The same for one value, which is noted as soon as it can be told.
struct KindOf<'k>(&'k mut Kind);

/// Whether a value is an object.
struct IsObject;

/// Goes on where the steps of a path lead, and hands over what stands there.
pub(super) struct Walk<'a, 'v> {
    pub(super) steps: &'a [&'a str],
    pub(super) elements: Elements<'a, 'v>,
    /// Whether the path was found and not said, so that nothing else may look like it.
    pub(super) found: bool,
}

impl Walk<'_, '_> {
    fn fail<E: serde::de::Error, T>(&mut self, error: Error) -> std::result::Result<T, E> {
        *self.elements.failure = Some(error);
        Err(E::custom("stopped"))
    }

    fn none<E: serde::de::Error>(mut self, what: &str) -> std::result::Result<(), E> {
        let root = self.elements.root.unwrap_or_default();
        let error = Error::failed(format!("root {root} leads to {what}, not to an array of records"));
        self.fail(error.help("name the member that holds the array, as in: --root data.items"))
    }
}

/// The methods of a visitor for values that are neither arrays nor objects.
macro_rules! scalars {
    ($($method:ident: $of:ty),*; |$this:ident| $outcome:expr) => {
        $(fn $method<E: serde::de::Error>(self, _: $of) -> std::result::Result<Self::Value, E> {
            let $this = self;
            $outcome
        })*
        fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<Self::Value, E> {
            let $this = self;
            $outcome
        }
    };
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> std::result::Result<(), A::Error> {
        match self.steps {
            [] => self.elements.visit_seq(elements),
            [..] => self.none("an array on its way"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> std::result::Result<(), A::Error> {
        let Some((step, rest)) = self.steps.split_first() else { return self.none("an object") };
        let mut is_found = false;
        while let Some(name) = members.next_key::<String>()? {
            if name == *step && !is_found {
                is_found = true;
                let elements = self.elements.again();
                members.next_value_seed(Walk { steps: rest, elements, found: self.found })?;
                continue;
            }
            let mut kind = Kind::Other;
            members.next_value_seed(KindOf(&mut kind))?;
            if name == *step || (self.found && kind == Kind::Records) {
                return self.fail(ambiguous(&[step, &name]));
            }
        }
        if is_found { Ok(()) } else { self.none("nothing") }
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str;
        |this| this.none("a value"));
}

impl<'de> DeserializeSeed<'de> for Kinds<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Kinds<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            self.0.push((name, Kind::Other));
            if let Some((_, kind)) = self.0.last_mut() {
                members.next_value_seed(KindOf(kind))?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for KindOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KindOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> std::result::Result<(), A::Error> {
        *self.0 = match elements.next_element_seed(IsObject)? {
            None => Kind::Empty,
            Some(true) => Kind::Records,
            Some(false) => Kind::Other,
        };
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> std::result::Result<(), A::Error> {
        IgnoredAny.visit_map(members).map(|_| ())
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str; |_this| Ok(()));
}

impl<'de> DeserializeSeed<'de> for IsObject {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IsObject {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> std::result::Result<bool, A::Error> {
        // Of a document that is cut off here, it was one.
        let _ = IgnoredAny.visit_map(members);
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> std::result::Result<bool, A::Error> {
        IgnoredAny.visit_seq(elements).map(|_| false)
    }

    scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str; |_this| Ok(false));
}

/// A reader of such a document, which ends where a record is longer than any may be.
pub(super) struct Counting<'s, R> {
    pub(super) inner: R,
    pub(super) since: &'s Since,
    pub(super) root: Option<&'s str>,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = self.since.bytes.get() + count;
        self.since.bytes.set(bytes);
        if bytes > MAX_RECORD + buffer.len() {
            return Err(io::Error::other(too_long(match (self.root, self.since.records.get()) {
                (Some(root), index) => Position::Below { root, index },
                (None, _) => Position::Document,
            })));
        }
        Ok(count)
    }
}
