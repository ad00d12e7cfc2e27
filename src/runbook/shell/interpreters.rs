//! Commands that read an argument as a program: a second shell, `ssh`, `awk`, `eval`, …
//!
//! Owns: the table of them and which arguments each reads. Leaves alone: how each rule walks over the
//! words (`rules.rs`, `script.rs`).
use super::Reason;
use super::judge::{Verdict, base_name};
use super::rules::{self, First, Options};
use super::script::Script;
use super::word::Word;

/// Which arguments of a command are read as a program.
enum Rule {
    /// All of them.
    Every,
    /// A program text or a file, then the arguments of that program.
    Script(Script),
    /// Everything after the first operand.
    First(First),
    /// What comes after these options.
    Options(Options),
    /// All of them, and commands after it may be others than they seem.
    Alias,
    /// The positional parameters.
    Set,
    /// Names of variables, some with a value.
    Names,
    /// The operators of `test`.
    Test,
    /// The operators of `[[`.
    DoubleBracket,
    /// The first operand is a format.
    Format,
    /// Another command after `-exec`.
    Find,
}

const SHELL: Script = Script {
    short: "abcefhiklmnprstuvxBCDEHPTIo:O:",
    long: &["posix", "norc", "noprofile", "login", "verbose"],
    program: "",
    input: "s",
    open: "",
    ends: false,
};
const PYTHON: Script =
    Script { short: "bBdEhiIOqsSuvVxPRW:X:c:m:", long: &[], program: "cm", input: "", open: "", ends: true };
const PERL: Script = Script {
    short: "acfnplsStTuUvwWXh0123456789i::d::D::x::F::C::V::M::m::I:e:E:",
    long: &[],
    program: "eE",
    input: "",
    open: "",
    ends: false,
};
const RUBY: Script = Script {
    short: "acdhlnpsSvwyL0::i::K::T::W::F::x::C:E:I:r:e:",
    long: &[],
    program: "e",
    input: "",
    open: "",
    ends: false,
};
const NODE: Script = Script { short: "hvicr:C:e:p:", long: &[], program: "ep", input: "", open: "", ends: false };
const PHP: Script = Script {
    short: "aeinmqvwCHlsc:d:f:r:B:R:F:E:S:t:z:",
    long: &[],
    program: "frBRFE",
    input: "",
    open: "",
    ends: false,
};
const AWK: Script =
    Script { short: "F:v:f:e:i:", long: &["posix", "re-interval"], program: "fei", input: "", open: "Fv", ends: false };
const SED: Script = Script {
    short: "nrEsuzbi::l:e:f:",
    long: &["quiet", "silent", "regexp-extended", "in-place", "posix", "separate"],
    program: "ef",
    input: "",
    open: "",
    ends: false,
};
const SSH: First =
    First { short: "46AaCfGgKkMNnqsTtVvXxYyB:b:c:D:E:e:F:I:i:J:L:l:m:O:o:P:p:Q:R:S:W:w:", long: &[], closed: "FIoPSE" };
const SU: First = First { short: "lmpfPc:g:G:s:w:u:", long: &["login", "preserve-environment", "pty"], closed: "csu" };
const SQLITE: First = First { short: "", long: &[], closed: "" };

/// Shells, by name.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "rbash"];

/// Commands that give their input to the shell named last.
const CARRIERS: &[&str] = &["docker", "incus", "kubectl", "lxc", "nsenter", "oc", "podman", "ssh", "su"];

