//! One turn: a wake goes in, the state changes, nothing is waited for.
//!
//! The order is the house's: a decision is recorded before it is believed, and believed before its
//! effects are performed. While one is on its way, further ones wait.

mod ahead;
mod closing;
mod files;
mod foreign;
mod leave;
mod lookback;
mod output;
mod proving;
mod start;
mod time;
pub(super) mod visit;
mod world;

use std::path::Path;

pub(super) use foreign::Before;

use super::alarm::Alarm;
use super::audit::Auditor;
use super::clerk::{self, Job, Receipt};
use super::clock::Surroundings;
use super::identity::Prover;
use super::means::Means;
use super::perform::News;
use super::scout::Scout;
use super::signals::Signal;
use super::store::Store;
use super::wake::{Input, Wake, Waker};
use super::{App, Ending, Filled, Open, Pending, sight};
use crate::journal::{Reading, receipt_of};
use crate::run::{Decision, Event, Head, Intent, Person, Refusal, What, decide};
use crate::runbook::Loaded;
use crate::ui::{Deed, Live, Mode, Request, Screen, Setting, Shelf, Theme, reviewing, steer, watching};

/// How many decisions may wait for the one that is on its way.
const MOST_WAITING: usize = 8;
/// How many milliseconds what was said of the time is good for.
const FORESIGHT_MS: u64 = 5_000;

/// Opens a runbook by its path or the name of a shipped one, or says why not.
pub type Opener = fn(&Path) -> Result<Loaded, String>;

/// Says whether to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// On.
    On,
    /// The program ends.
    End(Ending),
    /// The terminal is given back, and the program stops until somebody lets it go on.
    StepBack,
    /// The terminal is taken again.
    TakeAgain,
    /// The terminal is lent to a command.
    Lend,
}

impl App {
    /// Makes a program that shows the list at home.
    pub fn new(surroundings: Surroundings, store: Store, (opener, theme): (Opener, Theme)) -> Self {
        let now = surroundings.now();
        let prover = Prover::new(surroundings.ssh.clone());
        let session = surroundings.short_id().unwrap_or_default();
        let mut app = Self {
            surroundings,
            store,
            opener,
            theme,
            folder: None,
            scout: Scout::default(),
            learnt: None,
            briefed_ms: 0,
            screen: Screen::default(),
            shelf: Shelf::default(),
            is_shelved: false,
            open: None,
            loaded: None,
            now,
            session,
            setting: Setting::default(),
            key: None,
            filled: Filled::default(),
            prover,
            live: Live::default(),
            proving: None,
            was_signing: false,
            kept_for: None,
            waker: Waker::default(),
            stale: true,
            moved: false,
            awaited: true,
            foreseen_at: None,
            anew: false,
            terminal: None,
            lent: None,
            alarm: Alarm::new(),
            means: Means::default(),
            has_mouse: false,
            aside: Vec::new(),
            auditor: Auditor::default(),
            audited_ms: 0,
        };
        app.setting.session.clone_from(&app.session);
        app.setting.terminal = (app.surroundings.terminal)();
        app.setting.clock = app.surroundings.clock_words(&Reading::take(&*app.surroundings.world.clock));
        app
    }

    /// Takes one turn.
    pub fn turn(&mut self, wake: Wake) -> Flow {
        self.awaited |=
            !matches!(wake, Wake::Tick | Wake::News(News::Output { .. } | News::Progress { .. } | News::Seen(_)));
        // Nobody decides anything in a run that was only shown so far; only the clock and the size wait until it is seen.
        if !(self.is_stale() && matches!(wake, Wake::Tick | Wake::Size(..))) {
            self.arrive();
        }
        let flow = self.take(wake);
        self.attend_to_output();
        // Who comes for one run does not have all others looked at.
        if self.open.is_none() && self.screen.mode(false) != Mode::Home {
            self.is_shelved = false;
        } else if self.open.is_none() && !self.is_shelved {
            self.look_around();
        }
        if flow == Flow::On && self.lent.is_some() { Flow::Lend } else { flow }
    }

    fn take(&mut self, wake: Wake) -> Flow {
        match wake {
            // The next frame looks how large the terminal is.
            Wake::Signal(Signal::Resize) => self.stale = true,
            Wake::Signal(Signal::Continue) => {
                (self.anew, self.stale) = (true, true);
                return Flow::TakeAgain;
            }
            Wake::Signal(signal) => return Flow::End(Ending::Signal(signal)),
            Wake::Receipt(receipt) => self.take_receipt(receipt),
            Wake::Report(report) => self.take_report(report),
            Wake::Foreign(foreign) => self.take_foreign(foreign),
            Wake::News(news) => self.take_news(news),
            Wake::Finding(finding) => self.take_finding(finding),
            Wake::Input(input) => return self.take_input(input),
            Wake::Size(columns, rows) => {
                self.terminal = self.terminal.and(Some(crate::exec::command::Size { columns, rows }));
                self.screen.resize(columns, rows, self.open.as_ref().map(|open| &open.run));
                self.stale = true;
            }
            Wake::Tick => self.tick(),
        }
        Flow::On
    }

