//! What can be wrong with a command template, in words for its author.
//!
//! Owns: the reasons, their sentences and the advice. Leaves alone: how they are found and drawn.
use super::Place;
use thiserror::Error;

/// Something that keeps a template from being a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A placeholder stands where no quoting is certain.
    #[error("{reason}")]
    Misplaced {
        /// Which placeholder, from 0.
        value: usize,
        /// What is wrong with its place.
        reason: Reason,
    },
    /// The author's own shell text cannot be read.
    #[error("{fault}")]
    Broken {
        /// Where the broken construct begins.
        at: Place,
        /// What is wrong with it.
        fault: Fault,
    },
}

impl Problem {
    /// Says what to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            Problem::Misplaced { reason, .. } => reason.help(),
            Problem::Broken { fault, .. } => fault.help(),
        }
    }
}

/// Why a value cannot stand in its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// Inside `` `…` ``.
    #[error("a value inside backticks cannot be quoted with certainty")]
    Backticks,
    /// Inside `$(( … ))`.
    #[error("a value inside `$(( … ))` would be calculated by the shell")]
    Arithmetic,
    /// Inside `${ … }`.
    #[error("a value inside `${{ … }}` cannot be quoted with certainty")]
    Braces,
    /// Inside a comment.
    #[error("a value inside a comment could end the comment")]
    Comment,
    /// Inside the text or the last line of a here-document.
    #[error("a value inside a here-document could end it")]
    Heredoc,
    /// Inside `$'…'`.
    #[error("a value inside `$'…'` cannot be quoted with certainty")]
    DollarQuote,
    /// Directly after a backslash.
    #[error("the backslash before the value would change its first character")]
    AfterBackslash,
    /// Directly after a dollar sign.
    #[error("the `$` before the value would make it the name of a variable")]
    AfterDollar,
    /// Directly before `<` or `>`.
    #[error("a value directly before a redirection would say which stream is redirected")]
    StreamNumber,
    /// After `>&` or `<&`.
    #[error("a value after `>&` or `<&` would say which stream is redirected")]
    Stream,
    /// Where the name of a command is expected.
    #[error("the value would become the command")]
    Command,
    /// Where the shell expects a word of its own, or a name.
    #[error("the value stands where the shell expects a name or a word of its own")]
    Grammar,
    /// In an assignment to a variable that says which programs run.
    #[error("the value would set `{0}`, which decides what other commands do")]
    Environment(String),
    /// In an argument that another interpreter reads as its program.
    #[error("the value would be read by `{0}` as part of a program")]
    Program(String),
    /// In what is sent to another machine's shell.
    #[error("the value would be read again by the shell of the other machine")]
    Remote,
    /// In the input of a shell.
    #[error("the value would be sent to `{0}`, which runs what it reads")]
    Piped(String),
    /// In an argument that `printf` reads as its format.
    #[error("the value would become the format of `printf`")]
    Format,
    /// After options of `sudo`, `env` and the like that are not known.
    #[error("an option of `{0}` is not known here, so the value might become the command")]
    Prefix(String),
    /// As an argument of a function of the same command.
    #[error("the value would be given to the function `{0}`, and what a function does with it is not followed")]
    Function(String),
    /// Behind a variable that may be the command, or part of it, or nothing.
    #[error("a variable stands in or before the name of the command, so what is done with the value is not known")]
    Hidden,
    /// In a variable that is then used without quotes.
    #[error("`${0}` holds the value and is used without quotes, so the shell would cut it into words")]
    Splits(String),
    /// After something that not every shell reads alike.
    #[error("the value comes after {0}, which not every shell reads alike")]
    After(Doubt),
}

