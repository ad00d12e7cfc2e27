//! Joins all floors: the loop, the recorder, the terminal, the clock and signals.
//!
//! [`App`] holds the state and takes turns (`turn`); everything that waits is outside of it. What a
//! turn gets is a [`Wake`], in the order of urgency that `wake` states.

mod alarm;
mod attachment;
mod audit;
mod begin;
mod clerk;
mod clock;
mod edition;
mod follower;
mod hand;
mod identity;
mod input;
mod lend;
mod means;
mod past;
mod perform;
mod presence;
mod reading;
mod recorder;
mod replay;
mod roster_file;
mod scout;
mod sealing;
mod signals;
mod sitting;
mod store;
mod terminal;
mod title;
mod turn;
mod typist;
mod wake;
mod watch;
mod wire;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use attachment::read_attachment;
pub use audit::{Audited, Auditor};
pub use begin::{Beginning, begin};
pub use clerk::{Clerk, Health, Job, Receipt};
pub use clock::Surroundings;
pub use edition::{Changed, changed};
pub use hand::{Acted, Hand, NotDone};
pub use identity::{Proof, Prover, Report, Unproved, prove, verified};
pub use means::Means;
pub use past::{PastRun, past_runs};
pub use perform::{News, Performer, beside, command_folder};
pub use presence::{Attendance, Guest, Heir};
pub use reading::Reading;
pub use recorder::Recorder;
pub use roster_file::{RosterFile, RosterFileError};
pub use scout::{Finding, Shelved};
pub use signals::Signal;
pub use sitting::{Happening, Sitting};
pub use store::{Near, Pinned, ROSTER, SIGNERS, Store, StoreError};
pub use terminal::is_usable;
pub use turn::{Flow, Opener};
pub use typist::{Hidden, NotTyped, Typist};
pub use wake::{Input, Wake};
pub use watch::{Watch, Woken};

use crate::exec::command::{Lent, Size};
use crate::exec::sign::SigningKey;
use crate::journal::{Digest, Session};
use alarm::Alarm;
use follower::Follower;
use replay::Replay;
use scout::Scout;
use wake::Waker;

use crate::run::roster::{Holder, PublicKey};
use crate::run::{Claimed, Edition, Event, Head, History, Intent, Person, Run};
use crate::runbook::Loaded;
use crate::runbook::model::Runbook;
use crate::time::Length;
use crate::ui::{
    Bindings, Hindsight, Links, Live, Model, Now, Pace, Recording, Screen, Setting, Shelf, Sight, Subject, Theme, View,
};

/// From how long on a disk is slow: an operator who waits for it has to know why.
const SLOW: Duration = Duration::from_secs(1);

/// Says how the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The operator left; the name of the run he was in.
    Left(Option<String>),
    /// A signal ended it.
    Signal(Signal),
    /// The terminal is gone.
    Gone,
    /// It could not go on.
    Failed(String),
}

/// Is a decision on its way to the disk.
#[derive(Debug)]
struct Pending {
    intent: Intent,
    who: Person,
    events: Vec<Event>,
    effects: Vec<crate::run::Effect>,
    /// As which records it will be known if nobody else records before, where it is a signature.
    ahead: Vec<Head>,
}

/// Says how somebody comes to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// He has just begun it.
    Begun,
    /// He goes on with it.
    Resumed,
    /// He only looks on.
    Watching,
    /// He looks at it afterwards.
    Reviewing,
}

/// Is a run that is open.
#[derive(Debug)]
struct Open {
    /// The name of its directory.
    name: String,
    /// The directory.
    path: PathBuf,
    run: Run,
    who: Person,
    /// How somebody comes to it who sees it already, as long as nothing else was done.
    arrival: Option<Arrival>,
    /// What records to it; a sealed run has none.
    recorder: Option<Recorder>,
    /// How well the disk did when the last decision was recorded.
    health: Option<Health>,
    /// Tells what others record.
    follower: Option<Follower>,
    /// Does what decisions want done.
    performer: Performer,
    /// Tells others that somebody is here, as long as it is kept.
    _presence: Option<Session>,
    pending: Option<Pending>,
    /// What was wanted while a decision was on its way, with who wanted it.
    waiting: std::collections::VecDeque<(Intent, Person)>,
    halted: Option<String>,
    /// Whether its seal was seen.
    is_sealed: bool,
    /// The bytes of files that are about to be recorded, by their hashes.
    contents: HashMap<Digest, Vec<u8>>,
    /// The runbook as its file has it now, where it is another one than the run goes by.
    edition: Option<Edition>,
    /// Looks at the clock while the run is open.
    watch: crate::journal::Watch,
    /// Its records, where it is looked at afterwards.
    past: Option<Box<Hindsight>>,
    /// What a command printed, where it is looked at afterwards.
    replay: Option<Replay>,
}

