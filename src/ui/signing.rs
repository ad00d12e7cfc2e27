//! Signing: who signs which step, by what it is proved, and how far the dialog is.
//!
//! The statement is shown before anything can be signed, and nothing that repeats or is typed ahead
//! signs it. Proofs are made and checked elsewhere; here only what is wanted goes out as a [`Proving`].

use super::command::Command;
use super::field::Field;
use super::live::Live;
use super::model::{Setting, Sight};
use super::pane::step::text_name;
use super::screen::{Dialog, Mode, Pane, Screen, Writing};
use super::steer::{Request, moved, turn_page};
use crate::run::roster::{Auth, Holder, Level};
use crate::run::{Claimed, Person, Run, Scene, Sighting};
use crate::runbook::model::Sign;
use crate::runbook::plan::Item;

/// How old what is taken down of probes gets while a statement is read: it is kept each time, and that is a file.
const AFRESH_MS: u64 = 10_000;

/// Says that what is to be decided was not read to its end, and goes back to what was left out.
pub(super) fn read_on(screen: &mut Screen, sight: &Sight<'_>) {
    let key = sight.setting.bindings.key(screen.mode(true), Command::PageDown);
    screen.read_dialog_on();
    screen.say(format!("read it to its end first: {key}"));
}

/// Is a statement that is about to be signed.
#[derive(Debug)]
pub struct Signing {
    pub(super) step: String,
    pub(super) seen: u64,
    /// What is signed.
    pub(super) claimed: Claimed,
    /// Whose signature it is to be.
    pub(super) who: Person,
    /// Which of the ways to prove it.
    pub(super) way: usize,
    /// The how-manieth dialog it is; each is read anew.
    pub(super) number: u64,
    /// What is remarked on it, which is recorded right behind the signature.
    pub(super) note: Option<String>,
    /// What the probes said, and when that was taken down; it is evidence, which is kept while the statement is read.
    pub(super) seen_there: (Vec<Sighting>, i64),
    pub(super) stage: Stage,
}

/// Says how far the dialog is.
#[derive(Debug)]
pub(super) enum Stage {
    /// The statement is read.
    Reading,
    /// The PIN is typed.
    Pin(Field),
    /// The proof of this scene is being made.
    Waiting(Box<Scene>),
}

/// Is a question who signs.
#[derive(Debug)]
pub struct Asking {
    pub(super) step: String,
    pub(super) seen: u64,
    pub(super) claimed: Claimed,
    pub(super) people: Vec<Person>,
    pub(super) at: usize,
}

/// Is a proof that is wanted before a signature can be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proving {
    /// The item.
    pub step: String,
    /// The last record on the screen.
    pub seen: u64,
    /// What is signed.
    pub claimed: Claimed,
    /// What the statement says besides the run.
    pub scene: Scene,
    /// What was typed, where a PIN proves it.
    pub pin: Option<String>,
    /// What is remarked on it.
    pub note: Option<String>,
}

/// Gives the people who may sign an item now, the one who acts first.
pub(super) fn signers(run: &Run, item: &Item, acting: &Person) -> Vec<Person> {
    let named = run.roster().people().iter().map(|member| &member.person);
    let mut people: Vec<Person> = vec![acting.clone()];
    for person in named.chain(run.people()) {
        if !people.iter().any(|known| known.id == person.id) {
            people.push(person.clone());
        }
    }
    people.retain(|person| !run.signatures(&item.id).iter().any(|given| given.who.id == person.id));
    people
}

/// Gives the ways in which a person can prove a signature of an item here, as it is asked.
pub(super) fn ways(run: &Run, item: &Item, (who, setting): (&Person, &Setting)) -> Vec<Auth> {
    run.ways(item, who, &setting.keys)
}

/// Opens the dialog that a person signs in, or asks first who it is.
pub(super) fn begin(screen: &mut Screen, sight: &Sight<'_>, (run, item): (&Run, &Item)) {
    if let Err(refusal) = run.check_is_open(item, &sight.stamp()) {
        return screen.say(refusal.to_string());
    }
    let text = text_name(run, item);
    if !screen.readings.is_whole(text) {
        screen.look_at(Pane::Step);
        screen.scroll = screen.scroll.min(screen.readings.seen(text));
        let key = sight.setting.bindings.key(Mode::Checklist, Command::PageDown);
        return screen.say(format!("read the step to its end first: {key}"));
    }
    begin_claim(screen, sight, (item, run.head().n, Claimed::Done));
}

