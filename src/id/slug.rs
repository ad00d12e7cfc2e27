//! Slugs: short lower-case ids made of a title.
//!
//! A slug is made once, from a title as it stands in the file; making it unique is for the caller.

use std::borrow::Cow;

use super::{MOST_ID_BYTES, is_id_letter};
use crate::text::is_mark;

const MOST_CHARS: usize = 60;

/// Makes an id of a title: its words in lower case, joined by `-`, cut at the end of a word.
///
/// Accents go, letters of other scripts stay, and so does nothing inside `{{ }}`. A title without
/// letters or digits gives an empty text.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in words(&without_templates(title)) {
        let joined = if slug.is_empty() { word.clone() } else { format!("{slug}-{word}") };
        if fits(&joined) {
            slug = joined;
        } else if slug.is_empty() {
            return beginning(&word);
        } else {
            break;
        }
    }
    slug
}

fn fits(slug: &str) -> bool {
    slug.len() <= MOST_ID_BYTES && slug.chars().count() <= MOST_CHARS
}

fn beginning(word: &str) -> String {
    let ends = word.char_indices().take(MOST_CHARS).map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end <= MOST_ID_BYTES).last().unwrap_or(0);
    word[..end].to_owned()
}

fn without_templates(title: &str) -> String {
    let mut rest = title;
    let mut kept = String::new();
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((_, after)) = inside.split_once("}}") else {
            break;
        };
        kept.push_str(before);
        kept.push(' ');
        rest = after;
    }
    kept + rest
}

fn words(title: &str) -> impl Iterator<Item = String> {
    let is_joint = |c: char| !c.is_alphanumeric() && !is_mark(c) && !is_apostrophe(c);
    title.split(is_joint).map(lower).filter(|word| !word.is_empty())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

fn lower(word: &str) -> String {
    let mut lower = String::new();
    for c in word.chars().flat_map(char::to_lowercase) {
        match folded(c) {
            Cow::Borrowed(letters) => lower.push_str(letters),
            Cow::Owned(_) if lower.is_empty() && is_mark(c) => {}
            Cow::Owned(letter) if is_id_letter(c) => lower.push_str(&letter),
            Cow::Owned(_) => {}
        }
    }
    lower
}

/// Gives the plain letters for a Latin one with an accent, or the character itself.
fn folded(c: char) -> Cow<'static, str> {
    Cow::Borrowed(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        other => return Cow::Owned(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::is_id;

    #[test]
    fn a_title_becomes_words_with_dashes() {
        assert_eq!(slug("Take a backup!"), "take-a-backup");
        assert_eq!(slug("  Upgrade to 10.2.0 — now "), "upgrade-to-10-2-0-now");
        assert_eq!(slug("Don't stop"), "dont-stop");
        assert_eq!(slug("!?"), "");
    }

    #[test]
    fn accents_go_and_other_scripts_stay() {
        assert_eq!(slug("Größe é Łódź"), "grosse-e-lodz");
        assert_eq!(slug("E\u{301}tat"), "etat");
        assert_eq!(slug("Σχέδιο Α"), "σχέδιο-α");
        assert_eq!(slug("備份 1"), "備份-1");
        assert_eq!(slug("\u{3164}\u{345}a"), "a");
    }

    #[test]
    fn templates_are_dropped() {
        assert_eq!(slug("Stop {{ host }} now"), "stop-now");
        assert_eq!(slug("{{a}}{{b}}"), "");
        assert_eq!(slug("odd {{ end"), "odd-end");
    }

    #[test]
    fn a_long_title_is_cut_at_the_end_of_a_word() {
        assert_eq!(slug(&"word ".repeat(20)), ["word"; 12].join("-"));
        assert_eq!(slug(&"x".repeat(99)).len(), 60);
    }

    proptest! {
        #[test]
        fn a_slug_is_an_id_and_its_own_slug(title in any::<String>(), near in "[a-zA-Z éÉßİ漢{}'.\u{301}-]{0,90}") {
            for title in [title, near] {
                let slug = slug(&title);
                prop_assert!(slug.is_empty() || is_id(&slug), "{}", slug);
                prop_assert!(slug.chars().count() <= MOST_CHARS);
                prop_assert_eq!(&super::slug(&slug), &slug);
            }
        }
    }
}