impl Open {
    /// Leaves a run alone that is sealed.
    fn end_recording(&mut self) {
        (self.recorder, self._presence, self.is_sealed) = (None, None, true);
        self.performer.rest();
        self.waiting.clear();
        self.contents.clear();
    }
}

/// Is the program's state.
#[derive(Debug)]
pub struct App {
    surroundings: Surroundings,
    store: Store,
    opener: Opener,
    theme: Theme,
    screen: Screen,
    shelf: Shelf,
    /// Whether it was looked what there is.
    is_shelved: bool,
    /// The folder that runbooks are looked for in.
    folder: Option<PathBuf>,
    /// Looks around meanwhile.
    scout: Scout,
    /// What past runs of the runbook took, once it was found.
    learnt: Option<History>,
    /// When it was said last what a run is going to be.
    briefed_ms: i64,
    open: Option<Open>,
    /// The runbook that was opened and not started yet.
    loaded: Option<Opened>,
    now: Now,
    session: String,
    /// What statements say of where we are, and the keys at hand.
    setting: Setting,
    /// The key that was named to sign with.
    key: Option<Keys>,
    /// What the next form is filled in with.
    filled: Filled,
    prover: Prover,
    /// What commands print now.
    live: Live,
    /// The item that a proof is being made for, the last record on the screen then, what is signed and what is remarked.
    proving: Option<(String, u64, (Claimed, Option<String>))>,
    /// Whether somebody was about to sign when the last key was pressed.
    was_signing: bool,
    /// The number of the statement whose evidence was kept last.
    kept_for: Option<u64>,
    /// What other threads wake the loop with; without a loop it wakes nobody.
    waker: Waker,
    /// Whether something changed after the last frame, besides the item that is selected.
    stale: bool,
    /// Whether another item may be selected than in the last frame.
    moved: bool,
    /// Whether somebody waits for the next frame.
    awaited: bool,
    /// The last record when it was said how the time stands.
    foreseen_at: Option<u64>,
    /// Whether the next frame draws every cell.
    anew: bool,
    /// How large the terminal is, where there is a loop that can lend it.
    terminal: Option<Size>,
    /// The command that is to get it.
    lent: Option<Lent>,
    /// Calls a person who looks away.
    alarm: Alarm,
    /// What the terminal can do.
    means: Means,
    /// Whether the mouse points.
    has_mouse: bool,
    /// What is sent beside the next frame.
    aside: Vec<u8>,
    /// Verifies a run that is looked at afterwards.
    auditor: Auditor,
    /// When that was begun last.
    audited_ms: i64,
}

/// Is what a person wants of the screen, and what his terminal can do.
#[derive(Clone, Debug)]
pub struct Fittings {
    /// How things look.
    pub theme: Theme,
    /// What keys mean.
    pub bindings: Bindings,
    /// How often clocks go on.
    pub pace: Pace,
    /// Whether the mouse points.
    pub mouse: bool,
    /// Whether the bell rings.
    pub bell: bool,
    /// Whether the desktop is told what it rings for.
    pub notify: bool,
    /// Whether addresses are links, where the terminal has them.
    pub links: bool,
    /// What the terminal can do.
    pub means: Means,
}

/// Is the keys that can sign here: the one that was named, or those of the agent.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Each with where it is.
    pub all: Vec<(Holder, PublicKey)>,
    /// The file, where that one signs.
    pub file: Option<SigningKey>,
}

/// Is what a form is filled in with before a person sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The answers as one would type them, by the names of the questions.
    pub answers: Vec<(String, String)>,
    /// How long the window is, where it is not as long as the runbook says.
    pub length: Option<Length>,
}

/// Is a runbook that was opened, and the files it was read from.
#[derive(Debug)]
struct Opened {
    /// How long the window is, where it is not as long as it says.
    length: Option<Length>,
    runbook: Arc<Runbook>,
    loaded: Loaded,
    /// What was found in it that does not keep it from being run.
    warnings: Vec<String>,
    /// The run that would begin, once its questions were answered.
    draft: Option<Run>,
}

