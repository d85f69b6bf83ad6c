//! Models that are described in a file instead of in Rust: what is said of one, and the rules that follow from it.

mod as_read;
mod change;
mod draft;
mod name;
mod path;
mod rules;

pub use as_read::AsRead;
pub use draft::{Draft, free, name_of, names_of};
pub use name::{is_reserved, named};
pub use path::Place;

use super::{Members, Model, Rules, Spec};
use path::Path;
use rules::{Bound, Described, Reader};

/// How many fields a model has at most: a statement of SQL compares them all.
pub const MOST: usize = 400;

/// What is said of a model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Description {
    /// Singular, the name of the table.
    pub name: String,
    /// Plural, the usual name of the file.
    pub plural: String,
    /// The fields that identify a record, in their order.
    pub key: Vec<String>,
    /// Whether a file holds everything that its sender knows, so that what one lacks has vanished.
    pub complete: bool,
    /// Patterns of the paths of its files, beside those that its names tell.
    pub files: Vec<String>,
    /// How its files are read.
    pub as_read: AsRead,
    /// Its fields, in their order.
    pub fields: Vec<Field>,
}

/// What is said of a field. Constraints are named as Table Schema names them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Field {
    /// Its name, that of the column.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
    /// The column of a CSV file, or the path within a JSON record; `None` if that is its name.
    pub from: Option<String>,
    /// The fields of which it is the digest, in their order; `None` if it comes from the source.
    pub hash: Option<Vec<String>>,
    /// Whether it must be there.
    pub required: bool,
    /// The least value, as text.
    pub minimum: Option<String>,
    /// The greatest value, as text.
    pub maximum: Option<String>,
    /// A regular expression that the whole text matches.
    pub pattern: Option<String>,
    /// The values that there may be, as text.
    pub choices: Option<Vec<String>>,
    /// Texts that stand for no value; `None` for the empty text alone.
    pub missing: Option<Vec<String>>,
    /// The field of another model that has the value, as in `user.email`.
    pub references: Option<String>,
    /// Whether values match without regard to case.
    pub folded: bool,
    /// Whether it was described once and no longer is: the column stays, and is empty.
    pub retired: bool,
}

/// The types of fields.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kind {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// Yes or no, kept as 1 or 0.
    Boolean,
    /// A day, kept as ISO-8601.
    Date,
    /// A point in time, kept as ISO-8601 in UTC.
    Timestamp,
    /// Whatever JSON can say, kept as its text.
    Json,
}

impl Kind {
    /// Every type.
    pub const ALL: [Kind; 7] =
        [Kind::Text, Kind::Integer, Kind::Real, Kind::Boolean, Kind::Date, Kind::Timestamp, Kind::Json];

    /// Its name in a description.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Real => "real",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::Timestamp => "timestamp",
            Kind::Json => "json",
        }
    }

    /// The type of this name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Field {
    /// How its value is put back into a record.
    pub fn place(&self) -> Place {
        match Path::parse(self.source(), self.kind) {
            Ok(path) => path.place(),
            Err(_) => Place::Below(vec![self.source().to_owned()]),
        }
    }

    /// The column or the path that the value comes from.
    pub fn source(&self) -> &str {
        self.from.as_deref().unwrap_or(&self.name)
    }
}

impl Field {
    /// Says what is wrong if the field refers to what neither the six nor the `described` models have.
    pub fn check_reference<'d>(
        &self,
        described: impl Iterator<Item = &'d Description>,
    ) -> Result<(), Mistake> {
        let Some((model, target)) = self.references.as_deref().and_then(|text| text.split_once('.')) else {
            return Ok(());
        };
        let folded = format!("{target}_key");
        let shipped = Model::shipped().iter().filter(|shipped| shipped.name() == model);
        let mut columns: Vec<String> =
            shipped.flat_map(|shipped| shipped.spec().fields).map(|field| (*field).to_owned()).collect();
        let described = described.filter(|description| description.name == model);
        columns.extend(described.flat_map(|description| description.columns()).map(|(column, _)| column));
        let wrong =
            |message: String, help: &str| Err(Mistake::new(Some(&self.name), "references", message, help));
        if columns.is_empty() {
            return wrong(format!("there is no model `{model}`"), "describe it, or leave the reference out");
        }
        if !columns.iter().any(|column| column == target) {
            let help = format!("its fields are {}", columns.join(", "));
            return wrong(format!("the model {model} has no field `{target}`"), &help);
        }
        if self.folded && !columns.contains(&folded) {
            let message = format!("{model}.{target} cannot be matched case-insensitively");
            return wrong(
                message,
                "give that field match = \"case-insensitive\" as well, or leave it out here",
            );
        }
        Ok(())
    }
}