    fn take_input(&mut self, input: Input) -> Flow {
        self.be_let_in();
        self.tick_for_key();
        self.setting.is_sealed = self.open.as_ref().is_some_and(|open| open.is_sealed);
        let mode = self.screen.mode(self.open.is_some());
        let sight = sight((&self.open, &self.loaded), &self.shelf, (&self.setting, &self.live, self.now));
        let deed = match &input {
            Input::Key(key) => self.setting.bindings.read(mode, *key),
            // A paste is text where text is written, and nothing anywhere else.
            Input::Paste(text) => mode.writes().then(|| Deed::Write(text.clone())),
            Input::Mouse(mouse) => Some(Deed::Point(*mouse)),
        };
        let Some(deed) = deed else {
            self.refuse_in_review(mode, &input);
            return Flow::On;
        };
        let moves = mode == Mode::Checklist && matches!(&deed, Deed::Do(command) if command.moves());
        let request = steer(&mut self.screen, &sight, deed);
        self.stale |= !moves || request.is_some();
        self.moved |= moves;
        let flow = request.map_or(Flow::On, |request| self.meet(request));
        self.stand_where_looked();
        self.prepare_to_sign();
        flow
    }

    fn meet(&mut self, request: Request) -> Flow {
        // Nothing that is done while somebody looks on may reach the run.
        let is_harmless =
            matches!(request, Request::Leave | Request::Redraw | Request::StepBack | Request::Copy { .. });
        if let Some(open) = self.open.as_ref().filter(|_| self.setting.is_watching && !is_harmless) {
            let words = if open.past.is_some() { reviewing(&open.run, open.is_sealed) } else { watching(&open.run) };
            self.screen.say(words);
            return Flow::On;
        }
        match request {
            Request::Decide(intent) => self.want_with_secrets(intent),
            Request::Learn(intent, secrets) => self.learn(intent.map(|intent| *intent), secrets),
            Request::Open(id, is_rehearsal) => self.open_runbook(Path::new(&id), is_rehearsal),
            Request::Enter(name, is_rehearsal) => self.ask_who(&name, is_rehearsal),
            Request::Review(answers) => self.review(answers),
            Request::Begin(answers) => self.begin(answers),
            Request::Resume(name, who) => self.resume(&name, &who),
            Request::Person(name) => self.change_person(&name),
            Request::Attach(path, about) => self.attach(Path::new(&path), about),
            Request::Adopt(why) => self.adopt(why),
            Request::Prove(proving) => self.prove(proving),
            Request::StopProving => self.prover.stop(),
            Request::Seal => self.seal(),
            Request::LookBack(name, is_rehearsal) => self.look_back_from_home(&name, is_rehearsal),
            Request::SitDown(step) => self.sit_down(&step),
            Request::Copy { what, text } => self.copy(&what, &text),
            // At home that looks anew what there is, too.
            Request::Redraw => (self.anew, self.is_shelved) = (true, false),
            Request::StepBack => {
                self.anew = true;
                return Flow::StepBack;
            }
            Request::Leave => {
                let left = self.run_name().filter(|_| !self.setting.is_watching);
                return Flow::End(Ending::Left(left.map(str::to_owned)));
            }
        }
        Flow::On
    }

    /// Decides what the person who acts wants.
    pub(super) fn want(&mut self, intent: Intent) {
        let who = self.open.as_ref().map(|open| open.who.clone());
        self.want_by(intent, who.unwrap_or_default());
    }

    /// Decides an intent now, or after the decision that is on its way.
    fn want_by(&mut self, intent: Intent, who: Person) {
        let Some(open) = self.open.as_mut().filter(|_| !self.setting.is_watching) else { return };
        if open.pending.is_none() {
            self.decide(intent, who);
        } else if open.waiting.len() < MOST_WAITING {
            open.waiting.push_back((intent, who));
        } else {
            self.forget_kept(&intent);
            self.screen.say("still recording; this was not taken, try again");
        }
    }

    fn decide(&mut self, intent: Intent, who: Person) {
        let Some(open) = &mut self.open else { return };
        if let Some(why) = &open.halted {
            return self.screen.say(why.clone());
        }
        if open.recorder.is_none() {
            return self.screen.say(Refusal::Closed.to_string());
        }
        if open.health.is_some_and(|health| health.room.is_short()) && intent.is_beginning() {
            return self.screen.say(clerk::DISK_FULL);
        }
        let intent = self.with_driver_looked_for(intent);
        let Some(open) = &self.open else { return };
        let stamp = self.surroundings.stamp(&who, &self.session);
        match decide(&open.run, &intent, &stamp) {
            // Another terminal reported it first.
            Err(_) if matches!(intent, Intent::Report(_)) => {}
            Err(refusal) => {
                self.forget_kept(&intent);
                self.screen.say(refusal.to_string());
            }
            Ok(decision) => self.record(intent, who, decision),
        }
    }