fn rule(name: &str) -> Option<Rule> {
    let versionless = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match if versionless.is_empty() { name } else { versionless } {
        "." | "source" | "eval" | "trap" | "let" | "bind" | "complete" | "compgen" | "enable" | "watch"
        | "parallel" | "make" | "gmake" | "tmux" | "screen" => Rule::Every,
        name if SHELLS.contains(&name) => Rule::Script(SHELL),
        "python" | "pypy" => Rule::Script(PYTHON),
        "perl" => Rule::Script(PERL),
        "ruby" => Rule::Script(RUBY),
        "node" | "nodejs" => Rule::Script(NODE),
        "php" => Rule::Script(PHP),
        "awk" | "gawk" | "mawk" | "nawk" => Rule::Script(AWK),
        "sed" | "gsed" => Rule::Script(SED),
        "ssh" => Rule::First(SSH),
        "su" | "runuser" => Rule::First(SU),
        "sqlite" => Rule::First(SQLITE),
        "psql" => Rule::Options(Options { letters: "c", long: &["command"] }),
        "mysql" | "mariadb" => Rule::Options(Options { letters: "e", long: &["execute", "init-command"] }),
        "rsync" => Rule::Options(Options { letters: "e", long: &["rsh", "rsync-path"] }),
        "scp" | "sftp" => Rule::Options(Options { letters: "oSF", long: &[] }),
        "script" | "expect" => Rule::Options(Options { letters: "c", long: &["command"] }),
        "osascript" => Rule::Options(Options { letters: "e", long: &[] }),
        "tar" => Rule::Options(Options {
            letters: "IF",
            long: &["to-command", "use-compress-program", "checkpoint-action", "info-script", "rsh-command"],
        }),
        "export" | "readonly" | "local" | "declare" | "typeset" | "unset" | "read" | "getopts" | "mapfile"
        | "readarray" => Rule::Names,
        "alias" => Rule::Alias,
        "set" => Rule::Set,
        "test" | "[" => Rule::Test,
        "[[" => Rule::DoubleBracket,
        "printf" => Rule::Format,
        "find" => Rule::Find,
        _ => return None,
    })
}

/// Judges the arguments of a command by its name.
pub(super) fn judge(name: &str, arguments: &[Word], verdict: &mut Verdict) {
    let mut has_program = true;
    match rule(name) {
        Some(Rule::Every) => rules::every(name, arguments, verdict),
        Some(Rule::Script(script)) => has_program = script.judge(name, arguments, verdict),
        Some(Rule::First(first)) => has_program = first.judge(&reader(name), arguments, verdict),
        Some(Rule::Options(options)) => options.judge(name, arguments, verdict),
        Some(Rule::Alias) => rules::alias(arguments, verdict),
        Some(Rule::Set) => rules::set(arguments, verdict),
        Some(Rule::Names) => rules::names(name, arguments, verdict),
        Some(Rule::Test) => rules::test(arguments, verdict),
        Some(Rule::DoubleBracket) => rules::double_bracket(arguments, verdict),
        Some(Rule::Format) => rules::format(arguments, verdict),
        Some(Rule::Find) => rules::find(arguments, verdict),
        None => shell_inside(arguments, verdict),
    }
    let reads = !has_program
        || matches!(name, "psql" | "mysql" | "mariadb" | "at" | "batch" | "sqlite3")
        || carries(name, arguments);
    verdict.runs_input = reads.then(|| name.to_owned());
}

fn reader(name: &str) -> Reason {
    if name == "ssh" { Reason::Remote } else { Reason::Program(name.to_owned()) }
}

/// Finds `sh -c` among the arguments of a command that is not known: `docker exec site sh -c …`.
fn shell_inside(arguments: &[Word], verdict: &mut Verdict) {
    for (at, pair) in arguments.windows(2).enumerate() {
        let [shell, option] = pair else { continue };
        let letters = option.literal();
        if is_shell(shell) && letters.starts_with('-') && letters.contains('c') {
            let rest = arguments.get(at + 1..).unwrap_or_default();
            SHELL.judge(base_name(&shell.text), rest, verdict);
            return;
        }
    }
}

fn carries(name: &str, arguments: &[Word]) -> bool {
    let mut last = arguments.iter().rev().skip_while(|word| matches!(word.text.as_str(), "-s" | "-" | "-i" | "-l"));
    CARRIERS.contains(&name) && last.next().is_some_and(is_shell)
}

fn is_shell(word: &Word) -> bool {
    word.held.is_empty() && SHELLS.contains(&base_name(&word.text))
}