/// Opens the dialog in which a person signs something about an item, or asks first who it is.
pub(super) fn begin_claim(screen: &mut Screen, sight: &Sight<'_>, (item, seen, claimed): (&Item, u64, Claimed)) {
    let Some(run) = sight.run() else { return };
    let step = item.id.to_string();
    let acting = sight.stamp().who;
    let mut people = signers(run, item, &acting);
    let is_asked = !run.roster().people().is_empty() && *run.signers(item) != Sign::None;
    match (people.len(), is_asked && claimed == Claimed::Done) {
        (2.., true) => screen.open(Dialog::Signer(Asking { step, seen, claimed, people, at: 0 })),
        (1, true) => show(screen, sight, (step, seen, claimed), people.remove(0)),
        _ => show(screen, sight, (step, seen, claimed), acting),
    }
}

/// Shows the statement, unless it is sure that it cannot be signed.
fn show(screen: &mut Screen, sight: &Sight<'_>, (step, seen, claimed): (String, u64, Claimed), who: Person) {
    let Some(run) = sight.run() else { return };
    let Some(item) = run.plan().item(&step) else { return };
    let stamp = crate::run::Stamp { who: who.clone(), ..sight.stamp() };
    let checked = match &claimed {
        Claimed::Done => run.check_sign(item, &stamp),
        Claimed::Ruled(ruling) => run.check_settle(item, &stamp, ruling),
        Claimed::Amended(_) => run.check_is_here(&stamp.who),
    };
    if let Err(refusal) = checked {
        screen.close();
        return screen.say(refusal.to_string());
    }
    let is_plain = *run.signers(item) == Sign::None;
    if !is_plain && ways(run, item, (&who, sight.setting)).is_empty() {
        screen.close();
        return screen.say(run.why_no_way(item, &who));
    }
    screen.opened += 1;
    let number = screen.opened;
    let seen_there = (sight.live.sightings(), sight.now.at_ms);
    let (note, stage) = (None, Stage::Reading);
    screen.open(Dialog::Sign(Signing { step, seen, claimed, who, way: 0, number, note, seen_there, stage }));
}

/// Does what a command means where it is asked who signs.
pub(super) fn ask(screen: &mut Screen, sight: &Sight<'_>, command: Command) {
    let Some(Dialog::Signer(asking)) = &mut screen.dialog else { return };
    match command {
        Command::Close => screen.close(),
        Command::Act => {
            let Some(who) = asking.people.get(asking.at).cloned() else { return };
            let (step, seen) = (std::mem::take(&mut asking.step), asking.seen);
            let claimed = std::mem::take(&mut asking.claimed);
            show(screen, sight, (step, seen, claimed), who);
        }
        _ => asking.at = moved(asking.at, command, (asking.people.len(), 10)),
    }
}

/// Does what a command means while a statement is open.
pub(super) fn sign(screen: &mut Screen, sight: &Sight<'_>, command: Command) -> Option<Request> {
    let is_read = screen.is_dialog_read();
    let Some(Dialog::Sign(signing)) = &mut screen.dialog else { return None };
    match (&mut signing.stage, command) {
        (Stage::Waiting(_), Command::Close) => {
            signing.stage = Stage::Reading;
            return Some(Request::StopProving);
        }
        (Stage::Pin(_), Command::Close) => signing.stage = Stage::Reading,
        (_, Command::Close) => screen.close(),
        (Stage::Pin(field), Command::Accept) => {
            let pin = field.take();
            return prove(signing, sight, Some(pin));
        }
        (Stage::Pin(field), command) => _ = field.edit(command),
        (Stage::Reading, Command::NextWay) => signing.way += 1,
        (Stage::Reading, Command::Note) => write_note(screen),
        // Before all of the statement was drawn nobody can have read it.
        (Stage::Reading, Command::PutSignature) if is_read => return put(screen, sight),
        (Stage::Reading, Command::PutSignature) => read_on(screen, sight),
        (Stage::Reading | Stage::Waiting(_), _) => turn_page(screen, sight, command),
    }
    None
}

/// Opens the page for a note behind the signature; what is not "done" has its reason in the statement.
fn write_note(screen: &mut Screen) {
    match screen.dialog.take() {
        Some(Dialog::Sign(signing)) if signing.claimed == Claimed::Done => {
            screen.dialog = Some(Dialog::Note(Writing::beside(signing)));
        }
        other => {
            screen.dialog = other;
            screen.say("its reason stands in the statement; n at the checklist writes a remark");
        }
    }
}

