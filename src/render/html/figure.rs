//! A picture within a page.

use super::super::chart::Caption;
use super::super::markup::escaped;

/// A picture with its title above and, as everyone may read, what it shows below.
pub(super) fn figure(caption: &Caption<'_>, picture: &str) -> String {
    if picture.is_empty() {
        return String::new();
    }
    let (title, text) = (escaped(caption.title), escaped(caption.text));
    format!("<figure>\n<figcaption><b>{title}</b> {text}</figcaption>\n{picture}</figure>\n")
}
