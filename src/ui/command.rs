//! The one table of commands: names, keys, modes and help; footer and help screen are made from it.
//!
//! What a command does stands in `steer`. The keys that a person wants otherwise, and which command a key
//! gives, are found in `bindings`.

use super::keymap::Code;
use super::screen::Mode;

/// Is something a person can tell the screen to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Goes one line up.
    Up,
    /// Goes one line down.
    Down,
    /// Goes a page up.
    PageUp,
    /// Goes a page down.
    PageDown,
    /// Goes to the first line.
    First,
    /// Goes to the last line.
    Last,
    /// Goes to the next step that is open.
    NextOpen,
    /// Goes to the next pane.
    NextPane,
    /// Goes to the pane before.
    PreviousPane,
    /// Folds what stands below a heading, or goes to the heading.
    Fold,
    /// Unfolds it.
    Unfold,
    /// Folds all that is done, or unfolds everything.
    FoldDone,
    /// Looks for something in the checklist.
    Find,
    /// Goes to the next of what was found.
    NextFound,
    /// Goes to the one before.
    PreviousFound,
    /// Shows the time table.
    Times,
    /// Opens, chooses, notes down: what the line asks for.
    Act,
    /// Opens the signing dialog.
    Sign,
    /// Shows what else can be done.
    Menu,
    /// Starts what is shown.
    Confirm,
    /// Puts the signature under the statement.
    PutSignature,
    /// Proves the signature in another way.
    NextWay,
    /// Writes a remark.
    Note,
    /// Lets another person act.
    Person,
    /// Shows the keys.
    Help,
    /// Goes back without doing anything.
    Close,
    /// Goes to the field before.
    PreviousField,
    /// Accepts a field, and in the last one all of them.
    Accept,
    /// Takes the last letter away.
    Erase,
    /// Takes all away that stands before the cursor.
    Clear,
    /// Takes the letter behind the cursor away.
    EraseNext,
    /// Takes the word before the cursor away.
    EraseWord,
    /// Goes one letter to the left.
    Left,
    /// Goes one letter to the right.
    Right,
    /// Goes to the beginning of the line that is written.
    LineStart,
    /// Goes to the end of the line that is written.
    LineEnd,
    /// Goes to the line above in what is written.
    LineUp,
    /// Goes to the line below in what is written.
    LineDown,
    /// Begins a new line in what is written.
    NewLine,
    /// Begins the run that is looked at.
    Begin,
    /// Practises the runbook.
    Rehearse,
    /// Lists runs that are sealed too, or leaves them out again.
    ShowSealed,
    /// Leaves; the run stays.
    Leave,
    /// Draws everything anew.
    Redraw,
    /// Shows one pane only, or all again.
    Zoom,
    /// Copies what is shown to the clipboard of the terminal.
    Copy,
    /// Gives the terminal back to the shell for a while.
    StepBack,
    /// Goes to the record before.
    Earlier,
    /// Goes to the record after.
    Later,
    /// Filters the records.
    Sift,
    /// Shows lists and filters.
    Lists,
    /// Shows what was planned against what was.
    Chart,
}

impl Command {
    /// Tells whether it signs or starts something at once.
    pub fn decides(self) -> bool {
        matches!(self, Self::PutSignature | Self::Confirm | Self::Begin)
    }

    /// Tells whether it is for who acts in a run, and not for who looks on.
    pub fn acts(self) -> bool {
        matches!(self, Self::Act | Self::Sign | Self::Menu | Self::Note | Self::Person)
    }

    /// Tells whether it moves in a list, and does nothing else.
    pub fn moves(self) -> bool {
        matches!(self, Self::Up | Self::Down | Self::PageUp | Self::PageDown | Self::First | Self::Last)
    }

    /// Tells whether it can open what is signed or started.
    pub fn opens(self) -> bool {
        matches!(self, Self::Act | Self::Sign | Self::Menu | Self::Accept)
    }
}

