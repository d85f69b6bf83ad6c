//! What a terminal shows, as a picture.

use std::fmt::Write;

use super::markup::escaped;

/// The width of a character.
const ACROSS: f64 = 8.4;
/// The height of a line.
const DOWN: f64 = 20.0;
const MARGIN: f64 = 20.0;

/// Letters in colours of their own by day and by night; the lines of a box are drawn, so that they join
/// whatever font there is.
const STYLE: &str = "\
.paper{fill:#fcfbf8;stroke:#d9d4c9}text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,\
'DejaVu Sans Mono',monospace;fill:#22201c}.box{fill:none;stroke:#b5afa3}.n{font-weight:700}\
.prompt{fill:#68635a}@media(prefers-color-scheme:dark){.paper{fill:#17191c;stroke:#3a3e43}text{fill:#e9e5dd}\
.box{stroke:#5a5f66}.prompt{fill:#a7a298}}";

/// The SVG of a terminal in which `command` was typed and printed `output`.
pub fn picture(command: &str, output: &str) -> String {
    let lines: Vec<Vec<char>> = output.lines().map(|line| line.chars().collect()).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0).max(command.chars().count() + 2);
    let width = (columns as f64 * ACROSS + 2.0 * MARGIN).ceil();
    let height = (lines.len() + 1) as f64 * DOWN + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{0}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{1}\" height=\"{2}\" rx=\"8\"/>\n",
        escaped(&format!("What {command} prints")),
        width - 1.0,
        height - 1.0,
    );
    let prompt: Vec<char> = format!("$ {command}").chars().collect();
    letters(&mut svg, 0, &prompt, Some("prompt"));
    let mut lines_of_boxes = String::new();
    for (row, line) in lines.iter().enumerate() {
        letters(&mut svg, row + 1, line, None);
        for (column, letter) in line.iter().enumerate() {
            strokes(&mut lines_of_boxes, row + 1, column, *letter);
        }
    }
    let _ = writeln!(svg, "<path class=\"box\" d=\"{}\"/>", lines_of_boxes.trim_end());
    svg.push_str("</svg>\n");
    svg
}

/// The words of a line, each at its column and as wide as its letters are.
fn letters(svg: &mut String, row: usize, line: &[char], class: Option<&str>) {
    let y = MARGIN + (row as f64 + 0.7) * DOWN;
    for Run { column, text } in runs(line) {
        let is_number = text.parse::<f64>().is_ok();
        let class = class.or(is_number.then_some("n")).map(|class| format!(" class=\"{class}\""));
        let _ = writeln!(
            svg,
            "<text{} x=\"{:.1}\" y=\"{y}\" textLength=\"{:.1}\">{}</text>",
            class.unwrap_or_default(),
            MARGIN + column as f64 * ACROSS,
            text.chars().count() as f64 * ACROSS,
            escaped(&text)
        );
    }
}

/// Words with a single space between them.
struct Run {
    column: usize,
    text: String,
}

/// The runs of a line, without the letters of boxes.
fn runs(line: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut end = 0;
    for (column, letter) in line.iter().enumerate() {
        if *letter == ' ' || arms(*letter).is_some() {
            continue;
        }
        match runs.last_mut() {
            Some(run) if column <= end + 1 => {
                run.text.extend((end < column).then_some(' '));
                run.text.push(*letter);
            }
            _ => runs.push(Run { column, text: letter.to_string() }),
        }
        end = column + 1;
    }
    runs
}

/// The sides of its cell that a letter of a box reaches: left, right, up, down.
fn arms(letter: char) -> Option<[bool; 4]> {
    Some(match letter {
        '─' => [true, true, false, false],
        '│' => [false, false, true, true],
        '╭' => [false, true, false, true],
        '╮' => [true, false, false, true],
        '╰' => [false, true, true, false],
        '╯' => [true, false, true, false],
        '├' => [false, true, true, true],
        '┤' => [true, false, true, true],
        '┬' => [true, true, false, true],
        '┴' => [true, true, true, false],
        '┼' => [true, true, true, true],
        _ => return None,
    })
}

/// The strokes of a letter of a box, from the middle of its cell.
fn strokes(path: &mut String, row: usize, column: usize, letter: char) {
    let Some([left, right, up, down]) = arms(letter) else { return };
    let x = MARGIN + (column as f64 + 0.5) * ACROSS;
    let y = MARGIN + (row as f64 + 0.5) * DOWN;
    let (x0, x1, y0, y1) = (x - ACROSS / 2.0, x + ACROSS / 2.0, y - DOWN / 2.0, y + DOWN / 2.0);
    let _ = match letter {
        '╭' => write!(path, "M{x1:.1} {y}Q{x:.1} {y} {x:.1} {y1} "),
        '╮' => write!(path, "M{x0:.1} {y}Q{x:.1} {y} {x:.1} {y1} "),
        '╰' => write!(path, "M{x1:.1} {y}Q{x:.1} {y} {x:.1} {y0} "),
        '╯' => write!(path, "M{x0:.1} {y}Q{x:.1} {y} {x:.1} {y0} "),
        _ => {
            let across = if left || right {
                let (from, to) = (if left { x0 } else { x }, if right { x1 } else { x });
                format!("M{from:.1} {y}H{to:.1} ")
            } else {
                String::new()
            };
            let along = if up || down {
                let (from, to) = (if up { y0 } else { y }, if down { y1 } else { y });
                format!("M{x:.1} {from}V{to} ")
            } else {
                String::new()
            };
            write!(path, "{across}{along}")
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_columns_and_boxes_are_drawn() {
        let svg = picture("scli <x>", "╭───╮\n│ a  12.5 │\n│ b & c<d> x │\nto the end");
        let texts: Vec<&str> = svg.lines().filter(|line| line.starts_with("<text")).collect();
        insta::assert_snapshot!(texts.join("\n"), @r#"
        <text class="prompt" x="20.0" y="34" textLength="84.0">$ scli &lt;x&gt;</text>
        <text x="36.8" y="74" textLength="8.4">a</text>
        <text class="n" x="62.0" y="74" textLength="33.6">12.5</text>
        <text x="36.8" y="94" textLength="84.0">b &amp; c&lt;d&gt; x</text>
        <text x="20.0" y="114" textLength="84.0">to the end</text>
        "#);
        assert!(!svg.contains('│') && !svg.contains('─') && svg.contains("<path class=\"box\" d=\"M"));
    }
}