/// What is wrong with a description: of which field, in which of its members, and what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// The field; `None` for the model.
    pub field: Option<String>,
    /// The member of the description, as in `pattern`.
    pub member: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Mistake {
    fn new(
        field: Option<&str>,
        member: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Mistake {
        Mistake { field: field.map(str::to_owned), member, message: message.into(), help: help.into() }
    }
}

impl Description {
    /// The fields in the order of the table: those of the key first.
    pub fn in_order(&self) -> Vec<&Field> {
        let key = self.key.iter().filter_map(|name| self.field(name));
        let others = self.fields.iter().filter(|field| !self.key.contains(&field.name));
        key.chain(others).collect()
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The columns of its table but for `extra`, in their order, and of which type their fields are. One that
    /// matches without regard to case has what it matches by behind it; of the key, behind the whole key.
    pub fn columns(&self) -> Vec<(String, Kind)> {
        let folded = |field: &Field| field.folded.then(|| (format!("{}_key", field.name), Kind::Text));
        let fields = self.in_order();
        let (key, others) = fields.split_at(self.key.len().min(fields.len()));
        let mut columns: Vec<_> = key.iter().map(|field| (field.name.clone(), field.kind)).collect();
        columns.extend(key.iter().filter_map(|field| folded(field)));
        for field in others {
            columns.push((field.name.clone(), field.kind));
            columns.extend(folded(field));
        }
        columns
    }

    /// The fields that say whose a record is: those that refer to `user.email`, and that field itself.
    pub fn addresses(&self) -> Vec<&Field> {
        let is_address = |field: &&Field| {
            let is_users = self.name == "user" && field.name == "email";
            field.kind == Kind::Text && (is_users || field.references.as_deref() == Some("user.email"))
        };
        self.fields.iter().filter(is_address).collect()
    }

    /// Makes a model of it, known to this process from now on; or says what is wrong. `is_new` says whether the
    /// database has another description, or none.
    pub fn add(&self, is_new: bool) -> Result<Model, Mistake> {
        Ok(Model::add(self.spec(is_new)?))
    }

    /// Makes it known as the database has it, unless it is known already.
    pub fn recall(&self) -> Result<(), Mistake> {
        Model::recall(&self.name, || self.spec(false))
    }

    /// Says what is wrong, if anything is.
    pub fn check(&self) -> Result<(), Mistake> {
        self.described().map(drop)
    }

    /// The model as every layer knows it. It lasts as long as the process: a model is described once or twice.
    fn spec(&self, is_new: bool) -> Result<&'static Spec, Mistake> {
        self.check_names()?;
        let described: &'static Described = Box::leak(Box::new(self.described()?));
        let address = self.addresses().into_iter().find(|field| field.source() == field.name);
        let columns: Vec<String> = self.columns().into_iter().map(|(name, _)| name).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).chain(std::iter::once("extra")).collect();
        Ok(Box::leak(Box::new(Spec {
            name: leak(&self.name),
            plural: leak(&self.plural),
            complete: self.complete,
            members: Members {
                names: leak_all(&self.columns_of_files()),
                optional: leak_all(&self.optional()),
            },
            known: leak_all(&described.known()),
            nest: None,
            fields: leak_all(&columns),
            keys: columns.iter().position(|column| !self.is_of_key(column)).unwrap_or(0),
            hashed: false,
            address: address.map(|field| leak(&field.name)),
            described: Some(Box::leak(Box::new(self.clone()))),
            is_new,
            rules: Rules::Keyed(described),
        })))
    }

    fn is_of_key(&self, column: &str) -> bool {
        self.key.iter().any(|key| key == column)
    }

    /// The columns of a file, each once: several fields may come from one.
    fn columns_of_files(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = Vec::new();
        for field in self.fields.iter().filter(|field| !field.retired && field.hash.is_none()) {
            if !columns.contains(&field.source()) {
                columns.push(field.source());
            }
        }
        columns
    }

    /// The columns that a file may lack.
    fn optional(&self) -> Vec<&str> {
        let is_needed = |field: &&Field| field.required || self.is_of_key(&field.name);
        let needed: Vec<&str> = self.fields.iter().filter(is_needed).map(Field::source).collect();
        self.fields.iter().map(Field::source).filter(|source| !needed.contains(source)).collect()
    }

    /// Says what is wrong if one of the six has a name of it.
    fn check_names(&self) -> Result<(), Mistake> {
        let has = |model: &Model, name: &str| model.name() == name || model.spec().plural == name;
        for (member, name) in [("name", &self.name), ("plural", &self.plural)] {
            if Model::shipped().iter().any(|model| has(model, name)) {
                return Err(Mistake::new(
                    None,
                    member,
                    format!("a model cannot be called `{name}`: one of the six is"),
                    "give it another name, or do without the six: below [project] write shipped = false",
                ));
            }
        }
        Ok(())
    }

    fn described(&self) -> Result<Described, Mistake> {
        named(&self.name).map_err(|message| Mistake::new(None, "name", message, name::REMEDY))?;
        if is_reserved(&self.name) {
            let message =
                format!("a model cannot be called `{}`: scli has something of that name", self.name);
            return Err(Mistake::new(None, "name", message, "give it another name"));
        }
        if self.plural.is_empty() {
            let help = "give another name for its files";
            return Err(Mistake::new(None, "plural", "the plural cannot be empty", help));
        }
        if self.key.is_empty() {
            return Err(Mistake::new(
                None,
                "key",
                "has no key",
                "name the field, or the fields, that identify a record",
            ));
        }
        if self.fields.len() > MOST {
            let message = format!("has {} fields, and can have at most {MOST}", self.fields.len());
            return Err(Mistake::new(
                None,
                "name",
                message,
                "leave some out: what is not described is kept in extra",
            ));
        }
        for (at, key) in self.key.iter().enumerate() {
            let help = "name one of its fields, of type text, integer, boolean, date or timestamp";
            let wrong = |message: String| Err(Mistake::new(None, "key", message, help));
            match self.field(key) {
                None => return wrong(format!("the key `{key}` is none of its fields")),
                Some(field) if matches!(field.kind, Kind::Real | Kind::Json) => {
                    return wrong(format!(
                        "the key `{key}` is of type {}, which tells no record from another",
                        field.kind.name()
                    ));
                }
                Some(_) if self.key.iter().take(at).any(|other| other == key) => {
                    return wrong(format!("the key names `{key}` twice"));
                }
                Some(_) => {}
            }
        }
        self.fields.iter().try_for_each(|field| self.check_hash(field))?;
        let readers: Vec<Reader> =
            self.in_order().into_iter().map(|field| self.reader(field)).collect::<Result<_, _>>()?;
        Ok(Described { readers })
    }

    /// Says what is wrong with a field that is the digest of others, if anything is.
    fn check_hash(&self, field: &Field) -> Result<(), Mistake> {
        let Some(hash) = &field.hash else { return Ok(()) };
        let wrong = |message: String, help: &str| Err(Mistake::new(Some(&field.name), "hash", message, help));
        let only = "leave out all but the type, which is text";
        let plain = Field { name: field.name.clone(), hash: field.hash.clone(), ..Field::default() };
        if *field != plain {
            return wrong("a digest has nothing else that is said of fields".to_owned(), only);
        }
        if hash.is_empty() {
            return wrong(
                "a digest of no fields".to_owned(),
                "name the fields that tell records apart together",
            );
        }
        let help = "name fields of the model that come from the source";
        for (at, name) in hash.iter().enumerate() {
            if hash.iter().take(at).any(|other| other == name) {
                return wrong(format!("the digest has `{name}` twice"), help);
            }
            if !self.field(name).is_some_and(|other| other.hash.is_none() && !other.retired) {
                return wrong(format!("the digest has `{name}`, which is none of the fields"), help);
            }
        }
        Ok(())
    }

    /// The places of some fields in the order of the table.
    fn hashed(&self, names: &[String]) -> Vec<usize> {
        let fields = self.in_order();
        let place = |name: &String| fields.iter().position(|field| field.name == *name);
        names.iter().filter_map(place).collect()
    }

    fn reader(&self, field: &Field) -> Result<Reader, Mistake> {
        let wrong = |member: &'static str, message: String, help: &str| {
            Mistake::new(Some(&field.name), member, message, help)
        };
        named(&field.name).map_err(|message| wrong("name", message, name::REMEDY))?;
        let follows = field.name.strip_suffix("_key").is_some_and(|other| self.field(other).is_some());
        if name::is_kept(&field.name) || follows {
            let message =
                format!("a field cannot be called `{}`: scli has a column of that name", field.name);
            return Err(wrong(
                "name",
                message,
                "give it another name, and say from which column it comes with from",
            ));
        }
        let path = Path::parse(field.source(), field.kind).map_err(|message| {
            wrong("from", message, "write a column's name, or a path as in movies[-1].title")
        })?;
        let is_required = field.required || self.is_of_key(&field.name);
        let bound = |member: &'static str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Bound::parse(text, field.kind))
                .transpose()
                .map_err(|message| wrong(member, message, "write a value of the field's type"))
        };
        let pattern = field.pattern.as_deref().map(|pattern| {
            let is_text = field.kind == Kind::Text;
            let whole = regex::Regex::new(&format!("^(?:{pattern})$"));
            match whole {
                Ok(whole) if is_text => Ok(whole),
                Ok(_) => Err(wrong(
                    "pattern",
                    format!("a field of type {} has no pattern", field.kind.name()),
                    "leave it out, or make the field text",
                )),
                Err(error) => Err(wrong(
                    "pattern",
                    format!("`{pattern}` is not a pattern: {error}"),
                    "write a regular expression, in quotes of one stroke: '[A-Z]{2}'",
                )),
            }
        });
        if field.folded && field.kind != Kind::Text {
            let message = format!("a field of type {} has no case", field.kind.name());
            return Err(wrong("match", message, "leave it out, or make the field text"));
        }
        if let Some(reference) = &field.references
            && !reference.split_once('.').is_some_and(|(model, field)| !model.is_empty() && !field.is_empty())
        {
            let message = format!("`{reference}` does not name a field of a model");
            return Err(wrong("references", message, "write it as in user.email"));
        }
        Ok(Reader {
            name: leak(&field.name),
            kind: field.kind,
            path,
            is_key: self.is_of_key(&field.name),
            hash: field.hash.as_ref().map(|hash| self.hashed(hash)),
            is_required,
            minimum: bound("minimum", &field.minimum)?,
            maximum: bound("maximum", &field.maximum)?,
            pattern: pattern.transpose()?,
            choices: field.choices.clone(),
            missing: field.missing.clone().unwrap_or_else(|| vec![String::new()]),
            folded: field.folded,
            retired: field.retired,
            column: self
                .columns_of_files()
                .iter()
                .position(|source| *source == field.source())
                .unwrap_or(usize::MAX),
        })
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn leak_all(texts: &[impl AsRef<str>]) -> &'static [&'static str] {
    let texts: Vec<&'static str> = texts.iter().map(|text| leak(text.as_ref())).collect();
    Box::leak(texts.into_boxed_slice())
}
