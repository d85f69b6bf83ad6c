//! The page of answers in a real browser: Chromium without a window.

use crate::harness::{Sandbox, project};
use crate::page::hostile;
use flate2::read::ZlibDecoder;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const WIDTH: usize = 900;
const HEIGHT: usize = 1400;

/// The name under which Chromium can be run, if it can.
fn chromium() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome", "chrome"].into_iter().find(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        println!("skipped: there is no Chromium on this machine");
    }
    found
}

/// Runs Chromium on `page.html` of the folder, and returns what it prints.
fn browse(chromium: &str, sandbox: &Sandbox, args: &[&str]) -> String {
    let profile = format!("--user-data-dir={}", sandbox.path("profile").display());
    let url = format!("file://{}", sandbox.path("page.html").display());
    let out = std::fs::File::create(sandbox.path("printed")).unwrap();
    let mut child = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            &profile,
        ])
        .args(args)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if since.elapsed() > Duration::from_secs(120) {
            child.kill().unwrap();
            panic!("Chromium does not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    std::fs::read_to_string(sandbox.path("printed")).unwrap()
}

/// The pixels of a picture: red, green, blue.
struct Pixels {
    width: usize,
    rows: Vec<Vec<[u8; 3]>>,
}

/// Reads a PNG of eight bits for each of three or four colours, which is what Chromium writes.
fn png(bytes: &[u8]) -> Pixels {
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (width, height) = (number(16), number(20));
    let depth = match bytes[25] {
        2 => 3,
        6 => 4,
        other => panic!("colour type {other}"),
    };
    let (mut data, mut at) = (Vec::new(), 8);
    while at < bytes.len() {
        let length = number(at);
        if &bytes[at + 4..at + 8] == b"IDAT" {
            data.extend_from_slice(&bytes[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    let mut raw = Vec::new();
    ZlibDecoder::new(&data[..]).read_to_end(&mut raw).unwrap();
    assert_eq!(raw.len(), height * (1 + width * depth));
    let mut above = vec![0_u8; width * depth];
    let rows = raw.chunks(1 + width * depth).map(|line| {
        let mut row = line[1..].to_vec();
        for i in 0..row.len() {
            let (a, c) =
                if i < depth { (0, 0) } else { (i32::from(row[i - depth]), i32::from(above[i - depth])) };
            let b = i32::from(above[i]);
            let guess = match line[0] {
                0 => 0,
                1 => a,
                2 => b,
                3 => (a + b) / 2,
                _ => [a, b, c].into_iter().min_by_key(|value| (a + b - c - value).abs()).unwrap(),
            };
            row[i] = row[i].wrapping_add(guess as u8);
        }
        above.clone_from(&row);
        row.chunks(depth).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
    });
    Pixels { width, rows: rows.collect() }
}

/// The light of a colour, from 0 to 1, as the contrast of colours is defined by.
fn light(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colours of the style, by day, by night and on paper: text can be read, and a bar be seen.
#[test]
fn colours_stand_out_from_the_paper() {
    let style = std::fs::read_to_string(project("src/render/html/style.css")).unwrap();
    let schemes: Vec<&str> =
        style.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(schemes.len(), 3);
    for scheme in schemes {
        let colour = |name: &str| {
            let value = scheme.split(&format!("--{name}: #")).nth(1).unwrap().split(';').next().unwrap();
            let long = if value.len() == 3 {
                value.chars().flat_map(|digit| [digit; 2]).collect()
            } else {
                value.to_owned()
            };
            [0, 2, 4].map(|at| u8::from_str_radix(&long[at..at + 2], 16).unwrap())
        };
        for (name, least) in [
            ("ink", 7.0),
            ("muted", 4.5),
            ("published", 4.5),
            ("corrected", 4.5),
            ("both", 3.0),
            ("bar", 3.0),
        ] {
            let found = contrast(colour(name), colour("paper"));
            assert!(found >= least, "{name} {found:.1} in {scheme}");
        }
    }
}

#[test]
fn it_is_seen_by_day_and_by_night() {
    let Some(chromium) = chromium() else { return };
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    for (scheme, paper) in [("1", [0xfc, 0xfb, 0xf8]), ("0", [0x17, 0x19, 0x1c])] {
        let picture = sandbox.path("page.png");
        let size = format!("--window-size={WIDTH},{HEIGHT}");
        let args = [
            &format!("--blink-settings=preferredColorScheme={scheme}"),
            &size,
            &format!("--screenshot={}", picture.display()),
        ];
        browse(chromium, &sandbox, &args.map(String::as_str));
        let seen = png(&std::fs::read(&picture).unwrap());
        assert_eq!((seen.width, seen.rows.len()), (WIDTH, HEIGHT));
        assert_eq!(seen.rows[0][0], paper, "the paper");
        let inked: usize = seen
            .rows
            .iter()
            .map(|row| row.iter().filter(|pixel| contrast(**pixel, paper) > 4.5).count())
            .sum();
        assert!(inked > WIDTH * HEIGHT / 100, "only {inked} pixels can be read");
        let empty = |row: &&Vec<[u8; 3]>| row.iter().all(|pixel| *pixel == paper);
        assert!(seen.rows.iter().filter(empty).count() < HEIGHT * 2 / 3, "most of it is empty");
        let at_margin = |row: &Vec<[u8; 3]>| row[0] != paper || row[WIDTH - 1] != paper;
        assert!(!seen.rows.iter().any(at_margin), "nothing is cut at the sides");
    }
}

#[test]
fn the_figures_are_there_without_a_script() {
    let Some(chromium) = chromium() else { return };
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    let seen = browse(chromium, &sandbox, &["--dump-dom"]);
    for figure in ["<dd>746 <span>users</span></dd>", "<dd>725 <span>users</span></dd>", "<dd>43336 <span>"] {
        assert!(seen.contains(figure), "{figure}");
    }
    assert_eq!(seen.matches("</svg>").count(), 6);
    assert_eq!(seen.matches("<section").count(), 8);
}

#[test]
fn hostile_data_stays_text() {
    let Some(chromium) = chromium() else { return };
    let sandbox = hostile();
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    let seen = browse(chromium, &sandbox, &["--dump-dom"]);
    assert!(seen.contains("<title>Six answers</title>"), "no script ran");
    for element in ["<img", "<b>Unforgiven", "<i>", "<a href=\"x\"", "<script"] {
        assert!(!seen.contains(element), "{element}");
    }
    assert_eq!(seen.matches("<style").count(), 1);
    assert_eq!(seen.matches("</section>").count(), 8, "every part of the page is where it belongs");
}

#[test]
fn it_can_be_printed() {
    let Some(chromium) = chromium() else { return };
    let sandbox = Sandbox::with_warehouse();
    sandbox.scli(&["answers", "--html", "page.html"]).success();
    let file = sandbox.path("page.pdf");
    browse(chromium, &sandbox, &[&format!("--print-to-pdf={}", file.display())]);
    let pdf = std::fs::read(file).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let pages = String::from_utf8_lossy(&pdf).matches("/Type /Page\n").count();
    assert!((2..=8).contains(&pages), "{pages} pages");
}