/// Says all about a command.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// Its name in a configuration.
    pub name: &'static str,
    /// Its keys; the first one is shown.
    pub keys: &'static [Chord],
    /// Where it can be given.
    pub modes: &'static [Mode],
    /// Whether a key that is held down gives it again and again.
    pub repeats: bool,
    /// The word for it in the footer; empty when it is not shown there.
    pub word: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// Is a key, with or without control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Whether control is held.
    pub ctrl: bool,
    /// The key.
    pub code: Code,
}

const fn key(code: Code) -> Chord {
    Chord { ctrl: false, code }
}

const fn letter(letter: char) -> Chord {
    key(Code::Char(letter))
}

const fn ctrl(letter: char) -> Chord {
    Chord { ctrl: true, code: Code::Char(letter) }
}

use Mode::{Checklist, Choose, Confirm, Find, Form, Help, Home, Note, Page, Past, Pin, Review, Sift, Sign, Waiting};

const EVERYWHERE: &[Mode] =
    &[Home, Checklist, Form, Review, Sign, Pin, Waiting, Choose, Confirm, Note, Help, Find, Page, Past, Sift];
const LISTS: &[Mode] = &[Home, Checklist, Past, Choose, Confirm, Review, Help, Page, Sign, Waiting];
const PAGES: &[Mode] = &[Home, Checklist, Past, Choose, Confirm, Review, Help, Page, Sign, Waiting];
const DIALOGS: &[Mode] = &[Form, Sign, Pin, Waiting, Choose, Confirm, Note, Help];
const LINES: &[Mode] = &[Form, Pin];
const TYPING: &[Mode] = &[Form, Note, Pin, Find, Sift];

