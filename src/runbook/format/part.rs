//! The parts that stand beside actions: inputs, sign-offs, estimates, links and the window.

use serde_json::{Value as Json, json};

use crate::runbook::diagnostic::{Code, Diagnostic, Problems};
use crate::runbook::place::Place;
use crate::runbook::shape::{
    Definitions, Ident, Label, Literal, OneOrMany, Pattern, Placed, Shape, Spread, Table, Text, keyword, length_help,
    mapping, scalar, short, wrong_type,
};
use crate::runbook::yaml::{Content, Node};
use crate::time::Length;

mapping! {
    /// The maintenance window.
    Window = "a window" {
        /// How long the window is.
        length "length" required: Placed<Length>,
        /// How long before its end to warn.
        warn "warn": Placed<Length>,
    }
}

keyword! {
    /// What kind of value an input takes.
    Kind = "a type" {
        /// Any text.
        Text "text",
        /// An address beginning with a scheme, such as `https://site.example/`.
        Url "url",
        /// The name or address of a machine.
        Host "host",
        /// A path of a file or folder.
        Path "path",
        /// A version; compares as a version.
        Version "version",
        /// A number.
        Number "number",
        /// Yes or no.
        Bool "bool",
        /// A date, as 2026-03-01.
        Date "date",
        /// A date and a time, as 2026-03-01T22:00.
        Time "time",
        /// A length of time, as 1h30m.
        Duration "duration",
        /// A secret: asked masked, given to commands in their environment, written nowhere.
        Secret "secret",
    }
}

mapping! {
    /// A value that a person gives.
    Input = "an input" {
        /// The question, as the operator reads it.
        ask "ask" required: Text,
        /// What kind of value it is; text by default.
        kind "type": Kind,
        /// Says that it is a list of such values.
        list "list": Placed<bool>,
        /// The least: of a number the value, of a list the count.
        min "min": Placed<u32>,
        /// The most: of a number the value, of a list the count.
        max "max": Placed<u32>,
        /// What is proposed.
        default "default": Literal,
        /// The values to choose from.
        one_of "one_of": Literal,
        /// A regular expression that the whole text must match.
        matches "matches": Pattern,
        /// An example of a good answer.
        example "example": Text,
        /// More about it, as Markdown.
        text "text": Text,
        /// Asks once for each value of a list; the answers are a table: `name[value]`.
        for_each "for_each": Table<Ident, Spread>,
    }
}

mapping! {
    /// Where to read more.
    LinkParts = "a link" {
        /// What is there.
        title "title": Text,
        /// The address.
        url "url" required: Text,
    }
}

short! {
    /// A link: an address, or a mapping.
    Link(LinkParts) or url: Text
}

keyword! {
    /// How well a person proves who he is when he signs; each level is harder to forge than the one before.
    SignLevel = "a level of proof of identity" {
        /// The person says so; anybody could.
        Name "name",
        /// A PIN of his own.
        Pin "pin",
        /// A signature by his SSH key.
        Key "key",
        /// A signature by an SSH key in a token that was touched.
        Touch "touch",
    }
}

mapping! {
    /// Who must be there, and how his signature is proved.
    RoleParts = "a role" {
        /// What the person does.
        about "about": Text,
        /// How a signature in this role has to be proved, at least: name, pin, key or touch.
        level "level": SignLevel,
    }
}

short! {
    /// A role: what the person does, or a mapping.
    Role(RoleParts) or about: Text
}

/// Who signs, as it is written.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Where it was written.
    pub place: Place,
    /// Who.
    pub who: SignParts,
}

/// The ways to say who signs.
#[derive(Clone, Debug)]
pub enum SignParts {
    /// Nobody.
    None,
    /// So many different people in any role.
    People(u32),
    /// One person for each role.
    Roles(Vec<Label>),
}

impl Shape for Sign {
    fn noun() -> &'static str {
        "a role, a list of roles, a number of people, or none"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        if matches!(node.content, Content::List(_)) {
            let roles = Vec::read(node, problems)?;
            return Some(Self { place, who: SignParts::Roles(roles) });
        }
        let who = match &node.content {
            Content::Scalar(scalar) if scalar.text == "none" => SignParts::None,
            Content::Scalar(scalar) if scalar.plain && scalar.text.parse::<u32>().is_ok() => {
                SignParts::People(scalar.text.parse().unwrap_or_default())
            }
            Content::Scalar(_) => SignParts::Roles(vec![Label::read(node, problems)?]),
            _ => {
                wrong_type(&node, Self::noun(), problems);
                return None;
            }
        };
        Some(Self { place, who })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let role = Label::schema(definitions);
        json!({ "anyOf": [role, { "type": "integer", "minimum": 1 }, { "type": "array", "items": role, "minItems": 1 }] })
    }
}

mapping! {
    /// How long something takes, when that is not known well.
    EstimateParts = "an estimate" {
        /// The shortest it takes.
        from "from": Placed<Length>,
        /// The longest it takes.
        to "to": Placed<Length>,
        /// What the length depends on.
        because "because": OneOrMany<Text>,
        /// Why nobody can say how long it takes.
        varies "varies": Text,
        /// What the forecast counts for it.
        allow "allow": Placed<Length>,
    }
}

/// How long something takes, as it is written.
#[derive(Debug)]
pub struct Estimate {
    /// Where it was written.
    pub place: Place,
    /// The mapping; a bare length is both its least and its most.
    pub parts: EstimateParts,
}

impl Shape for Estimate {
    fn noun() -> &'static str {
        "an estimate"
    }

    fn read(node: Node<'_>, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        if matches!(node.content, Content::Map(_)) {
            let parts = EstimateParts::read(node, problems)?;
            return Some(Self { place, parts });
        }
        let (place, scalar) = scalar(node, Self::noun(), problems)?;
        match Length::parse(&scalar.text) {
            Ok(value) => {
                let about = Some(Placed { value, place });
                Some(Self { place, parts: EstimateParts { place, from: about, to: about, ..EstimateParts::default() } })
            }
            Err(error) => {
                let message = format!("`{}` is not an estimate", scalar.text);
                let help = match range(&scalar.text) {
                    Some((from, to)) => format!("write {{ from: {from}, to: {to} }}"),
                    None if scalar.text.starts_with('~') && Length::parse(&scalar.text[1..]).is_ok() => {
                        format!("write {}, which means about so long", &scalar.text[1..])
                    }
                    None => {
                        let help = length_help(&error);
                        format!("{help}; or {{ from: 30m, to: 2h }}, or {{ varies: WHY, allow: 1h }}")
                    }
                };
                problems.push(Diagnostic::new(Code::BadEstimate, place, message).help(help));
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let about = Placed::<Length>::schema(definitions);
        let mapping = EstimateParts::schema(definitions);
        json!({ "anyOf": [about, mapping] })
    }
}

/// Reads a range as people write it, `1-2h` or `2h to 3h`.
fn range(text: &str) -> Option<(Length, Length)> {
    let (from, to) = ["-", "–", " to "].iter().find_map(|between| text.split_once(between))?;
    let (from, to) = (from.trim(), to.trim());
    let unit = to.trim_start_matches(|c: char| c.is_ascii_digit());
    let from = Length::parse(from).or_else(|_| Length::parse(&format!("{from}{unit}"))).ok()?;
    Length::parse(to).ok().map(|to| (from, to))
}
