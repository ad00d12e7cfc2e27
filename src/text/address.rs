//! Addresses of the web in text: where they stand, and where they are after the text was wrapped.
//!
//! Only `http` and `https`, of bounded length, in letters that every terminal hands on as they are. What
//! something hidden was taken out of, or what goes on in letters that an address cannot have, is none:
//! a link leads where its text says, or nowhere. Who opens one is not for here.

use std::ops::Range;

use super::wrap;

/// The longest address, in bytes; what is longer some terminals cut.
const MOST_BYTES: usize = 2_000;
const BEGINNINGS: [&str; 2] = ["https://", "http://"];

/// Is a line, and the parts of it that lead somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leading {
    /// What is drawn.
    pub text: String,
    /// The bytes of each part, and where it leads.
    pub leads: Vec<Lead>,
}

/// Is a part of a text, in bytes, and the address it leads to.
pub type Lead = (Range<usize>, String);

impl Leading {
    /// Puts something before the line.
    pub(super) fn behind(self, sign: &str) -> Self {
        let by = sign.len();
        let leads = self.leads.into_iter().map(|(at, address)| (at.start + by..at.end + by, address));
        Self { text: format!("{sign}{}", self.text).trim_end().to_owned(), leads: leads.collect() }
    }
}

/// Tells whether all of a text is one address.
pub fn is_address(text: &str) -> bool {
    address_at(text).is_some_and(|len| len == text.len())
}

/// Finds the addresses of a text that is safe to draw.
pub fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (colon, _) in text.match_indices("://") {
        let scheme = text[..colon].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| next_letter(text, at));
        let is_alone = !text[..scheme].ends_with(|c: char| c.is_alphanumeric() || "+-.".contains(c));
        if is_alone && found.last().is_none_or(|before| before.end <= scheme) {
            found.extend(address_at(&text[scheme..]).map(|len| scheme..scheme + len));
        }
    }
    found
}

fn next_letter(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Measures the address that a text begins with.
fn address_at(text: &str) -> Option<usize> {
    let is_begin = |begin: &&&str| text.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin));
    let begin = BEGINNINGS.iter().find(is_begin)?.len();
    let rest = &text[begin..];
    let end = rest.find(|c| !may_stand(c)).unwrap_or(rest.len());
    if rest[end..].starts_with(goes_on) || names_hidden(&rest[end..]) {
        return None;
    }
    let len = begin + without_end(&rest[..end]).len();
    let host = text[begin..len].chars().next()?;
    ((host.is_ascii_alphanumeric() || host == '[') && len <= MOST_BYTES).then_some(len)
}

/// Tells whether a letter may stand in an address.
fn may_stand(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Tells whether an address that meets this letter goes on in a way that cannot be followed.
fn goes_on(c: char) -> bool {
    c == '^' || c == '…' || c == '⏎' || (!c.is_ascii() && c.is_alphanumeric())
}

/// Tells whether a text begins with what stands where something was taken out.
fn names_hidden(text: &str) -> bool {
    text.starts_with("<U+") || text.starts_with("<+")
}

/// Leaves out what belongs to the sentence and not to the address.
fn without_end(address: &str) -> &str {
    let mut kept = address;
    while let Some(last) = kept.chars().last() {
        let closes =
            |open: char, close: char| last == close && kept.matches(close).count() > kept.matches(open).count();
        if !(".,:;!?'".contains(last) || closes('(', ')') || closes('[', ']')) {
            break;
        }
        kept = &kept[..kept.len() - 1];
    }
    kept
}

/// Wraps a text as [`wrap()`] does; its addresses stay whole, however many lines they take.
pub fn wrap_leading(text: &str, cells: usize, hanging: usize) -> Vec<Leading> {
    wrap_with(text, (cells, hanging), Vec::new())
}

/// Does the same where some parts of the text lead somewhere already.
pub(super) fn wrap_with(text: &str, (cells, hanging): (usize, usize), mut leads: Vec<Lead>) -> Vec<Leading> {
    let lines = wrap(text, cells, hanging);
    let taken = leads.len();
    for at in addresses(text) {
        if !leads[..taken].iter().any(|(other, _)| other.start < at.end && at.start < other.end) {
            leads.push((at.clone(), text[at].to_owned()));
        }
    }
    leads.sort_by_key(|(at, _)| at.start);
    let mut lines: Vec<_> = lines.into_iter().map(|text| Leading { text, leads: Vec::new() }).collect();
    if !leads.is_empty() {
        follow(text, &leads, &mut lines);
    }
    lines
}

/// Finds the parts of a text again in its lines, which hold its letters in order, with other blanks.
fn follow(text: &str, leads: &[Lead], lines: &mut [Leading]) {
    let mut letters = text.char_indices().filter(|(_, c)| !matches!(c, ' ' | '\n'));
    let mut next = leads.iter().peekable();
    for Leading { text, leads } in lines {
        let mut before: Option<&Lead> = None;
        for (at, c) in text.char_indices().filter(|(_, c)| *c != ' ') {
            let Some((place, _)) = letters.next() else { return };
            while next.peek().is_some_and(|(part, _)| part.end <= place) {
                next.next();
            }
            let lead = next.peek().copied().filter(|(part, _)| part.contains(&place));
            match (lead, before, leads.last_mut()) {
                (Some(lead), Some(same), Some((part, _))) if std::ptr::eq(lead, same) => part.end = at + c.len_utf8(),
                (Some(lead), ..) => leads.push((at..at + c.len_utf8(), lead.1.clone())),
                (None, ..) => {}
            }
            before = lead;
        }
    }
}

#[cfg(test)]
mod tests;