/// Holds every command.
#[rustfmt::skip]
pub const TABLE: &[Entry] = &[
    Entry { command: Command::PutSignature, name: "put-signature", keys: &[letter('y')], modes: &[Sign], repeats: false, word: "sign it", help: "signs the statement that is shown" },
    Entry { command: Command::Confirm, name: "confirm", keys: &[letter('y')], modes: &[Confirm], repeats: false, word: "start it", help: "starts the command that is shown" },
    Entry { command: Command::Begin, name: "begin", keys: &[letter('y')], modes: &[Review], repeats: false, word: "begin the run", help: "begins the run; before that nothing is recorded" },
    Entry { command: Command::Close, name: "back-to-answers", keys: &[key(Code::Esc)], modes: &[Review], repeats: false, word: "back to the answers", help: "goes back to what was answered; nothing was begun" },
    Entry { command: Command::NextWay, name: "next-way", keys: &[letter('m')], modes: &[Sign], repeats: false, word: "another way", help: "proves who signs in another way: key, PIN or name" },
    Entry { command: Command::Note, name: "note-beside", keys: &[letter('e')], modes: &[Sign], repeats: false, word: "note", help: "writes a note that is recorded right behind the signature" },
    Entry { command: Command::Accept, name: "keep-note", keys: &[ctrl('s'), ctrl('d')], modes: &[Note], repeats: false, word: "keep it", help: "keeps the note" },
    Entry { command: Command::NewLine, name: "new-line", keys: &[key(Code::Enter)], modes: &[Note], repeats: true, word: "new line", help: "begins a new line" },
    Entry { command: Command::Accept, name: "accept", keys: &[key(Code::Enter), key(Code::Tab), key(Code::Down)], modes: LINES, repeats: false, word: "accept", help: "accepts the field; in the last one, all of them" },
    Entry { command: Command::PreviousField, name: "previous-field", keys: &[key(Code::Up), key(Code::BackTab)], modes: &[Form], repeats: false, word: "back", help: "goes back to the field before" },
    Entry { command: Command::Act, name: "open", keys: &[key(Code::Enter)], modes: &[Home], repeats: false, word: "open", help: "starts the runbook, goes on with the run, or shows one that is sealed" },
    Entry { command: Command::Rehearse, name: "rehearse", keys: &[letter('r')], modes: &[Home], repeats: false, word: "rehearse", help: "practises the runbook: commands are shown, and run only where it says that it is safe" },
    Entry { command: Command::ShowSealed, name: "show-sealed", keys: &[letter('a')], modes: &[Home], repeats: false, word: "sealed too", help: "lists runs that are sealed too, or leaves them out again" },
    Entry { command: Command::Act, name: "choose", keys: &[key(Code::Enter)], modes: &[Choose], repeats: false, word: "choose", help: "chooses the option" },
    Entry { command: Command::Act, name: "act", keys: &[key(Code::Enter)], modes: &[Checklist], repeats: false, word: "act", help: "starts, chooses or notes down what the step asks for; shows the probe or the record that is selected in its pane" },
    Entry { command: Command::Accept, name: "go-to-found", keys: &[key(Code::Enter)], modes: &[Find], repeats: false, word: "go there", help: "stays at what was found" },
    Entry { command: Command::Act, name: "show", keys: &[key(Code::Enter)], modes: &[Past], repeats: false, word: "show", help: "shows the record or the probe that is selected in full; in the checklist, the last record about the step" },
    Entry { command: Command::Earlier, name: "earlier", keys: &[letter('[')], modes: &[Past], repeats: true, word: "earlier", help: "goes to the record before, whatever pane is looked at: everything is shown as it stood then" },
    Entry { command: Command::Later, name: "later", keys: &[letter(']')], modes: &[Past], repeats: true, word: "later", help: "goes to the record after" },
    Entry { command: Command::Sift, name: "filter", keys: &[letter('f')], modes: &[Past], repeats: false, word: "filter", help: "shows only records with a name, words, a number like 2.1, or deviations, overrides, unproved, late, notes, signatures, commands, probes, pauses" },
    Entry { command: Command::Lists, name: "lists", keys: &[letter('o')], modes: &[Past], repeats: false, word: "lists", help: "lists deviations, deferred items, notes, redlines and pauses, each leading to its record; and filters to choose from" },
    Entry { command: Command::Chart, name: "chart", keys: &[letter('t')], modes: &[Past], repeats: false, word: "chart", help: "shows what was planned against what was, as a chart" },
    Entry { command: Command::Times, name: "time-table-then", keys: &[letter('T')], modes: &[Past], repeats: false, word: "", help: "shows the time table as it stood" },
    Entry { command: Command::Accept, name: "keep-filter", keys: &[key(Code::Enter)], modes: &[Sift], repeats: false, word: "keep it", help: "keeps the filter" },
    Entry { command: Command::Sign, name: "sign", keys: &[letter('s')], modes: &[Checklist], repeats: false, word: "sign", help: "shows the statement to sign for this step" },
    Entry { command: Command::Menu, name: "more", keys: &[letter('o')], modes: &[Checklist], repeats: false, word: "more", help: "shows what else can be done: retry, skip, defer, pause, back out and the like" },
    Entry { command: Command::Note, name: "note", keys: &[letter('n')], modes: &[Checklist], repeats: false, word: "note", help: "writes a remark on this step into the record" },
    Entry { command: Command::NextPane, name: "next-pane", keys: &[key(Code::Tab)], modes: &[Checklist, Past], repeats: false, word: "pane", help: "goes to the next pane: checklist, step, output, status, trail" },
    Entry { command: Command::Find, name: "find", keys: &[letter('/'), letter(':')], modes: &[Checklist, Past], repeats: false, word: "find", help: "goes to a step by its number, or looks for words of its title, open, failed, skipped, a name" },
    Entry { command: Command::Times, name: "time-table", keys: &[letter('t')], modes: &[Checklist], repeats: false, word: "times", help: "shows the time table: what each part should take, takes and took" },
    Entry { command: Command::PreviousPane, name: "previous-pane", keys: &[key(Code::BackTab)], modes: &[Checklist, Past], repeats: false, word: "", help: "goes to the pane before" },
    Entry { command: Command::Zoom, name: "zoom", keys: &[letter('z')], modes: &[Checklist, Past], repeats: false, word: "zoom", help: "shows this pane only, or all of them again" },
    Entry { command: Command::Help, name: "help", keys: &[letter('?'), key(Code::F1)], modes: &[Home, Checklist, Past], repeats: false, word: "help", help: "shows the keys" },
    Entry { command: Command::Leave, name: "leave", keys: &[letter('q')], modes: &[Home, Checklist, Past], repeats: false, word: "leave", help: "leaves the screen; the run stays as it is" },
    Entry { command: Command::Person, name: "person", keys: &[letter('p')], modes: &[Checklist], repeats: false, word: "person", help: "lets another person act; the header shows who" },
    Entry { command: Command::Copy, name: "copy", keys: &[letter('c')], modes: &[Checklist, Past, Sign, Confirm], repeats: false, word: "copy", help: "copies the command that is shown, or the statement, to the clipboard" },
    Entry { command: Command::NextOpen, name: "next-open", keys: &[letter('.')], modes: &[Checklist, Past], repeats: false, word: "next", help: "goes to the step that is open" },
    Entry { command: Command::NextFound, name: "next-found", keys: &[letter('N')], modes: &[Checklist, Past], repeats: true, word: "", help: "goes to the next of what was found" },
    Entry { command: Command::PreviousFound, name: "previous-found", keys: &[letter('P')], modes: &[Checklist, Past], repeats: true, word: "", help: "goes back to the one before" },
    Entry { command: Command::NextFound, name: "next-while-typing", keys: &[key(Code::Down), ctrl('n')], modes: &[Find, Sift], repeats: true, word: "next", help: "goes to the next of what was found" },
    Entry { command: Command::PreviousFound, name: "previous-while-typing", keys: &[key(Code::Up), ctrl('p')], modes: &[Find, Sift], repeats: true, word: "", help: "goes back to the one before" },
    Entry { command: Command::Fold, name: "fold", keys: &[key(Code::Left), letter('h')], modes: &[Checklist, Past], repeats: false, word: "", help: "folds what stands below a heading, or goes to the heading" },
    Entry { command: Command::Unfold, name: "unfold", keys: &[key(Code::Right), letter('l')], modes: &[Checklist, Past], repeats: false, word: "", help: "unfolds what stands below a heading" },
    Entry { command: Command::FoldDone, name: "fold-done", keys: &[letter('f')], modes: &[Checklist], repeats: false, word: "", help: "folds all that is done, or unfolds everything" },
    Entry { command: Command::Down, name: "down", keys: &[letter('j'), key(Code::Down)], modes: LISTS, repeats: true, word: "", help: "goes one line down" },
    Entry { command: Command::Up, name: "up", keys: &[letter('k'), key(Code::Up)], modes: LISTS, repeats: true, word: "", help: "goes one line up" },
    Entry { command: Command::PageDown, name: "page-down", keys: &[key(Code::PageDown), ctrl('d')], modes: PAGES, repeats: true, word: "", help: "goes a page down" },
    Entry { command: Command::PageUp, name: "page-up", keys: &[key(Code::PageUp), ctrl('u')], modes: PAGES, repeats: true, word: "", help: "goes a page up" },
    Entry { command: Command::First, name: "first", keys: &[letter('g'), key(Code::Home)], modes: PAGES, repeats: true, word: "", help: "goes to the first line" },
    Entry { command: Command::Last, name: "last", keys: &[letter('G'), key(Code::End)], modes: PAGES, repeats: true, word: "", help: "goes to the last line" },
    Entry { command: Command::Erase, name: "erase", keys: &[key(Code::Backspace), ctrl('h')], modes: TYPING, repeats: true, word: "", help: "takes the letter before the cursor away" },
    Entry { command: Command::EraseNext, name: "erase-next", keys: &[key(Code::Delete)], modes: TYPING, repeats: true, word: "", help: "takes the letter behind the cursor away" },
    Entry { command: Command::EraseWord, name: "erase-word", keys: &[ctrl('w')], modes: TYPING, repeats: true, word: "", help: "takes the word before the cursor away" },
    Entry { command: Command::Clear, name: "clear", keys: &[ctrl('u')], modes: TYPING, repeats: false, word: "", help: "takes all before the cursor away; in a note, of its line" },
    Entry { command: Command::Left, name: "left", keys: &[key(Code::Left)], modes: TYPING, repeats: true, word: "", help: "goes one letter to the left" },
    Entry { command: Command::Right, name: "right", keys: &[key(Code::Right)], modes: TYPING, repeats: true, word: "", help: "goes one letter to the right" },
    Entry { command: Command::LineStart, name: "line-start", keys: &[key(Code::Home), ctrl('a')], modes: TYPING, repeats: true, word: "", help: "goes to the beginning of the line" },
    Entry { command: Command::LineEnd, name: "line-end", keys: &[key(Code::End), ctrl('e')], modes: TYPING, repeats: true, word: "", help: "goes to the end of the line" },
    Entry { command: Command::LineUp, name: "line-up", keys: &[key(Code::Up)], modes: &[Note], repeats: true, word: "", help: "goes to the line above" },
    Entry { command: Command::LineDown, name: "line-down", keys: &[key(Code::Down)], modes: &[Note], repeats: true, word: "", help: "goes to the line below" },
    Entry { command: Command::Close, name: "close", keys: &[key(Code::Esc)], modes: DIALOGS, repeats: false, word: "cancel", help: "goes back; nothing is recorded" },
    Entry { command: Command::Close, name: "close-with-key", keys: &[letter('q'), letter('n'), key(Code::Enter)], modes: &[Sign, Confirm], repeats: false, word: "", help: "goes back; nothing is signed or started" },
    Entry { command: Command::Close, name: "close-help", keys: &[letter('q'), letter('?'), key(Code::Enter)], modes: &[Help], repeats: false, word: "", help: "closes the help" },
    Entry { command: Command::Close, name: "close-page", keys: &[key(Code::Esc), letter('q'), key(Code::Enter), letter('t')], modes: &[Page], repeats: false, word: "close", help: "closes the page" },
    Entry { command: Command::Close, name: "stop-finding", keys: &[key(Code::Esc)], modes: &[Find, Sift], repeats: false, word: "back", help: "goes back to where you were" },
    Entry { command: Command::Close, name: "forget-found", keys: &[key(Code::Esc)], modes: &[Checklist], repeats: false, word: "", help: "forgets what was found" },
    Entry { command: Command::Close, name: "forget-filter", keys: &[key(Code::Esc)], modes: &[Past], repeats: false, word: "", help: "forgets what was found, and then the filter" },
    Entry { command: Command::Leave, name: "leave-at-once", keys: &[ctrl('c')], modes: EVERYWHERE, repeats: false, word: "", help: "leaves from anywhere; what is recorded stays" },
    Entry { command: Command::Redraw, name: "redraw", keys: &[ctrl('l')], modes: EVERYWHERE, repeats: false, word: "", help: "draws the whole screen anew" },
    Entry { command: Command::StepBack, name: "step-back", keys: &[ctrl('z')], modes: EVERYWHERE, repeats: false, word: "", help: "gives the terminal back to the shell; fg goes on" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_does_not_repeat() {
        let decides = [
            Command::PutSignature,
            Command::Confirm,
            Command::Begin,
            Command::Act,
            Command::Accept,
            Command::Sign,
            Command::Menu,
            Command::Leave,
        ];
        assert!(TABLE.iter().filter(|entry| decides.contains(&entry.command)).all(|entry| !entry.repeats));
    }

    #[test]
    fn enter_never_signs_and_never_starts() {
        for command in [Command::PutSignature, Command::Confirm, Command::Begin] {
            let entry = TABLE.iter().find(|entry| entry.command == command).unwrap();
            assert_eq!(entry.keys, [letter('y')]);
        }
    }
}
