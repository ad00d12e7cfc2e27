//! Texts with `{{ … }}` into templates.

use super::Builder;
use super::kinds::Origin;
use crate::runbook::diagnostic::{Code, Diagnostic};
use crate::runbook::model::{Piece, Template};
use crate::runbook::shape::Text;
use crate::runbook::value::Kind;

impl Builder<'_> {
    /// Builds a text that people see; a secret cannot stand in it.
    pub(super) fn text(&mut self, text: Text) -> Template {
        let template = self.template(text);
        let shows_secret = template.values().any(|(_, kind)| is_secret(kind));
        if shows_secret {
            let help = "use it in a command as {{ name }}, in `env`, or in `headers`";
            self.report(Diagnostic::new(Code::SecretShown, template.place, "this text would show a secret").help(help));
        }
        template
    }

    /// Builds a text that is not shown, such as a header; a secret may stand in it.
    pub(super) fn template(&mut self, text: Text) -> Template {
        let Text { text, place } = text;
        if !text.contains("{{") {
            return Template { parts: vec![Piece::Text(text.into_boxed_str())], place };
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = text[at..].find("{{").map(|found| at + found) {
            push_text(&mut parts, &text[at..open]);
            let inside = open + 2;
            let Some(length) = closing(&text[inside..]) else {
                let found = self.locate(Origin { text: &text, place, base: 0 }, &(open..text.len()));
                let help = "close it with }}; two literal braces are written {{ '{{' }}";
                self.report(Diagnostic::new(Code::BadExpression, found, "{{ is not closed").help(help));
                at = text.len();
                break;
            };
            let origin = Origin { text: &text, place, base: inside };
            if let Some(value) = self.expression(origin, &text[inside..inside + length]) {
                parts.push(Piece::Value(Box::new(value)));
            }
            at = inside + length + 2;
        }
        push_text(&mut parts, &text[at..]);
        Template { parts, place }
    }

    /// Builds a text when there is one.
    pub(super) fn maybe_text(&mut self, text: Option<Text>) -> Option<Template> {
        text.map(|text| self.text(text))
    }
}

/// Says whether a kind is or holds a secret.
pub(super) fn is_secret(kind: &Kind) -> bool {
    match kind {
        Kind::Secret => true,
        Kind::List(kind) | Kind::Table(kind) => is_secret(kind),
        _ => false,
    }
}

fn push_text(parts: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        parts.push(Piece::Text(text.into()));
    }
}

/// Finds the `}}` that ends an expression; those in quotes do not.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if rest[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_quotes_do_not_end_an_expression() {
        for (rest, end) in [
            (" a }} b", Some(3)),
            (" '}}' }}", Some(6)),
            (" \"}}\" }}", Some(6)),
            (" '\\'}}' }}", Some(8)),
            (" \"it's\" }}", Some(8)),
            (" 'a }}", None),
            (" a }", None),
            ("}}", Some(0)),
            (" {{ }}", Some(4)),
        ] {
            assert_eq!(closing(rest), end, "{rest}");
        }
    }
}
