//! The six models as descriptions, in the form in which a project describes its own.

use super::parse;
use crate::domain::described::Description;
use std::path::Path;

/// The project file that describes them.
pub const SHIPPED: &str = include_str!("shipped.toml");

/// What it says of them.
pub fn shipped() -> Vec<Description> {
    // A test holds that it can be read.
    let project = parse(SHIPPED, Path::new("shipped.toml")).unwrap_or_default();
    project.models.into_iter().map(|described| described.description).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Model, Rules};
    use std::collections::BTreeSet;

    #[test]
    fn the_descriptions_are_of_the_six_as_they_are() {
        let descriptions = shipped();
        let names: Vec<&str> = descriptions.iter().map(|description| description.name.as_str()).collect();
        assert_eq!(names, Model::SHIPPED.map(Model::name));
        for (description, model) in descriptions.iter().zip(Model::SHIPPED) {
            let spec = model.spec();
            assert_eq!((description.plural.as_str(), description.complete), (spec.plural, spec.complete));
            let made = |field: &&str| *field == "extra" || (spec.hashed && *field == "id");
            // Sessions keep titles once, with what they are matched by.
            let is_session = matches!(spec.rules, Rules::Session(_));
            let columns = description.columns().into_iter().map(|(column, _)| column);
            let columns: BTreeSet<String> =
                columns.filter(|name| !is_session || !name.ends_with("_key")).collect();
            let fields = spec.fields.iter().copied().filter(|field| !made(field));
            assert_eq!(columns, fields.map(str::to_owned).collect(), "{model:?}");
            if !spec.hashed {
                assert_eq!(description.key, spec.key(), "{model:?}");
            }
            let sources: BTreeSet<&str> = description
                .fields
                .iter()
                .filter_map(|field| field.source().split(['.', '[']).next())
                .collect();
            assert_eq!(sources, spec.members.names.iter().copied().collect(), "{model:?}");
        }
    }
}