/// Puts the signature, or asks for what proves it.
fn put(screen: &mut Screen, sight: &Sight<'_>) -> Option<Request> {
    let Some(Dialog::Sign(signing)) = &mut screen.dialog else { return None };
    let run = sight.run()?;
    let item = run.plan().item(&signing.step)?;
    if *run.signers(item) == Sign::None {
        let (step, seen) = (std::mem::take(&mut signing.step), signing.seen);
        let (claimed, note) = (std::mem::take(&mut signing.claimed), signing.note.take());
        screen.close();
        return Some(Request::Decide(claimed.intent((step, seen), None).noting(note)));
    }
    match signing.auth(run, sight.setting)? {
        Auth::Pin => {
            signing.stage = Stage::Pin(Field::default());
            None
        }
        _ => prove(signing, sight, None),
    }
}

fn prove(signing: &mut Signing, sight: &Sight<'_>, pin: Option<String>) -> Option<Request> {
    let auth = signing.auth(sight.run()?, sight.setting)?;
    let scene = signing.scene_by(sight, auth);
    signing.stage = Stage::Waiting(Box::new(scene.clone()));
    let (step, claimed, note) = (signing.step.clone(), signing.claimed.clone(), signing.note.clone());
    Some(Request::Prove(Proving { step, seen: signing.seen, claimed, scene, pin, note }))
}

impl Signing {
    /// Gives by what the signature is going to be proved.
    pub(super) fn auth(&self, run: &Run, setting: &Setting) -> Option<Auth> {
        let ways = ways(run, run.plan().item(&self.step)?, (&self.who, setting));
        let at = self.way.checked_rem(ways.len())?;
        ways.into_iter().nth(at)
    }

    /// Gives what the statement says besides the run: as it is being proved, or as it would be now.
    pub(super) fn scene(&self, sight: &Sight<'_>) -> Option<Scene> {
        match &self.stage {
            Stage::Waiting(scene) => Some((**scene).clone()),
            _ => Some(self.scene_by(sight, self.auth(sight.run()?, sight.setting)?)),
        }
    }

    fn scene_by(&self, sight: &Sight<'_>, auth: Auth) -> Scene {
        Scene { sightings: self.seen_there.0.clone(), ..sight.scene(&self.who, auth) }
    }
}

impl Screen {
    /// Gives the number of the statement that is read, and what its probes said.
    pub fn seen_there(&self) -> Option<(u64, &[Sighting])> {
        match &self.dialog {
            Some(Dialog::Sign(signing)) => Some((signing.number, &signing.seen_there.0)),
            _ => None,
        }
    }

    /// Takes down what probes say for the statement that is read: when one stands otherwise, and now and then. Tells
    /// whether that is something else than before.
    pub fn look_there_again(&mut self, live: &Live, now_ms: i64) -> bool {
        let Some(Dialog::Sign(signing @ Signing { stage: Stage::Reading | Stage::Pin(_), .. })) = &mut self.dialog
        else {
            return false;
        };
        let (before, at_ms) = &signing.seen_there;
        let said = live.sightings();
        let stands = |seen: &Sighting| (seen.probe.clone(), seen.state);
        let is_otherwise = !said.iter().map(stands).eq(before.iter().map(stands));
        let is_new = said != *before && (is_otherwise || now_ms.abs_diff(*at_ms) >= AFRESH_MS);
        if is_new {
            signing.seen_there = (said, now_ms);
        }
        is_new
    }
}

/// Says in words what the key that puts the signature does, for each way to prove it.
pub(super) fn way_words(run: &Run, auth: &Auth, who: &Person) -> String {
    match auth {
        Auth::NameOnly if run.roster().member(&who.id).is_some_and(|member| member.reach() >= Level::Key) => {
            format!("signs, by name only; no key of {} is in this ssh-agent.", who.name)
        }
        Auth::NameOnly => "signs, by name only: nothing proves who it is.".to_owned(),
        Auth::Pin => format!("asks for the PIN of {} and signs.", who.name),
        Auth::Key { holder: Holder::Agent, .. } => format!("signs with the {auth}."),
        Auth::Key { .. } => format!("signs with {auth}."),
    }
}
