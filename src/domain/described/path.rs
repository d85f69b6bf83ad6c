//! Where a field's value stands in a record: a column, or a path within JSON, as in `movies[-1].title` or
//! `nationalities[].slug|last`.

use super::Kind;
use crate::domain::Raw;
use serde_json::Value as Json;

/// Where a value stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Path {
    /// As it is written, which is also the name of a column.
    text: String,
    steps: Vec<Step>,
    pick: Option<Pick>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    Member(String),
    /// An item, from the start, or from the end if it is negative.
    Item(i64),
    /// All items.
    Each,
}

/// Which of several values counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Pick {
    First,
    Last,
}

/// What stands there.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// Nothing, or null.
    Nothing,
    /// The text of a column.
    Text(&'a str),
    /// A value.
    Json(&'a Json),
    /// Each of several.
    Several(Vec<&'a Json>),
}

/// How a value is put back into a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// Below these members.
    Below(Vec<String>),
    /// Among the items of a list, which the record has whole in its `extra`, under this name.
    Among(String),
}

impl Path {
    /// Reads a path; the error says what is wrong.
    pub fn parse(text: &str, kind: Kind) -> Result<Path, String> {
        let (plain, pick) = match text.rsplit_once('|') {
            Some((plain, "last")) => (plain, Some(Pick::Last)),
            Some((plain, "first")) => (plain, Some(Pick::First)),
            _ => (text, None),
        };
        let steps = steps(plain);
        let each = steps.as_ref().is_some_and(|steps| steps.contains(&Step::Each));
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        if each && pick.is_none() && kind != Kind::Json {
            return Err(format!(
                "`{text}` names several values; say which one with |first or |last, or make it json"
            ));
        }
        if pick.is_some() && !each {
            return Err(format!(
                "`{text}` names one value; |first and |last are for several, as in slugs[].slug|last"
            ));
        }
        // What is no path may still be the name of a column or a member.
        let steps = steps.unwrap_or_else(|| vec![Step::Member(text.to_owned())]);
        Ok(Path { text: text.to_owned(), steps, pick })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The member of a record that it begins with.
    pub fn first(&self) -> &str {
        match self.steps.first() {
            Some(Step::Member(name)) => name,
            _ => &self.text,
        }
    }

    /// How what stands there is put back into a record.
    pub fn place(&self) -> Place {
        let names: Option<Vec<String>> = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Member(name) => Some(name.clone()),
                Step::Each | Step::Item(_) => None,
            })
            .collect();
        match names {
            Some(names) => Place::Below(names),
            None if self.known().is_none() => Place::Among(self.first().to_owned()),
            None => Place::Below(vec![self.text.clone()]),
        }
    }

    /// What of a record it takes whole, as [`Spec::known`](crate::domain::Spec::known) says that; `None` if it
    /// passes something over.
    pub fn known(&self) -> Option<String> {
        let mut known = String::new();
        for step in &self.steps {
            match step {
                Step::Member(name) if known.is_empty() => known += name,
                Step::Member(name) => known = format!("{known}.{name}"),
                Step::Each if self.pick.is_none() => known += "[]",
                Step::Each | Step::Item(_) => return None,
            }
        }
        Some(known)
    }

    /// What stands there in a JSON record; of several values the first or last one that is neither null, empty nor
    /// missing. An error is the path to a value that has no such parts.
    pub fn find<'a>(
        &self,
        raw: Raw<'a>,
        column: usize,
        is_missing: &dyn Fn(&str) -> bool,
    ) -> Result<Found<'a>, (String, &'a Json)> {
        let record = match raw {
            Raw::Row(row) => {
                return Ok(row.fields.get(column).map_or(Found::Nothing, |text| Found::Text(text)));
            }
            Raw::Json(record) => record,
        };
        // A member of the whole name goes before what the name means as a path.
        if let Some(value) = record.get(&self.text) {
            return Ok(one(value));
        }
        let mut values = vec![record];
        let mut at = String::new();
        for step in &self.steps {
            let mut below = Vec::with_capacity(values.len());
            for value in values.into_iter().filter(|value| !value.is_null()) {
                match (step, value) {
                    (Step::Member(name), Json::Object(object)) => below.extend(object.get(name)),
                    (Step::Each, Json::Array(items)) => below.extend(items),
                    (Step::Item(index), Json::Array(items)) => below.extend(item(items, *index)),
                    _ => return Err((if at.is_empty() { self.text.clone() } else { at }, value)),
                }
            }
            match step {
                Step::Member(name) if at.is_empty() => at += name,
                Step::Member(name) => at = format!("{at}.{name}"),
                Step::Each => at += "[]",
                Step::Item(index) => at = format!("{at}[{index}]"),
            }
            values = below;
        }
        let is_said = |value: &&&Json| {
            !value.is_null() && value.as_str().is_none_or(|text| !text.is_empty() && !is_missing(text))
        };
        Ok(match self.pick {
            Some(Pick::First) => values.iter().find(is_said).map_or(Found::Nothing, |value| one(value)),
            Some(Pick::Last) => values.iter().rev().find(is_said).map_or(Found::Nothing, |value| one(value)),
            None if self.steps.contains(&Step::Each) => Found::Several(values),
            None => values.first().map_or(Found::Nothing, |value| one(value)),
        })
    }
}

