//! A command for another host: one word for the shell there, and what that shell reads first.
//!
//! The system's ssh carries it, with the operator's configuration, agent and jumps. A variable with a
//! secret stands in no list of processes, neither here nor there: the shell there reads all variables
//! from its standard input, which is at its end after them. What asks questions gets a terminal there,
//! so that its input is not ours: its variables stand in the script, and none of them is a secret.

use zeroize::Zeroizing;

use super::order::{Line, Order};

/// What ends the script when its variables or its folder are not to be had.
const UNREADY: i32 = 126;

/// Gives the words for ssh: asking only where somebody is there to answer, and nothing of the host read as an option.
pub(super) fn words(order: &Order, host: &str) -> Vec<String> {
    let fixed: &[&str] = if order.terminal.is_some() { &["-t", "--"] } else { &["-o", "BatchMode=yes", "--"] };
    fixed
        .iter()
        .copied()
        .map(str::to_owned)
        .chain([host.to_owned(), format!("exec sh -c {}", quoted(&script(order)))])
        .collect()
}

/// Gives what the shell there reads first; nothing when it reads nothing.
pub(super) fn input(order: &Order) -> Option<Zeroizing<String>> {
    (order.terminal.is_none() && has_variables(order)).then(|| exports(order))
}

fn has_variables(order: &Order) -> bool {
    !(order.environment.is_empty() && order.secrets.is_empty())
}

/// Gives a line of shell for each variable.
fn exports(order: &Order) -> Zeroizing<String> {
    let plain = order.environment.iter().map(|(name, value)| (name, value.as_str()));
    let secret = order.secrets.iter().map(|(name, value)| (name, value.reveal()));
    let mut all = Zeroizing::new(String::new());
    for (name, value) in plain.chain(secret) {
        all.push_str(&Zeroizing::new(format!("export {name}={}\n", &*Zeroizing::new(quoted(value)))));
    }
    all
}

fn script(order: &Order) -> String {
    let mut script = String::new();
    if order.terminal.is_some() {
        script.push_str(&exports(order));
    } else if has_variables(order) {
        script.push_str(&format!("eval \"$(cat)\" || exit {UNREADY}; exec </dev/null; "));
    }
    if let Some(folder) = &order.folder {
        script.push_str(&format!("cd -- {} || exit {UNREADY}; ", quoted(folder)));
    }
    match &order.line {
        Line::Shell(line) => script.push_str(line),
        Line::Words(words) => script.push_str(&words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
    }
    script
}

/// Makes one word of a text, for any shell like `sh`.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::super::order::Secret;
    use super::*;

    #[test]
    fn a_line_becomes_one_word_behind_what_ends_the_options() {
        let order = Order::new(Line::Shell("echo 'it'\"'\"'s' $HOME".to_owned()));
        let words = words(&order, "app1");
        let word = r#"exec sh -c 'echo '\''it'\''"'\''"'\''s'\'' $HOME'"#;
        assert_eq!(words, ["-o", "BatchMode=yes", "--", "app1", word]);
        assert!(input(&order).is_none());
    }

    #[test]
    fn variables_go_the_way_that_nobody_sees_and_folders_and_words_are_quoted() {
        let order = Order {
            folder: Some("/srv/it's".to_owned()),
            environment: vec![("A".to_owned(), "x'y".to_owned())],
            secrets: vec![("P".to_owned(), Secret::new("hunter22".to_owned()))],
            ..Order::new(Line::Words(["ls", "-l", "a b"].map(str::to_owned).into()))
        };
        let script = script(&order);
        let folder = r"cd -- '/srv/it'\''s' || exit 126; ";
        assert_eq!(script, format!("eval \"$(cat)\" || exit 126; exec </dev/null; {folder}'ls' '-l' 'a b'"));
        assert_eq!(input(&order).unwrap().as_str(), "export A='x'\\''y'\nexport P='hunter22'\n");
        assert!(!words(&order, "h").concat().contains("hunter22"));
    }
}
