//! Commands that run another command: `sudo`, `env`, `timeout`, …
//!
//! Owns: the table of them and finding the command behind them. An option that is not in the table
//! makes the rest uncertain, because it may take the next word.
//! Leaves alone: what the command behind them does.
use super::Reason;
use super::judge::{Verdict, base_name};
use super::options::{Cluster, cluster};
use super::word::Word;

/// One command that runs another.
struct Prefix {
    name: &'static str,
    /// Its short options, as for `getopt`.
    short: &'static str,
    /// Its long options; those that take a word end with `=`.
    long: &'static [&'static str],
    /// How many words of its own come before the command.
    operands: usize,
    /// Whether `NAME=value` may come before the command.
    assigns: bool,
}

const fn prefix(name: &'static str, short: &'static str, long: &'static [&'static str], operands: usize) -> Prefix {
    Prefix { name, short, long, operands, assigns: false }
}

const fn assigning(name: &'static str, short: &'static str, long: &'static [&'static str]) -> Prefix {
    Prefix { name, short, long, operands: 0, assigns: true }
}

const PREFIXES: &[Prefix] = &[
    assigning("env", "i0vu:C:", &["ignore-environment", "null", "debug", "unset=", "chdir="]),
    assigning(
        "sudo",
        "ABbEHKkNnPSsViC:D:g:h:p:R:r:T:t:U:u:",
        &[
            "askpass",
            "background",
            "login",
            "non-interactive",
            "preserve-env",
            "set-home",
            "stdin",
            "user=",
            "group=",
            "host=",
            "chdir=",
        ],
    ),
    assigning("doas", "LnsC:u:", &[]),
    prefix("builtin", "", &[], 0),
    prefix("chronic", "ev", &[], 0),
    prefix("chroot", "", &["userspec=", "groups=", "skip-chdir"], 1),
    prefix("chrt", "abdefimoprRvT:P:D:", &["batch", "fifo", "idle", "other", "rr"], 1),
    prefix("command", "p", &[], 0),
    prefix("exec", "cla:", &[], 0),
    prefix(
        "flock",
        "sxeunFovw:E:",
        &["shared", "exclusive", "nonblock", "nb", "no-fork", "close", "timeout=", "wait=", "conflict-exit-code="],
        1,
    ),
    prefix("ionice", "tc:n:p:P:u:", &["ignore", "class=", "classdata="], 0),
    prefix("nice", "n:0123456789", &["adjustment="], 0),
    prefix("nohup", "", &[], 0),
    prefix("setsid", "cfw", &["ctty", "fork", "wait"], 0),
    prefix("sshpass", "evf:d:p:P:", &[], 0),
    prefix("stdbuf", "i:o:e:", &["input=", "output=", "error="], 0),
    prefix(
        "systemd-run",
        "PtqrdGH:M:u:p:E:",
        &[
            "user",
            "system",
            "scope",
            "wait",
            "pipe",
            "collect",
            "pty",
            "quiet",
            "no-block",
            "unit=",
            "property=",
            "description=",
            "slice=",
            "uid=",
            "gid=",
            "nice=",
            "working-directory=",
            "setenv=",
        ],
        0,
    ),
    prefix("taskset", "ac", &["all-tasks", "cpu-list"], 1),
    prefix("time", "apvqf:o:", &["portability", "verbose", "quiet", "append", "format=", "output="], 0),
    prefix("timeout", "fpvk:s:", &["foreground", "preserve-status", "verbose", "kill-after=", "signal="], 1),
    prefix("unbuffer", "p", &[], 0),
    prefix(
        "xargs",
        "0oprtxa:d:E:I:L:n:P:s:",
        &[
            "null",
            "no-run-if-empty",
            "verbose",
            "interactive",
            "exit",
            "open-tty",
            "arg-file=",
            "delimiter=",
            "max-args=",
            "max-procs=",
            "max-chars=",
        ],
        0,
    ),
];

/// Gives which word is the command, past every prefix whose options are known.
pub(super) fn skip(words: &[Word], first: usize, verdict: &mut Verdict) -> usize {
    let mut at = first;
    while let Some(word) = words.get(at) {
        if word.held.is_empty() && word.may_vanish() {
            at += 1;
            continue;
        }
        let query = words.get(at + 1).is_some_and(|next| matches!(next.text.as_str(), "-v" | "-V"));
        let name = base_name(&word.text);
        let known = PREFIXES.iter().find(|prefix| prefix.name == name && word.held.is_empty());
        let Some(prefix) = known.filter(|prefix| prefix.name != "command" || !query) else {
            break;
        };
        let mut walk = Walk { words, at: at + 1, operands: prefix.operands, hidden: false, prefix, verdict };
        let known = walk.reach_command();
        if !known || walk.hidden {
            let rest = words.get(at..).unwrap_or_default();
            let reason = if known { Reason::Hidden } else { Reason::Prefix(name.to_owned()) };
            verdict.refuse_all(rest, &reason);
            return at;
        }
        at = walk.at;
    }
    at
}

/// A walk over the options and operands of one prefix.
struct Walk<'a> {
    words: &'a [Word],
    at: usize,
    operands: usize,
    /// A word that the prefix takes may turn out to be none.
    hidden: bool,
    prefix: &'a Prefix,
    verdict: &'a mut Verdict,
}

impl Walk<'_> {
    /// Moves to the command; tells whether it is sure to be there.
    fn reach_command(&mut self) -> bool {
        let mut options = true;
        while let Some(word) = self.words.get(self.at) {
            let literal = word.literal();
            if self.operands == 0 && word.held.is_empty() && word.may_vanish() {
                self.at += 1;
            } else if options && word.held.is_empty() && word.text == "--" {
                options = false;
                self.at += 1;
            } else if options && literal.starts_with('-') {
                if !self.option(word) {
                    return false;
                }
            } else if !self.operand(word) {
                break;
            }
        }
        true
    }

    /// Takes a word that is not an option; tells whether it belongs to the prefix.
    fn operand(&mut self, word: &Word) -> bool {
        match word.assigns() {
            Some(name) if self.prefix.assigns => self.verdict.assign(name, word),
            _ if self.operands > 0 => self.operands -= 1,
            _ => return false,
        }
        self.take(word);
        true
    }

    /// Takes a word of options; tells whether all of them are known.
    fn option(&mut self, word: &Word) -> bool {
        let literal = word.literal();
        let has_value = !word.held.is_empty();
        if let Some(long) = literal.strip_prefix("--") {
            return self.long(word, long, has_value);
        }
        let next = match cluster(self.prefix.short, literal.trim_start_matches('-'), has_value) {
            Cluster::Unknown => return false,
            Cluster::Next(_) => true,
            Cluster::Whole | Cluster::Attached(_) => false,
        };
        self.take(word);
        if next {
            self.take_next();
        }
        true
    }

    fn long(&mut self, word: &Word, long: &str, has_value: bool) -> bool {
        let (name, attached) = long.split_once('=').map_or((long, false), |(name, _)| (name, true));
        let flag = self.prefix.long.contains(&name);
        let takes = self.prefix.long.iter().any(|known| known.strip_suffix('=') == Some(name));
        if (!flag && !takes) || (has_value && !attached) {
            return false;
        }
        self.take(word);
        if takes && !attached {
            self.take_next();
        }
        true
    }

    fn take(&mut self, word: &Word) {
        self.verdict.keep_alone(word);
        self.hidden |= word.may_vanish();
        self.at += 1;
    }

    fn take_next(&mut self) {
        if let Some(next) = self.words.get(self.at) {
            self.take(next);
        }
    }
}