fn one(value: &Json) -> Found<'_> {
    if value.is_null() { Found::Nothing } else { Found::Json(value) }
}

fn item(items: &[Json], index: i64) -> Option<&Json> {
    let place = usize::try_from(index.unsigned_abs()).ok()?;
    match index < 0 {
        true => items.get(items.len().checked_sub(place)?),
        false => items.get(place),
    }
}

/// The steps of a path; `None` if the text is none.
fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, mut rest) = part.split_at_checked(part.find('[').unwrap_or(part.len()))?;
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Member(name.to_owned()));
        while !rest.is_empty() {
            let (index, behind) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(if index.is_empty() { Step::Each } else { Step::Item(index.parse().ok()?) });
            rest = behind;
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(path: &str, kind: Kind, record: &Json) -> String {
        let path = Path::parse(path, kind).unwrap();
        match path.find(Raw::Json(record), 0, &|text| text == "end") {
            Ok(Found::Nothing) => "nothing".to_owned(),
            Ok(Found::Text(text)) => text.to_owned(),
            Ok(Found::Json(value)) => value.to_string(),
            Ok(Found::Several(values)) => format!("{values:?}").replace("String", ""),
            Err((path, value)) => format!("{path} is {value}"),
        }
    }

    #[test]
    fn paths_lead_to_values() {
        let record = json!({
            "a": 1, "b": {"c": [10, 20], "n": null}, "d": [{"t": "x"}, {"t": ""}, {"t": null}, {}, {"t": "y"}, {"t": ""}, {"t": "end"}],
            "e.f": 5, "g": [[1], [2, 3]], "h (i)": 6,
        });
        for (path, expected) in [
            ("a", "1"),
            ("b.c[0]", "10"),
            ("b.c[-1]", "20"),
            ("b.c[-3]", "nothing"),
            ("b.c[7]", "nothing"),
            ("b.n", "nothing"),
            ("b.n.x", "nothing"),
            ("b.x.y", "nothing"),
            ("d[].t|last", "\"y\""),
            ("d[].t|first", "\"x\""),
            ("d[0].t", "\"x\""),
            ("e.f", "5"),
            ("g[1][0]", "2"),
            ("g[][]|last", "3"),
            ("h (i)", "6"),
            ("a.b", "a is 1"),
            ("b[0]", "b is {\"c\":[10,20],\"n\":null}"),
        ] {
            assert_eq!(told(path, Kind::Text, &record), expected, "{path}");
        }
        assert_eq!(told("g[][]", Kind::Json, &record), "[Number(1), Number(2), Number(3)]");
    }

    #[test]
    fn what_names_several_values_says_which() {
        for (path, kind, is_sound) in [
            ("d[].t", Kind::Text, false),
            ("d[].t", Kind::Json, true),
            ("d[].t|last", Kind::Text, true),
            ("d.t|last", Kind::Text, false),
            ("", Kind::Text, false),
            ("Size [MB]", Kind::Real, true),
        ] {
            assert_eq!(Path::parse(path, kind).is_ok(), is_sound, "{path}");
        }
    }

    #[test]
    fn what_is_passed_over_is_not_known() {
        let known = |path: &str| Path::parse(path, Kind::Json).unwrap().known();
        assert_eq!(known("content.text").as_deref(), Some("content.text"));
        assert_eq!(known("tags[].name").as_deref(), Some("tags[].name"));
        assert_eq!((known("movies[-1].title"), known("tags[].name|last")), (None, None));
    }
}