    /// Hands a decision to the recorder.
    fn record(&mut self, intent: Intent, who: Person, Decision { events, evidence, effects }: Decision) {
        let drafts = match clerk::drafts(&self.surroundings, &events) {
            Ok(drafts) => drafts,
            Err(why) => return self.screen.say(why),
        };
        let Some(open) = &mut self.open else { return };
        let mut evidence: Vec<_> = evidence.into_iter().map(String::into_bytes).collect();
        evidence.extend(open.kept_for(&intent).map(<[u8]>::to_vec));
        let base = open.run.head();
        let is_signature = matches!(intent, Intent::SignStep { proved: Some(_), .. });
        let ahead = if is_signature { clerk::foresee(base, &drafts) } else { Vec::new() };
        let job = Job { base, evidence, drafts };
        if open.recorder.as_ref().is_some_and(|recorder| recorder.record(job)) {
            open.pending = Some(Pending { intent, who, events, effects, ahead });
            self.stale = true;
        } else {
            open.halted = Some(RECORDER_ENDED.to_owned());
        }
    }

    /// Takes what the recorder says, if it says something.
    pub fn receipt(&mut self) -> Option<Receipt> {
        let open = self.open.as_mut()?;
        match open.recorder.as_ref()?.receipt() {
            Ok(None) => None,
            Ok(Some((receipt, health))) => {
                open.health = Some(health);
                Some(receipt)
            }
            Err(_) => {
                self.stale |= open.halted.is_none();
                open.halted.get_or_insert_with(|| RECORDER_ENDED.to_owned());
                None
            }
        }
    }

    fn take_receipt(&mut self, receipt: Receipt) {
        self.stale = true;
        let Some(open) = &mut self.open else { return };
        let Some(pending) = open.pending.take() else { return };
        let (stood, acting) = (Before::of(&open.run), open.who.name.clone());
        let before = stood.n;
        match receipt {
            Receipt::Recorded(at) => {
                believe(&self.store, &self.surroundings, (open, &at, &pending));
                self.tell_since(before, &|entry| entry.who != acting);
                self.say_receipt(&at, &pending);
                self.perform(&pending);
                self.forget_kept(&pending.intent);
            }
            Receipt::Behind(records) => {
                if !clerk::believe_others(&mut open.run, &records) {
                    believe_again(&self.store, &self.surroundings, open);
                }
                self.call_for_others(&stood);
                self.tell_since(before, &|_| true);
                self.decide(pending.intent, pending.who);
            }
            Receipt::Sealed => {
                open.end_recording();
                believe_again(&self.store, &self.surroundings, open);
                self.screen.say("not recorded: somebody sealed the run, and it stays as it is");
            }
            Receipt::Failed { recorded, why, is_final } => {
                believe(&self.store, &self.surroundings, (open, &recorded, &pending));
                open.halted = is_final.then(|| why.clone());
                self.forget_kept(&pending.intent);
                self.screen.say(why);
            }
        }
        self.screen.keep_inside(&self.shelf, self.open.as_ref().map(|open| &open.run));
        self.decide_next();
        self.attend();
    }

    /// Decides what waited, until something is on its way again.
    fn decide_next(&mut self) {
        while let Some(open) = &mut self.open
            && open.pending.is_none()
            && let Some((intent, who)) = open.waiting.pop_front()
        {
            self.decide(intent, who);
        }
    }

    /// Gives the receipt of a signature, which the signer can keep and hold against the record later.
    fn say_receipt(&mut self, at: &[Head], pending: &Pending) {
        let is_signature = |event: &&Event| matches!(event.what, What::StepSigned(_));
        let signed = at.iter().zip(&pending.events).find(|(_, event)| is_signature(event)).map(|(at, _)| at);
        if let (Intent::SignStep { proved: Some(_), .. }, Some(at)) = (&pending.intent, signed) {
            let (name, receipt) = (&pending.who.name, receipt_of(&at.hash));
            self.screen.say(format!("{name} signed: record {}, receipt {receipt}", at.n));
        }
    }

    pub(super) fn wake_with(&mut self, waker: Waker) {
        self.waker = waker;
    }
}

const RECORDER_ENDED: &str = "recording has ended; leave and resume";

/// Applies the events of a decision, each at its place.
fn believe(store: &Store, surroundings: &Surroundings, (open, at, pending): (&mut Open, &[Head], &Pending)) {
    if !clerk::believe(&mut open.run, at, &pending.events) {
        believe_again(store, surroundings, open);
    }
}

/// Reads the run again, when the writer recorded something of its own: what it set aside.
fn believe_again(store: &Store, surroundings: &Surroundings, open: &mut Open) {
    match store.open(surroundings, &open.name) {
        Ok(run) => open.run = run,
        Err(error) => open.halted = Some(format!("recorded, but the run cannot be read again: {error}")),
    }
}
