//! The page in a real browser: at the widths of a desk, a phone and paper, in light and dark, for eyes and for ears.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::browser::Browser;
use super::evening::Evening;
use super::scenes::{backed_out, evening, live};
use crate::needs::needs;

/// Writes the page of a run.
fn page(run: &Evening) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("report.html");
    let (code, out, err) = run.mop(&["report", &run.run().to_string_lossy(), "-o", &path.to_string_lossy()]);
    assert_eq!((code, out.as_str(), err.as_str()), (3, "", ""));
    (dir, path)
}

#[test]
fn the_page_fits_a_desk_a_phone_and_paper_in_light_and_dark() {
    needs!(CHROMIUM);
    let mut browser = Browser::start();
    for run in [evening(), live(), backed_out()] {
        let (_dir, path) = page(&run);
        browser.open(&path);
        let mut pictures = Vec::new();
        for (width, scheme, media) in [
            (1280, "light", "screen"),
            (1280, "dark", "screen"),
            (390, "light", "screen"),
            (390, "dark", "screen"),
            (680, "light", "print"),
        ] {
            browser.show((width, scheme, media));
            let wide = browser.ask("document.documentElement.scrollWidth");
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} at {width} {scheme} {media}");
            let light = browser.ask("(c => Number(c[0]) + Number(c[1]) + Number(c[2]))(getComputedStyle(document.body).backgroundColor.match(/\\d+/g))");
            assert_eq!(light.as_u64().unwrap() > 600, scheme == "light", "{light} at {scheme}");
            let picture = browser.picture();
            keep(&format!("{}-{width}-{scheme}-{media}.png", run.name), &picture);
            pictures.push(picture);
        }
        assert!(pictures.iter().all(|picture| picture.starts_with("iVBOR") && picture.len() > 50_000));
        pictures.sort_unstable();
        pictures.dedup();
        assert_eq!(pictures.len(), 5, "each looks otherwise");
    }
}

/// Keeps a picture for people to look at, where `MOP_PICTURES` names a folder.
fn keep(name: &str, base64: &str) {
    let Some(dir) = std::env::var_os("MOP_PICTURES") else { return };
    fs::write(PathBuf::from(dir).join(name), decoded(base64)).unwrap();
}

