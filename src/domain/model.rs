//! A model as commands and layers pass it on: a handle to its description.

use super::described::Mistake;
use super::{Spec, author, book, movie, review, stream, user};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{OnceLock, PoisonError, RwLock};

/// A model of the warehouse. Two are the same if they have the same name.
#[derive(Clone, Copy)]
pub struct Model(&'static Spec);

/// The models that this process knows beside the six: they are described in a file or in the warehouse.
static DESCRIBED: RwLock<Vec<Model>> = RwLock::new(Vec::new());

/// Whether this process does without the six, once that is known.
static LEFT_OUT: OnceLock<bool> = OnceLock::new();

impl Model {
    /// A movie of the catalogue.
    pub const MOVIE: Model = Model(&movie::SPEC);
    /// A streaming session.
    pub const STREAM: Model = Model(&stream::SPEC);
    /// A user.
    pub const USER: Model = Model(&user::SPEC);
    /// An author, from the vendor.
    pub const AUTHOR: Model = Model(&author::SPEC);
    /// A book, from the vendor.
    pub const BOOK: Model = Model(&book::SPEC);
    /// A review of a movie and the book it is based on, from the vendor.
    pub const REVIEW: Model = Model(&review::SPEC);

    /// The six that scli comes with, in the order in which a person loads them.
    pub const SHIPPED: [Model; 6] =
        [Model::MOVIE, Model::STREAM, Model::USER, Model::AUTHOR, Model::BOOK, Model::REVIEW];

    /// The six, or none of them where they are left out.
    pub fn shipped() -> &'static [Model] {
        match LEFT_OUT.get() {
            Some(true) => &[],
            _ => &Model::SHIPPED,
        }
    }

    /// Says whether the six are left out in this process. What is said first holds.
    pub fn leave_out_shipped(left_out: bool) {
        let _ = LEFT_OUT.set(left_out);
    }

    /// Every model that is known: the six, then the described ones in the order in which they were added.
    pub fn all() -> Vec<Model> {
        let described = DESCRIBED.read().unwrap_or_else(PoisonError::into_inner);
        Model::shipped().iter().chain(described.iter()).copied().collect()
    }

    /// The described ones.
    pub fn described() -> Vec<Model> {
        DESCRIBED.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a model known to this process, in the place of one of the same name.
    pub fn add(spec: &'static Spec) -> Model {
        let model = Model(spec);
        let mut described = DESCRIBED.write().unwrap_or_else(PoisonError::into_inner);
        match described.iter_mut().find(|known| **known == model) {
            Some(known) => *known = model,
            None => described.push(model),
        }
        model
    }

    /// Makes a model known to this process, unless one of the same name is.
    pub fn recall(name: &str, spec: impl FnOnce() -> Result<&'static Spec, Mistake>) -> Result<(), Mistake> {
        let mut described = DESCRIBED.write().unwrap_or_else(PoisonError::into_inner);
        if !described.iter().any(|known| known.name() == name) {
            described.push(Model(spec()?));
        }
        Ok(())
    }

    /// What there is to know about the model.
    pub fn spec(self) -> &'static Spec {
        self.0
    }

    /// The name by which commands and tables call it, as in `movie`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The model of this name, singular or plural, if there is one.
    pub fn named(name: &str) -> Option<Model> {
        let is_named = |model: &Model| model.0.name == name || model.0.plural == name;
        // Most names are asked for by the thousand, and are one of the six.
        Model::shipped().iter().copied().find(is_named).or_else(|| {
            let described = DESCRIBED.read().unwrap_or_else(PoisonError::into_inner);
            described.iter().copied().find(is_named)
        })
    }
}

impl PartialEq for Model {
    fn eq(&self, other: &Model) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Model {}

impl Hash for Model {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Model({})", self.0.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_both_its_names() {
        for model in Model::SHIPPED {
            assert_eq!(Model::named(model.spec().name), Some(model));
            assert_eq!(Model::named(model.spec().plural), Some(model));
        }
        assert_eq!(Model::named("actor"), None);
    }
}
