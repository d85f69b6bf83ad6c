//! A description that changes: what may, what may not, and what becomes of a field that goes.

use super::{Description, Field, Mistake};

impl Description {
    /// This description where `earlier` was in force: a field that it no longer has stays, and is empty. A key or a
    /// type that differs is refused.
    pub fn after(mut self, earlier: &Description) -> Result<Description, Mistake> {
        if self.key != earlier.key {
            return Err(Mistake::new(
                None,
                "key",
                format!(
                    "the key of {} was {}, and cannot become {}",
                    self.name,
                    earlier.key.join(", "),
                    self.key.join(", ")
                ),
                "give the model another name, and load its files into that, or load all into a new database",
            ));
        }
        for field in &self.fields {
            let before = earlier.field(&field.name);
            if let Some(before) = before.filter(|before| before.hash != field.hash && !before.retired) {
                let told = |field: &Field| match &field.hash {
                    Some(hash) => format!("the digest of {}", hash.join(", ")),
                    None => "no digest".to_owned(),
                };
                return Err(Mistake::new(
                    Some(&field.name),
                    "hash",
                    format!("{} was {}, and cannot become {}", field.name, told(before), told(field)),
                    "give it another name, or load all into a new database",
                ));
            }
            if let Some(before) = before.filter(|before| before.kind != field.kind) {
                let (was, is) = (before.kind.name(), field.kind.name());
                return Err(Mistake::new(
                    Some(&field.name),
                    "type",
                    format!("the type of {} was {was}, and cannot become {is}", field.name),
                    format!(
                        "give it another name with from = \"{}\", or load all into a new database",
                        field.source()
                    ),
                ));
            }
        }
        let gone = earlier.fields.iter().filter(|field| self.field(&field.name).is_none());
        let gone: Vec<Field> =
            gone.map(|field| Field { retired: true, required: false, ..field.clone() }).collect();
        self.fields.extend(gone);
        // What a field is matched by stays as well: the column has a history.
        for field in &mut self.fields {
            field.folded |= earlier.field(&field.name).is_some_and(|before| before.folded);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AsRead, Kind};
    use super::*;

    fn described(key: &[&str], fields: &[(&str, Kind)]) -> Description {
        let fields = fields.iter().map(|(name, kind)| Field {
            name: (*name).to_owned(),
            kind: *kind,
            ..Field::default()
        });
        Description {
            name: "rating".to_owned(),
            plural: "ratings".to_owned(),
            key: key.iter().map(|key| (*key).to_owned()).collect(),
            complete: false,
            files: Vec::new(),
            as_read: AsRead::default(),
            fields: fields.collect(),
        }
    }

    #[test]
    fn a_field_may_come_and_go_but_key_and_type_stay() {
        let first = described(&["id"], &[("id", Kind::Text), ("a", Kind::Integer)]);
        let second = described(&["id"], &[("id", Kind::Text), ("b", Kind::Date)]).after(&first).unwrap();
        let fields: Vec<(&str, bool)> =
            second.fields.iter().map(|field| (field.name.as_str(), field.retired)).collect();
        assert_eq!(fields, [("id", false), ("b", false), ("a", true)]);
        let third = first.clone().after(&second).unwrap();
        let fields: Vec<(&str, bool)> =
            third.fields.iter().map(|field| (field.name.as_str(), field.retired)).collect();
        assert_eq!(fields, [("id", false), ("a", false), ("b", true)]);
        let other = described(&["id"], &[("id", Kind::Text), ("a", Kind::Real)]).after(&first).unwrap_err();
        assert_eq!((other.member, other.field.as_deref()), ("type", Some("a")));
        let other = described(&["a"], &[("id", Kind::Text), ("a", Kind::Integer)]).after(&first).unwrap_err();
        assert_eq!((other.member, other.field), ("key", None));
    }
}