impl App {
    /// Takes what a person wants of the screen, before it is drawn.
    pub fn fit_out(&mut self, Fittings { theme, bindings, pace, mouse, bell, notify, links, means }: Fittings) {
        (self.theme, self.means, self.has_mouse) = (theme, means, mouse);
        (self.setting.bindings, self.setting.pace) = (bindings, pace);
        (self.alarm.bell, self.alarm.notify) = (bell, notify);
        self.setting.links = if links && means.has_links() { Links::wanted() } else { Links::default() };
    }

    /// Says something in the row for messages, until the next key.
    pub fn say(&mut self, words: impl Into<String>) {
        self.screen.say(words);
    }

    /// Gives what is sent to the terminal beside the next frame.
    pub fn aside(&self) -> &[u8] {
        &self.aside
    }

    /// Gives what a frame is drawn from.
    pub fn model(&self) -> Model<'_> {
        Model { sight: self.sight(), screen: &self.screen, recording: self.recording(), theme: &self.theme }
    }

    fn sight(&self) -> Sight<'_> {
        sight((&self.open, &self.loaded), &self.shelf, (&self.setting, &self.live, self.now))
    }

    fn recording(&self) -> Recording<'_> {
        match &self.open {
            Some(Open { halted: Some(why), .. }) => Recording::Halted(why),
            Some(open) if self.setting.is_watching => Recording::Watched(open.is_sealed),
            Some(Open { arrival: Some(_), .. } | Open { pending: Some(_), .. }) => Recording::InFlight,
            Some(Open { recorder: None, .. }) => Recording::Sealed,
            Some(Open { health: Some(health), .. }) if health.room.is_short() => Recording::Short(health.room.bytes),
            Some(Open { health: Some(health), .. }) if health.took > SLOW => Recording::Slow(health.took),
            _ => Recording::Settled,
        }
    }

    /// Tells whether a frame would show something new.
    pub fn is_stale(&self) -> bool {
        self.stale || self.moved
    }

    /// Tells whether it would show nothing new but another item that is selected.
    pub fn is_only_moved(&self) -> bool {
        self.moved && !self.stale
    }

    /// Tells whether somebody waits for the next frame: he pressed a key, or something was recorded.
    pub fn is_awaited(&self) -> bool {
        self.awaited
    }

    /// Notes that the model was drawn, and what was shown of texts that have to be read.
    pub fn note_drawn(&mut self, views: Vec<View>) {
        (self.stale, self.moved, self.awaited) = (false, false, false);
        self.anew = false;
        self.aside.clear();
        self.screen.note_drawn(views);
        let last = self.open.as_ref().map_or(0, |open| open.run.head().n);
        self.screen.note_told(last, self.now.at_ms);
    }

    /// Gives the run that is open.
    pub fn run(&self) -> Option<&Run> {
        self.open.as_ref().map(|open| &open.run)
    }

    /// Gives the name of the run that is open.
    pub fn run_name(&self) -> Option<&str> {
        self.open.as_ref().map(|open| open.name.as_str())
    }
}

/// Borrows what there is to see without the screen, which is changed beside it.
fn sight<'a>(
    (open, loaded): (&'a Option<Open>, &'a Option<Opened>),
    shelf: &'a Shelf,
    (setting, live, now): (&'a Setting, &'a Live, Now),
) -> Sight<'a> {
    let subject = match open {
        Some(open) => Subject::Run(&open.run, &open.who),
        None => Subject::Home(shelf),
    };
    let runbook = match open {
        Some(open) => Some(&**open.run.runbook()),
        None => loaded.as_ref().map(|opened| &*opened.runbook),
    };
    let past = open.as_ref().and_then(|open| open.past.as_deref());
    Sight { subject, runbook, setting, live, past, now }
}

/// Runs the program on the terminal until it ends.
pub fn run(mut app: App) -> Ending {
    let modes = terminal::Modes { mouse: app.has_mouse, title: app.means.has_title() };
    let ending = match terminal::Guard::take(modes) {
        Ok(guard) => wake::go_on(&mut app, guard),
        Err(error) => Ending::Failed(format!("the terminal cannot be used: {error}")),
    };
    app.take_leave(&ending);
    ending
}
