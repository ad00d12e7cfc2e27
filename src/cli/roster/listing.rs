//! The roster as people read it: each person with keys, PIN and the level that can be reached.

use crate::app::RosterFile;
use crate::run::roster::{Level, Member, Roster};
use crate::text::Shown;

/// Writes the roster.
pub(super) fn text(file: &RosterFile) -> String {
    let roster = file.roster();
    if roster.people().is_empty() && roster.level() == Level::Name {
        let path = Shown::line(&file.path().display().to_string());
        return format!(
            "There is nobody in the roster ({path}); people are known by name only.\nBegin with: mop roster add ID --name NAME --key FILE.pub\n"
        );
    }
    let mut text =
        format!("Everybody needs the level {}. What is here is for runs that begin from now on.\n", roster.level());
    roster.people().iter().for_each(|member| text += &person(roster, member));
    text
}

fn person(roster: &Roster, member: &Member) -> String {
    let (needs, reach) = (roster.needs(member), member.reach());
    let short = if reach < needs { "  ! cannot sign" } else { "" };
    let head = format!("{}  {}", member.person.id, member.person.name);
    let mut text = format!("\n{}\n    needs {needs}, can reach {reach}{short}\n", Shown::line(&head));
    for entry in &member.keys {
        let (word, print) = (entry.key.kind().word(), entry.key.fingerprint());
        let what = if entry.authority { "authority" } else { "key" };
        let line = format!("{what:<9} {word} {print}  {}", entry.key.comment());
        text += &format!("    {}\n", Shown::line(line.trim_end()));
    }
    let pin = if member.pin.is_some() { "set" } else { "none" };
    text + &format!("    PIN       {pin}\n")
}
