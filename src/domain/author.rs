//! An author, as in the vendor's `authors.json`.

use super::nest::{Place, items, object};
use super::text::match_key;
use super::time::Timestamp;
use super::{Invalid, Members, Raw, Rules, Spec, Written, trace};
use serde_json::{Map, Value, json};

/// The model `author`.
pub const SPEC: Spec = Spec {
    name: "author",
    plural: "authors",
    complete: true,
    members: Members::needed(&MEMBERS),
    known: &KNOWN,
    nest: Some(nest),
    fields: &["name", "name_key", "birth_date", "died_at", "nationality", "extra"],
    keys: 1,
    hashed: false,
    address: None,
    described: None,
    is_new: false,
    rules: Rules::Keyed(&Written {
        parse: |raw| {
            let author = Author::from_raw(raw)?;
            Ok(vec![
                author.name.into(),
                match_key(author.name).into(),
                author.birth_date.map(Timestamp::to_utc).into(),
                author.died_at.map(Timestamp::to_utc).into(),
                author.nationality.into(),
            ])
        },
        traces: |raw| {
            raw.members(MEMBERS).map_or_else(
                |_| Vec::new(),
                |[metadata, _]| {
                    let name = metadata.member("name").and_then(|name| name.optional_text());
                    trace("name", name).into_iter().collect()
                },
            )
        },
    }),
};

const MEMBERS: [&str; 2] = ["metadata", "nationalities"];

/// Left out on purpose: a nationality's label says in English what its slug does, and its id is null.
const KNOWN: [&str; 6] = [
    "metadata.name",
    "metadata.birth_date",
    "metadata.died_at",
    "nationalities[].id",
    "nationalities[].label",
    "nationalities[].slug",
];

/// A record as the vendor nests it.
fn nest(mut fields: Map<String, Value>, extra: &mut Map<String, Value>) -> Map<String, Value> {
    let mut take = |name: &str| fields.shift_remove(name).unwrap_or_default();
    let slug = take("nationality");
    let nationality = (!slug.is_null()).then(|| object([("slug", slug)]));
    object([
        (
            "metadata",
            json!({"name": take("name"), "birth_date": take("birth_date"), "died_at": take("died_at")}),
        ),
        ("nationalities", items(extra.shift_remove("nationalities"), Place::Last, nationality)),
    ])
}

/// An author; the name is the key. The rest may be unknown: no author is lost for that.
#[derive(Debug, PartialEq)]
pub struct Author<'a> {
    /// The name, which identifies the author.
    pub name: &'a str,
    /// Day of birth.
    pub birth_date: Option<Timestamp>,
    /// Day of death; unknown also while the author lives.
    pub died_at: Option<Timestamp>,
    /// The vendor's slug, as in `singaporeans`.
    pub nationality: Option<&'a str>,
}

impl<'a> Author<'a> {
    /// Applies the rules to a raw record. Of several nationalities the last one that has a slug counts.
    pub fn from_raw(raw: Raw<'a>) -> Result<Self, Invalid> {
        let [metadata, nationalities] = raw.members(MEMBERS)?;
        let name = metadata.member("name")?.key()?;
        let mut nationality = None;
        for item in nationalities.items()? {
            nationality =
                item.member("slug")?.optional_text()?.filter(|slug| !slug.is_empty()).or(nationality);
        }
        Ok(Author {
            name,
            birth_date: metadata.member("birth_date")?.optional_time()?,
            died_at: metadata.member("died_at")?.optional_time()?,
            nationality,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;
    use serde_json::json;

    fn slugs(nationalities: serde_json::Value) -> Option<String> {
        let raw = json!({"metadata": {"name": "N"}, "nationalities": nationalities});
        Author::from_raw(Raw::Json(&raw)).unwrap().nationality.map(str::to_owned)
    }

    #[test]
    fn the_last_nationality_with_a_slug_counts() {
        assert_eq!(slugs(json!([{"slug": "welsh"}, {"slug": "dutch"}])).as_deref(), Some("dutch"));
        assert_eq!(slugs(json!([{"slug": "welsh"}, {"slug": null}])).as_deref(), Some("welsh"));
        assert_eq!(slugs(json!([{"slug": ""}, {"slug": "dutch"}, {"label": "x"}])).as_deref(), Some("dutch"));
        assert_eq!(slugs(json!([{"slug": null}, null])), None);
        assert_eq!(slugs(json!([])), None);
        assert_eq!(slugs(json!(null)), None);
    }

    #[test]
    fn an_author_without_a_name_is_malformed() {
        let raw = json!({"metadata": {"name": null, "birth_date": null}, "nationalities": []});
        let invalid = Author::from_raw(Raw::Json(&raw)).unwrap_err();
        assert_eq!((invalid.rule, invalid.field.as_str()), (Rule::Missing, "metadata.name"));
    }

    #[test]
    fn dates_may_be_unknown_but_not_wrong() {
        let raw = json!({"metadata": {"name": "N", "birth_date": "1956-05-07T00:00:00.000+0000"}});
        let author = Author::from_raw(Raw::Json(&raw)).unwrap();
        assert_eq!(author.birth_date.map(Timestamp::to_utc).as_deref(), Some("1956-05-07T00:00:00Z"));
        assert_eq!(author.died_at, None);
        let raw = json!({"metadata": {"name": "N", "died_at": "1956-02-30T00:00:00Z"}});
        let invalid = Author::from_raw(Raw::Json(&raw)).unwrap_err();
        assert_eq!((invalid.rule, invalid.field.as_str()), (Rule::Time, "metadata.died_at"));
    }
}