impl Reason {
    /// Says what to write instead.
    pub fn help(&self) -> &'static str {
        match self {
            Reason::Backticks => "write `$( … )` in place of the backticks",
            Reason::Arithmetic => "calculate with a program, such as `expr`, and give it the value as an argument",
            Reason::Braces => "put the value outside the braces",
            Reason::Comment => "leave the value out of the comment",
            Reason::Heredoc => "write the text with `printf '%s\\n'` and give it the value as an argument",
            Reason::DollarQuote => "put the value in double quotes, or in none",
            Reason::AfterBackslash => "leave the backslash out; the value is quoted by itself",
            Reason::AfterDollar => "leave the `$` out, or write `\\$` for a dollar sign",
            Reason::StreamNumber => "put a space between the value and the redirection",
            Reason::Stream => "write the number of the stream, or redirect to a file",
            Reason::Command => "write the command itself, with the value as an argument",
            Reason::Grammar => "write the word itself, and use the value as an argument",
            Reason::Environment(_) => "write this variable without a value, or set it outside the runbook",
            Reason::Program(_) => {
                "pass the value as an argument after the program: `sh -c 'echo \"$1\"' sh VALUE`, `awk -v`, or after `--`"
            }
            Reason::Remote => "name the host with `on:` and write the command without `ssh`",
            Reason::Piped(_) => "write the command itself, with the value as an argument",
            Reason::Format => "write the format first: `printf '%s\\n' VALUE`",
            Reason::Prefix(_) => "leave that option out, or write it in its usual short form",
            Reason::Function(_) => "write the commands of the function where they are needed",
            Reason::Hidden => "write the name of the command itself, and put variables before it in double quotes",
            Reason::Splits(_) => "put the variable in double quotes",
            Reason::After(_) => "put the value first, or write that part so that every shell reads it alike",
        }
    }
}

/// A construct that makes the rest of a command uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Doubt {
    /// Quotes inside a quoted `${ … }`.
    #[error("quotes inside `\"${{ … }}\"`")]
    QuotesInBraces,
    /// `${ ` and other forms of newer shells.
    #[error("`${{ …;}}`")]
    BraceCommand,
    /// An escaped quote in `$'…'`.
    #[error("an escaped quote in `$'…'`")]
    DollarQuote,
    /// `$((` that is not surely arithmetic, or has quotes in it.
    #[error("an unusual `$(( … ))`")]
    Arithmetic,
    /// `$[ … ]`.
    #[error("`$[ … ]`")]
    OldArithmetic,
    /// A `case` inside `$( … )`.
    #[error("a `case` inside `$( … )`")]
    CaseInSubstitution,
    /// A here-document that is begun and ended in unusual places.
    #[error("an unusual here-document")]
    Heredoc,
    /// `<( … )`, `<<<`, `&>`, `|&` and `;&`.
    #[error("an operator of bash")]
    Operator,
    /// Parentheses that are not a subshell: arrays, `(( … ))`, patterns.
    #[error("parentheses as in bash")]
    Parentheses,
    /// `alias`.
    #[error("an alias")]
    Alias,
    /// `function`, `select` and `coproc`.
    #[error("a keyword of bash")]
    Keyword,
    /// `[[ … ]]` with operators that `dash` takes for its own.
    #[error("`[[ … ]]` with `&&`, `||` or parentheses inside")]
    DoubleBracket,
}

/// What is broken in the author's shell text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// A `'` without its partner.
    #[error("the single quote is never closed")]
    SingleQuote,
    /// A `"` without its partner.
    #[error("the double quote is never closed")]
    DoubleQuote,
    /// A backtick without its partner.
    #[error("the backtick is never closed")]
    Backtick,
    /// A `(` or `$(` without its partner.
    #[error("the parenthesis is never closed")]
    Parenthesis,
    /// A `${` without its partner.
    #[error("the brace of `${{` is never closed")]
    Brace,
    /// A `)` without its partner.
    #[error("the parenthesis was never opened")]
    StrayParenthesis,
    /// A here-document without its last line.
    #[error("the here-document never ends")]
    Heredoc,
    /// More levels than anyone writes.
    #[error("too many levels of quotes and parentheses")]
    TooDeep,
}

impl Fault {
    /// Says what to write instead.
    pub fn help(self) -> &'static str {
        match self {
            Fault::SingleQuote | Fault::DoubleQuote => {
                "close the quote, or write a backslash before a quote that stands for itself"
            }
            Fault::Backtick => "write `$( … )` in place of backticks",
            Fault::Parenthesis => "write `)` where the command inside ends",
            Fault::Brace => "write `}` after the name of the variable",
            Fault::StrayParenthesis => "leave the parenthesis out, or put it in quotes",
            Fault::Heredoc => "write the closing word on a line of its own",
            Fault::TooDeep => "move part of the command into a script",
        }
    }
}
