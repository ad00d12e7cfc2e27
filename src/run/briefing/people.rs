//! Who is here before a run begins, and whose signatures nobody here can give.

use super::Said;
use crate::run::Run;
use crate::run::roster::{Level, Member};
use crate::runbook::model::{Role, Sign};
use crate::runbook::plan::ItemState;

/// How many people are named for a role.
const MOST_NAMED: usize = 8;

/// Says who is here and who can sign for what.
pub(super) fn lines(run: &Run) -> Vec<Said> {
    let mut lines: Vec<_> = run.people().iter().map(|person| here(run, &person.name, &person.id)).collect();
    if run.roster().people().is_empty() {
        lines.push(Said::plain("there is no roster: people are known by the names they give, and nothing proves them"));
    }
    lines.extend(run.runbook().main().roles.iter().map(|role| role_line(run, role)));
    lines.extend(too_few(run));
    lines
}

fn here(run: &Run, name: &str, id: &str) -> Said {
    let roster = run.roster();
    match roster.member(id) {
        Some(member) => Said::plain(format!("{name} begins it; signs by {} at the least", roster.needs(member))),
        None if roster.people().is_empty() => Said::plain(format!("{name} begins it")),
        None => Said::warning(format!("{name} begins it; is not in the roster, and can sign by name only")),
    }
}

/// Says who can sign for a role.
fn role_line(run: &Run, role: &Role) -> Said {
    let level = Level::from(role.level);
    let about = if role.about.is_empty() { String::new() } else { format!(", {}", role.about) };
    let proof = if level > Level::Name { format!(" (by {level})") } else { String::new() };
    let able = able(run, level);
    let signs = signs_for(run, role);
    match (able.is_empty(), run.roster().people().is_empty()) {
        (true, true) if level == Level::Name => Said::plain(format!("{}{about}", role.name)),
        (true, _) if signs => Said::bad(format!(
            "{}{proof}{about}: nobody here can sign for it by {level}; mop roster adds people",
            role.name
        )),
        (true, _) => Said::plain(format!("{}{proof}{about}", role.name)),
        (false, _) => Said::plain(format!("{}{proof}{about}: {} can sign", role.name, named(&able))),
    }
}

/// Gives the people of the roster who can reach a level and their own.
fn able(run: &Run, level: Level) -> Vec<&Member> {
    let roster = run.roster();
    roster.people().iter().filter(|member| member.reach() >= level.max(roster.needs(member))).collect()
}

fn named(people: &[&Member]) -> String {
    let mut names: Vec<_> = people.iter().take(MOST_NAMED).map(|member| member.person.name.clone()).collect();
    if people.len() > MOST_NAMED {
        names.push(format!("{} more", people.len() - MOST_NAMED));
    }
    names.join(", ")
}

/// Tells whether a step that may be done is signed by a role.
fn signs_for(run: &Run, role: &Role) -> bool {
    steps(run).any(|sign| matches!(sign, Sign::Roles(roles) if roles.contains(&role.name)))
}

fn steps(run: &Run) -> impl Iterator<Item = &Sign> {
    let may_be_done = run.items().iter().filter(|item| !matches!(item.state, ItemState::NotApplicable(_)));
    may_be_done.map(|item| run.signers(item))
}

/// Says that steps need more people than there are.
fn too_few(run: &Run) -> Option<Said> {
    let needed = steps(run).map(|sign| match sign {
        Sign::None => 0,
        Sign::People(count) => *count as usize,
        Sign::Roles(roles) => roles.len(),
    });
    let needed = needed.max().unwrap_or(0);
    let (able, has_roster) = (able(run, Level::Name).len(), !run.roster().people().is_empty());
    match needed {
        2.. if has_roster && able < needed => {
            Some(Said::bad(format!("a step needs {needed} people to sign it, and the roster has {able} who can")))
        }
        2.. => Some(Said::plain(format!("some steps need {needed} people to sign them"))),
        _ => None,
    }
}
