//! The pieces of a picture in SVG.

use std::fmt::{Display, Write};

use super::super::markup::escaped;
use super::{Caption, WIDTH};

/// A picture that grows piece by piece.
pub(super) struct Svg {
    text: String,
}

impl Svg {
    /// An empty picture.
    pub(super) fn new(caption: &Caption<'_>, height: f64) -> Self {
        let Caption { id, title, text } = caption;
        let (title, text) = (escaped(title), escaped(text));
        let (width, height) = (Pixels(WIDTH), Pixels(height));
        Svg {
            text: format!(
                "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
                 <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{text}</desc>\n"
            ),
        }
    }

    /// A line between two points.
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let (x1, y1, x2, y2) = (Pixels(x1), Pixels(y1), Pixels(x2), Pixels(y2));
        self.push(format_args!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
    }

    /// A rectangle from its upper left corner; `told` is what a pointer over it shows.
    pub(super) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64), told: &str) {
        let (x, y, width, height) = (Pixels(corner.0), Pixels(corner.1), Pixels(size.0), Pixels(size.1));
        let told = escaped(told);
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{told}</title></rect>"
        ));
    }

    /// A shape with corners; `told` is what a pointer over it shows.
    pub(super) fn polygon(&mut self, class: &str, corners: &[(f64, f64)], told: &str) {
        let points: Vec<_> = corners.iter().map(|(x, y)| format!("{},{}", Pixels(*x), Pixels(*y))).collect();
        let (points, told) = (points.join(" "), escaped(told));
        self.push(format_args!(
            "<polygon class=\"{class}\" points=\"{points}\"><title>{told}</title></polygon>"
        ));
    }

    /// Text on a base line; the class may hold `start`, `middle` or `end`, which say what of it is at x.
    pub(super) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let (x, y) = (Pixels(at.0), Pixels(at.1));
        self.push(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text)));
    }

    /// The whole picture.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn push(&mut self, piece: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{piece}"); // writing to a String does not fail
    }
}

/// A length, to the hundredth of a pixel.
struct Pixels(f64);

impl Display for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_escaped_and_short() {
        let mut svg = Svg::new(&Caption { id: "a", title: "<T>", text: "\"d\"" }, 10.0);
        svg.text("end", (1.0 / 3.0, -0.001), "</svg><script>");
        svg.rect("bar", (0.0, 1.5), (2.0, 3.0), "a & b");
        let text = svg.finish();
        assert!(
            text.contains(
                "<title id=\"a-title\">&lt;T&gt;</title>\n<desc id=\"a-desc\">&quot;d&quot;</desc>"
            )
        );
        assert!(text.contains("<text class=\"end\" x=\"0.33\" y=\"0\">&lt;/svg&gt;&lt;script&gt;</text>"));
        assert!(text.contains("y=\"1.5\" width=\"2\" height=\"3\"><title>a &amp; b</title>"));
    }
}
