//! Taking secret values out of what programs print.
//!
//! Finds every form of every declared value, also across the cuts between two chunks, and writes
//! `redacted:n` for it, where `n` is the value's place in the list. Overlapping values vanish
//! together. A stream holds back no more than what may still become a value.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::forms::{Form, SHORTEST, forms_of};

/// Knows the values that nobody may read.
pub struct Mask {
    /// The forms with the places of their values, by their first byte, the longest first.
    forms: Vec<Vec<(Form, usize)>>,
    unmasked: Vec<usize>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").field("unmasked", &self.unmasked).finish_non_exhaustive()
    }
}

impl Mask {
    /// Declares values; their places count from 1. Empty ones mean nothing.
    ///
    /// A value of less than four bytes, or one that stands in the word `redacted` itself, is not
    /// masked: whoever looks for it finds it everywhere. [`Mask::unmasked`] names those, and they are
    /// worth a warning.
    #[must_use]
    pub fn new(values: &[&[u8]]) -> Self {
        let mut mask = Self { forms: vec![Vec::new(); 256], unmasked: Vec::new() };
        let markers: Vec<_> = (1..=values.len()).map(marker).collect();
        for (place, value) in (1..).zip(values).filter(|(_, value)| !value.is_empty()) {
            if value.len() < SHORTEST || is_in(value, &markers) {
                mask.unmasked.push(place);
            } else {
                mask.learn(place, forms_of(value).into_iter().filter(|form| !is_in(form, &markers)));
            }
        }
        for forms in &mut mask.forms {
            forms.sort_by_key(|(form, place)| (std::cmp::Reverse(form.len()), *place));
        }
        mask
    }

    fn learn(&mut self, place: usize, forms: impl Iterator<Item = Form>) {
        for form in forms {
            let start = form.first().and_then(|first| self.forms.get_mut(usize::from(*first)));
            start.into_iter().for_each(|forms| forms.push((form.clone(), place)));
        }
    }

    /// Gives the places of the values that cannot be masked.
    #[must_use]
    pub fn unmasked(&self) -> &[usize] {
        &self.unmasked
    }

    /// Masks bytes that are all there.
    #[must_use]
    pub fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut covered = 0;
        for at in 0..bytes.len() {
            covered = self.step(&bytes[at..], covered, &mut out);
        }
        out
    }

    /// Masks a text that is all there.
    #[must_use]
    pub fn apply_text(&self, text: &str) -> String {
        let masked = self.apply(text.as_bytes());
        // A value that is no text itself may have taken a part of a character.
        String::from_utf8(masked).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Passes one byte on, unless a value that begins here or before covers it; gives how many of the
    /// next bytes are covered.
    fn step(&self, rest: &[u8], covered: usize, out: &mut Vec<u8>) -> usize {
        let found = self.longest(rest);
        if let Some((_, place)) = found.filter(|_| covered == 0) {
            out.extend_from_slice(marker(place).as_bytes());
        }
        match covered.max(found.map_or(0, |(len, _)| len)) {
            0 => {
                out.extend_from_slice(rest.get(..1).unwrap_or_default());
                0
            }
            covered => covered - 1,
        }
    }

    /// Finds the longest form that bytes begin with: its length, and the place of its value.
    fn longest(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let (form, place) = self.starting_as(bytes).iter().find(|(form, _)| bytes.starts_with(form))?;
        Some((form.len(), *place))
    }

    /// Tells whether bytes begin a form that they do not hold to its end.
    fn may_grow(&self, bytes: &[u8]) -> bool {
        let longer = self.starting_as(bytes).iter().take_while(|(form, _)| form.len() > bytes.len());
        longer.into_iter().any(|(form, _)| form.starts_with(bytes))
    }

    /// Counts the bytes before the first with which any form begins.
    fn plain(&self, bytes: &[u8]) -> usize {
        let begins = |byte: &u8| self.forms.get(usize::from(*byte)).is_some_and(|forms| !forms.is_empty());
        bytes.iter().position(begins).unwrap_or(bytes.len())
    }

    fn starting_as(&self, bytes: &[u8]) -> &[(Form, usize)] {
        let forms = bytes.first().and_then(|first| self.forms.get(usize::from(*first)));
        forms.map_or(&[], Vec::as_slice)
    }
}

/// Writes what stands for a value.
fn marker(place: usize) -> String {
    format!("redacted:{place}")
}

/// Tells whether a value stands in what is written for a value.
fn is_in(value: &[u8], markers: &[String]) -> bool {
    markers.iter().any(|marker| memchr::memmem::find(marker.as_bytes(), value).is_some())
}

/// Masks what comes in chunks, cut anywhere.
pub struct MaskStream {
    mask: Arc<Mask>,
    held: Zeroizing<Vec<u8>>,
    covered: usize,
}

impl fmt::Debug for MaskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskStream").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl MaskStream {
    /// Begins a stream.
    #[must_use]
    pub fn new(mask: Arc<Mask>) -> Self {
        Self { mask, held: Zeroizing::new(Vec::new()), covered: 0 }
    }

    /// Takes the next chunk, and gives what can be told by now.
    #[must_use]
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(chunk);
        self.tell(|mask, rest| !mask.may_grow(rest))
    }

    /// Ends the stream, and gives what was held back.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.tell(|_, _| true)
    }

    fn tell(&mut self, is_settled: impl Fn(&Mask, &[u8]) -> bool) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        loop {
            if self.covered == 0 {
                // Most of what is printed begins no value, and goes on without being looked at again.
                let plain = self.mask.plain(&self.held[at..]);
                out.extend_from_slice(&self.held[at..at + plain]);
                at += plain;
            }
            if at == self.held.len() || !is_settled(&self.mask, &self.held[at..]) {
                break;
            }
            self.covered = self.mask.step(&self.held[at..], self.covered, &mut out);
            at += 1;
        }
        self.held.drain(..at);
        out
    }
}

#[cfg(test)]
mod tests;