fn decoded(base64: &str) -> Vec<u8> {
    let value =
        |c: u8| "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".bytes().position(|known| known == c);
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for six in base64.bytes().filter_map(value) {
        (bits, count) = (bits << 6 | six, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

#[test]
fn words_can_be_read_on_their_ground_in_light_and_dark() {
    needs!(CHROMIUM);
    let mut browser = Browser::start();
    let (_dir, path) = page(&evening());
    browser.open(&path);
    for scheme in ["light", "dark"] {
        browser.show((1280, scheme, "screen"));
        let faint = browser.ask(CONTRAST);
        assert_eq!(faint.as_array().map(Vec::len), Some(0), "{scheme}: {faint}");
    }
}

/// Lists the texts whose contrast with the ground below them is less than 4.5.
const CONTRAST: &str = r"(() => {
  const parse = c => (c.match(/[\d.]+/g) || []).map(Number);
  const shine = c => { const [r, g, b] = c.map(v => (v /= 255, v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('body *:not(svg *)')) {
    const says = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!says) continue;
    const [a, b] = [shine(parse(getComputedStyle(e).color).slice(0, 3)), shine(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.push(e.className + ' ' + e.textContent.slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return faint;
})()";

#[test]
fn what_is_folded_is_not_on_paper_unless_it_was_unfolded_and_without_it_two_pages_are_enough() {
    needs!(CHROMIUM);
    let mut browser = Browser::start();
    // A run of eleven steps in which something failed, and was backed out.
    let (_dir, path) = page(&backed_out());
    browser.open(&path);
    let height = "[...document.querySelectorAll('pre.output')].map(e => e.getBoundingClientRect().height)";
    let is_seen = "[...document.querySelectorAll('pre.output')].every(e => e.checkVisibility())";
    for media in ["screen", "print"] {
        browser.show((680, "light", media));
        assert_eq!(browser.ask(is_seen), false, "{media}");
    }
    let (few, short) = (pages(&browser.paper()), browser.paper());
    keep("evening-short.pdf", &short);
    browser.show((680, "light", "screen"));
    browser.ask("document.getElementById('everything').click()");
    assert_eq!(browser.ask(is_seen), true, "{}", browser.ask(height));
    browser.show((680, "light", "print"));
    assert_eq!(browser.ask(is_seen), true, "{}", browser.ask(height));
    assert_eq!(browser.ask("getComputedStyle(document.querySelector('nav')).display"), "none");
    let paper = browser.paper();
    keep("evening.pdf", &paper);
    assert!(paper.starts_with("JVBERi") && paper.len() > 40_000, "{}", paper.len());
    assert!(few <= 2 && pages(&paper) > few, "{few} pages, and {} with all evidence", pages(&paper));
}

/// Counts the pages of a printed page, from its bytes in base64.
fn pages(paper: &str) -> usize {
    let bytes = decoded(paper);
    let text = String::from_utf8_lossy(&bytes);
    regex::Regex::new(r"/Type\s*/Page\b").unwrap().find_iter(&text).count()
}

#[test]
fn who_hears_the_page_hears_the_answers_first_and_every_name() {
    needs!(CHROMIUM);
    let mut browser = Browser::start();
    let (_dir, path) = page(&evening());
    browser.open(&path);
    let heard = browser.heard();
    let of =
        |role: &str| heard.iter().filter(|(known, _)| known == role).map(|(_, name)| name.as_str()).collect::<Vec<_>>();
    assert_eq!(of("heading")[..4], ["Upgrade the platform to 10.0", "Summary", "Timeline", "Deviations"]);
    let terms: Vec<_> = heard.iter().skip_while(|(role, _)| role != "main").map(|(_, name)| name.as_str()).collect();
    let at =
        |words: &str| terms.iter().position(|name| *name == words).unwrap_or_else(|| panic!("nobody hears {words}"));
    let questions = [
        "Did it succeed?",
        "Yes, with exceptions",
        "Was the window kept?",
        "Who was there?",
        "What deviated?",
        "Is the record intact?",
        "What proves each step?",
        "Timeline",
        "Estimated and actual times",
    ];
    let places: Vec<_> = questions.into_iter().map(at).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(
        (of("banner").len(), of("main").len(), of("contentinfo").len(), of("navigation")),
        (1, 1, 1, vec!["Contents"])
    );
    assert_eq!(of("link")[..2], ["Skip to the report", "Summary"]);
    for role in ["region", "table", "link", "image", "DisclosureTriangle", "rowheader", "columnheader"] {
        assert!(!of(role).is_empty(), "nobody hears a {role}");
        assert!(of(role).iter().all(|name| !name.is_empty()), "a {role} has no name: {:?}", of(role));
    }
    assert!(of("image")[0].starts_with("Timeline"));
    let keys = browser.ask("[...document.querySelectorAll('.scroll, pre')].every(e => e.tabIndex === 0)");
    assert_eq!(keys, true, "what scrolls can be reached by keys");
    assert_eq!(browser.ask("document.querySelectorAll('script, [onclick], img, link, iframe').length"), 0);
    assert_eq!(browser.ask("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === document.querySelectorAll('[id]').length"), true);
    let dead = "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).map(a => a.textContent)";
    assert_eq!(browser.ask(dead).as_array().map(Vec::len), Some(0));
}

#[test]
fn hostile_text_is_text_in_the_browser_too() {
    needs!(CHROMIUM);
    let mut browser = Browser::start();
    let run = super::hostile::run();
    let (_dir, path) = page(&run);
    browser.open(&path);
    assert_eq!(browser.ask("document.querySelectorAll('script, img, b, iframe, form').length"), 0);
    assert_eq!(browser.ask("window.stolen === undefined"), true);
    let seen = browser.ask("document.body.textContent");
    assert!(seen.as_str().unwrap().contains("<script>stolen=1</script>"), "it is there to be read");
    for width in [1280, 390] {
        browser.show((width, "light", "screen"));
        let wide = browser.ask("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{wide} at {width}");
    }
}
