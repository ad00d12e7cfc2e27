//! What a person may want of the keys, and why not.
//!
//! Nothing is bound halfway: one wish that cannot be met leaves all keys as they came. Places are those of
//! whoever read the wishes; here they are only handed on.

use std::ops::Range;

use super::{Bindings, Bound};
use crate::id::nearest;
use crate::ui::command::{Chord, Entry, TABLE};
use crate::ui::keymap::Code;
use crate::ui::screen::Mode;

/// Is a command that is to have other keys, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The name of the command.
    pub name: String,
    /// Where it stands.
    pub at: Range<usize>,
    /// The keys as they are written, and where each stands.
    pub keys: Vec<(String, Range<usize>)>,
}

/// Says why a wish cannot be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbindable {
    /// Why.
    pub why: String,
    /// Where that stands.
    pub at: Range<usize>,
    /// Where it is that it goes against, with a few words.
    pub also: Option<(Range<usize>, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Unbindable {
    fn new(at: &Range<usize>, why: impl Into<String>) -> Self {
        Self { why: why.into(), at: at.clone(), also: None, help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Is a key of a command, and where a person asked for it; one that it came with has no place.
struct Bind {
    entry: &'static Entry,
    chord: Chord,
    at: Option<Range<usize>>,
}

impl Bindings {
    /// Gives the keys that the program comes with, changed as somebody wishes.
    ///
    /// # Errors
    ///
    /// Says why not, everything at once.
    pub fn with(wishes: &[Wish]) -> Result<Self, Vec<Unbindable>> {
        let mut problems = Vec::new();
        let binds: Vec<Bind> = TABLE.iter().flat_map(|entry| binds(entry, wishes, &mut problems)).collect();
        problems.extend(wishes.iter().filter_map(unknown));
        problems.extend(binds.iter().filter_map(unfit));
        problems.extend(clashes(&binds));
        problems.sort_by_key(|problem| problem.at.start);
        if !problems.is_empty() {
            return Err(problems);
        }
        let keys = |name: &str| binds.iter().filter(|bind| bind.entry.name == name).map(|bind| bind.chord).collect();
        Ok(Self { rows: TABLE.iter().map(|entry| Bound { entry, keys: keys(entry.name) }).collect() })
    }
}

/// Gives the keys of a command: those that are wished for, or those it came with.
fn binds(entry: &'static Entry, wishes: &[Wish], problems: &mut Vec<Unbindable>) -> Vec<Bind> {
    let Some(wish) = wishes.iter().find(|wish| wish.name == entry.name) else {
        return entry.keys.iter().map(|chord| Bind { entry, chord: *chord, at: None }).collect();
    };
    if wish.keys.is_empty() {
        let why = format!("`{}` has no key", wish.name);
        problems.push(
            Unbindable::new(&wish.at, why).help("give it one; to have its key for something else, give it another"),
        );
    }
    let mut bind = |(text, at): &(String, Range<usize>)| match Chord::parse(text) {
        Ok(chord) => Some(Bind { entry, chord, at: Some(at.clone()) }),
        Err(help) => {
            problems.push(Unbindable::new(at, format!("there is no key called `{text}`")).help(help));
            None
        }
    };
    wish.keys.iter().filter_map(&mut bind).collect()
}

fn unknown(wish: &Wish) -> Option<Unbindable> {
    if TABLE.iter().any(|entry| entry.name == wish.name) {
        return None;
    }
    let problem = Unbindable::new(&wish.at, format!("there is no command called `{}`", wish.name));
    Some(match nearest(&wish.name, TABLE.iter().map(|entry| entry.name)) {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None => problem.help("`mop config` lists the commands"),
    })
}

/// Says why a command cannot have a key, whatever other commands have.
fn unfit(bind: &Bind) -> Option<Unbindable> {
    let Bind { entry, chord, at: Some(at) } = bind else { return None };
    let (name, key) = (entry.name, chord.name());
    let is_letter = matches!(chord.code, Code::Char(letter) if !chord.ctrl && letter != ' ');
    let problem = |why: String| Unbindable::new(at, why);
    if name == LEAVES_ALWAYS && !entry.keys.contains(chord) {
        return Some(
            problem(format!("`{name}` cannot have another key"))
                .help("ctrl-c leaves from anywhere, always; take this line out"),
        );
    }
    if let Some(sent) = sent_instead(*chord) {
        return Some(problem(format!("`{key}` never comes")).help(format!("terminals send {sent} for it")));
    }
    if entry.command.decides() && !is_letter {
        let why = format!("`{name}` cannot be given with `{key}`");
        return Some(problem(why).help("what signs or starts has a letter: no key that is pressed to go on"));
    }
    let writes = entry.modes.iter().find(|mode| mode.writes());
    match (chord.code, writes) {
        (Code::Char(_), Some(mode)) if !chord.ctrl => {
            let why = format!("`{name}` cannot be given with `{key}` in {}", place(*mode));
            Some(problem(why).help("letters are written there; use a key such as ctrl-x, or esc"))
        }
        _ => None,
    }
}

/// The name of what leaves whatever happens.
const LEAVES_ALWAYS: &str = "leave-at-once";

/// Tells which key a terminal sends where it cannot tell two of them apart.
fn sent_instead(chord: Chord) -> Option<&'static str> {
    match chord {
        Chord { ctrl: true, code: Code::Char('i') } => Some("tab"),
        Chord { ctrl: true, code: Code::Char('m') } => Some("enter"),
        Chord { ctrl: true, code: Code::Char(letter) } if !letter.is_ascii_lowercase() => Some("something else"),
        _ => None,
    }
}

/// Finds keys that would mean two things, each once.
fn clashes(binds: &[Bind]) -> Vec<Unbindable> {
    let mut found: Vec<Unbindable> = Vec::new();
    for (n, one) in binds.iter().enumerate() {
        for other in binds.iter().skip(n + 1).filter(|other| other.chord == one.chord) {
            found.extend(clash(one, other));
        }
    }
    found
}

fn clash(one: &Bind, other: &Bind) -> Option<Unbindable> {
    // Where both are wished for, the later place is wrong and the earlier one is shown beside it.
    let (first, last) = match (&one.at, &other.at) {
        (Some(a), Some(b)) if b.start < a.start => (other, one),
        (Some(_), None) => (other, one),
        _ => (one, other),
    };
    let at = last.at.as_ref()?;
    let (key, here, there) = (last.chord.name(), last.entry.name, first.entry.name);
    let shared = last.entry.modes.iter().find(|mode| first.entry.modes.contains(mode));
    let why = match shared {
        Some(_) if here == there => format!("`{key}` stands twice for `{here}`"),
        Some(mode) => format!("`{key}` would be both `{there}` and `{here}` in {}", place(*mode)),
        None if is_too_near(first.entry, last.entry) => {
            format!("`{key}` would be both `{there}` and `{here}`: held down, it would decide what it opened")
        }
        None => return None,
    };
    let problem = Unbindable::new(at, why);
    Some(match &first.at {
        Some(first) => Unbindable { also: Some((first.clone(), format!("`{there}` has it here"))), ..problem },
        None if there == LEAVES_ALWAYS => problem.help(format!("`{key}` leaves from anywhere, always")),
        None => problem.help(format!("`{there}` comes with it; give `{there}` another key, or `{here}`")),
    })
}

/// Tells whether one key for both could open something and decide it, held down.
fn is_too_near(one: &Entry, other: &Entry) -> bool {
    let either = |(a, b): (&Entry, &Entry)| a.command.decides() && b.command.opens();
    either((one, other)) || either((other, one))
}

/// Names a mode as the help and the README do.
fn place(mode: Mode) -> String {
    format!("{mode:?}").to_lowercase()
}

impl Chord {
    /// Reads the name of a key as a person writes it.
    ///
    /// # Errors
    ///
    /// Says what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (ctrl, rest) = text.strip_prefix("ctrl-").map_or((false, text), |rest| (true, rest));
        let mut letters = rest.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            let is_seen = letter == ' ' || crate::text::width(rest) > 0 && !letter.is_control();
            let letter = if ctrl { letter.to_ascii_lowercase() } else { letter };
            return if is_seen { Ok(Self { ctrl, code: Code::Char(letter) }) } else { Err(known()) };
        }
        let spaced = rest.to_lowercase().replace('-', " ");
        let code = Code::NAMED.into_iter().find(|code| code.name().replace('-', " ") == spaced);
        match (code, rest.strip_prefix("shift-")) {
            (Some(code), _) => Ok(Self { ctrl, code }),
            (None, Some(letter)) if letter.chars().count() == 1 => Err(format!("write `{}`", letter.to_uppercase())),
            (None, _) => Err(known()),
        }
    }
}

fn known() -> String {
    let names: Vec<_> = Code::NAMED.into_iter().map(Code::name).collect();
    format!("a letter or sign, ctrl- and a letter, or one of: {}", names.join(", "))
}
