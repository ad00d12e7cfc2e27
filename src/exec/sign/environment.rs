//! The environment that the programs of OpenSSH get: what they need, and nothing that speaks.
//!
//! Their messages are read, so the language is fixed; so is the time zone, because times without one
//! in a list of signers would mean something else on each machine.

use std::ffi::OsString;

/// Says where the agent listens.
pub(super) const AGENT: &str = "SSH_AUTH_SOCK";

const ASKPASS: &str = "SSH_ASKPASS";
const REQUIRE: &str = "SSH_ASKPASS_REQUIRE";
const SCREENS: [&str; 2] = ["DISPLAY", "WAYLAND_DISPLAY"];

/// What is passed on: where programs, keys, the agent and the device library are, and what a window
/// needs that asks for a passphrase or a touch.
const KEPT: [&str; 10] = [
    "PATH",
    "HOME",
    AGENT,
    "SSH_SK_PROVIDER",
    ASKPASS,
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
];

/// Keeps of an environment what OpenSSH needs.
pub(super) fn cleaned(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let all: Vec<_> = variables.into_iter().collect();
    let is = |name: &OsString, known: &str| name == known;
    let has_screen = all.iter().any(|(name, value)| SCREENS.iter().any(|known| is(name, known)) && !value.is_empty());
    let wants_askpass = all.iter().any(|(name, value)| is(name, REQUIRE) && (value == "force" || value == "prefer"));
    let mut kept: Vec<_> = all.into_iter().filter(|(name, _)| KEPT.iter().any(|known| is(name, known))).collect();
    // The terminal is ours. What would be asked there is asked in a window, or answered with nothing.
    if !has_screen && !wants_askpass {
        kept.retain(|(name, _)| !is(name, ASKPASS));
        kept.push((ASKPASS.into(), "false".into()));
    }
    let fixed = [(REQUIRE, "force"), ("LC_ALL", "C"), ("TZ", "UTC0")];
    kept.extend(fixed.map(|(name, value)| (name.into(), value.into())));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned_of(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let text = |(name, value): (OsString, OsString)| {
            format!("{}={}", name.into_string().unwrap(), value.into_string().unwrap())
        };
        cleaned(variables).into_iter().map(text).collect()
    }

    #[test]
    fn what_steers_a_program_otherwise_is_left_behind() {
        let given = [
            ("PATH", "/bin"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Asia/Tokyo"),
            ("LD_PRELOAD", "x.so"),
            ("SSH_AUTH_SOCK", "/s"),
            ("SSH_ASKPASS", "ask"),
        ];
        let expected =
            ["PATH=/bin", "SSH_AUTH_SOCK=/s", "SSH_ASKPASS=false", "SSH_ASKPASS_REQUIRE=force", "LC_ALL=C", "TZ=UTC0"];
        assert_eq!(cleaned_of(&given), expected);
    }

    #[test]
    fn a_window_may_ask_where_there_is_a_screen_or_a_program_that_was_chosen() {
        for with in [("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "w"), ("SSH_ASKPASS_REQUIRE", "prefer")] {
            let kept = cleaned_of(&[("SSH_ASKPASS", "ask"), with]);
            assert!(kept.contains(&"SSH_ASKPASS=ask".to_owned()), "{with:?}");
            assert!(kept.contains(&"SSH_ASKPASS_REQUIRE=force".to_owned()), "{with:?}");
        }
        let without = cleaned_of(&[("SSH_ASKPASS", "ask"), ("DISPLAY", ""), ("SSH_ASKPASS_REQUIRE", "never")]);
        assert!(without.contains(&"SSH_ASKPASS=false".to_owned()));
    }
}
