//! What happens in a scenario, in words, as an intent.
//!
//! What a person `does`: join, resume, leave, sign N, fail N, skip N, rule out N, defer N, hand over N,
//! refuse to sign N, choose OPTION in N, record in N, start N, retry N, cancel N, do N by hand,
//! override N, adopt EDITION, waive the order of N, waive the time [of N], pause, go on, run aside, back out, close,
//! note [on N], attach FILE [on N], amend RECORD, redline [N], fail to prove who it is by LEVEL, and of
//! the wheel: ask for, keep, take, take from one who is gone, give to NAME.
//! What the `world` reports: N ends checked|sensed|failed|for a person, N cannot be started, N is lost, N is still good,
//! N is not good, the aside ends, the terminal hangs up, probe NAME is ok|warn|unknown|stale|bad.

use mop::journal::Digest;
use mop::run::roster::Level;
use mop::run::{
    Act, Answer, Claim, Correction, Deferral, End, Found, Intent, Output, ProbeState, Proved, Report, Ruling, Wheel,
};
use mop::time::Length;

use super::bench::{Bench, Turn, answer, person, stamp, terminal};
use super::file::Step;

/// Lets a step of a story happen.
pub fn play(bench: &mut Bench, told: &Step) -> Result<Turn, String> {
    if let Some(after) = &told.after {
        let after = Length::parse(after).map_err(|_| format!("`{after}` is no length of time"))?;
        bench.now += i64::try_from(after.as_millis()).unwrap();
    }
    let who = told.who.as_deref().unwrap_or("Ada");
    let session = told.terminal.clone().unwrap_or_else(|| terminal(who));
    let intent = match (&told.does, &told.world) {
        (Some(does), _) => Person { bench, told, who }.does(does).ok_or_else(|| format!("nobody can `{does}`"))??,
        (None, world) => {
            let world = world.as_deref().unwrap_or_default();
            reported(bench, told, world).ok_or_else(|| format!("the world cannot report `{world}`"))??
        }
    };
    Ok(bench.takes(&intent, &stamp(who, &session, bench.now)))
}

/// Is an intent, when the words are known and what they name is there.
type Said = Option<Result<Intent, String>>;

/// Somebody who does something.
struct Person<'a> {
    bench: &'a Bench,
    told: &'a Step,
    who: &'a str,
}

impl Person<'_> {
    fn does(&self, words: &str) -> Said {
        let rest = |start: &str| words.strip_prefix(start).map(str::trim);
        if let Some(done) = self.plain(words) {
            return Some(Ok(done));
        }
        None.or_else(|| rest("sign ").map(|item| self.sign(item)))
            .or_else(|| rest("refuse to sign ").map(|item| self.refuse(item)))
            .or_else(|| self.settles(words))
            .or_else(|| self.acts(words))
            .or_else(|| rest("choose ").and_then(|rest| rest.split_once(" in ")).map(|at| self.choose(at)))
            .or_else(|| rest("record in ").map(|item| self.record(item)))
            .or_else(|| rest("hand over ").map(|item| self.hand_over(item)))
            .or_else(|| rest("note").map(|item| self.note(item.trim_start_matches("on "))))
            .or_else(|| rest("attach ").map(|file| self.attach(file)))
            .or_else(|| rest("adopt ").map(|name| self.adopt(name)))
            .or_else(|| rest("amend ").map(|record| self.amend(record)))
            .or_else(|| rest("redline").map(|item| self.redline(item)))
    }

    /// Does what is about no item.
    fn plain(&self, words: &str) -> Option<Intent> {
        let wheel = |wheel| Some(Intent::Wheel(wheel));
        match words {
            "join" => Some(Intent::Join { resumed: false }),
            "resume" => Some(Intent::Join { resumed: true }),
            "leave" => Some(Intent::Leave),
            "ask for the wheel" => wheel(Wheel::Ask),
            "keep the wheel" => wheel(Wheel::Keep),
            "take the wheel" => wheel(Wheel::Take { is_gone: false }),
            "take the wheel from one who is gone" => wheel(Wheel::Take { is_gone: true }),
            "waive the time" => Some(Intent::WaiveTime { why: self.why() }),
            "pause" => Some(Intent::Pause { why: self.why() }),
            "go on" => Some(Intent::Continue),
            "run aside" => Some(Intent::RunAdHoc { command: self.says() }),
            "back out" => Some(Intent::BackOut { seen: self.seen(), why: self.why() }),
            "close" => Some(Intent::Close { seen: self.seen(), result: self.says() }),
            _ => self.named(words),
        }
    }

    fn named(&self, words: &str) -> Option<Intent> {
        if let Some(to) = words.strip_prefix("give the wheel to ") {
            return Some(Intent::Wheel(Wheel::Give { to: person(to).id }));
        }
        let level = Level::from_word(words.strip_prefix("fail to prove who it is by ")?)?;
        Some(Intent::KeepRefusedIdentity { level, why: self.why() })
    }

    fn why(&self) -> String {
        self.told.why.clone().unwrap_or_default()
    }

    fn says(&self) -> String {
        self.told.says.clone().unwrap_or_default()
    }

    fn to(&self) -> String {
        self.told.to.clone().unwrap_or_default()
    }

    fn seen(&self) -> u64 {
        self.told.seen.unwrap_or(self.bench.run.head().n)
    }

    /// Finds the id of an item.
    fn id(&self, item: &str) -> Result<String, String> {
        // A name that the plan does not have is tried all the same: the run has to refuse it.
        match item.strip_prefix("unknown ") {
            Some(item) => Ok(item.to_owned()),
            None => Ok(self.bench.item(item)?.id.to_string()),
        }
    }

    fn proved(&self, item: &str, claim: &Claim<'_>) -> Option<Box<Proved>> {
        let with = self.told.with.as_deref().unwrap_or("name");
        self.bench.proves(self.who, with, (self.bench.item(item).ok()?, self.seen(), claim))
    }

    fn sign(&self, item: &str) -> Result<Intent, String> {
        let proved = self.proved(item, &Claim::Done);
        Ok(Intent::SignStep { step: self.id(item)?, seen: self.seen(), proved, note: None })
    }

    fn refuse(&self, item: &str) -> Result<Intent, String> {
        Ok(Intent::RefuseToSign { step: self.id(item)?, why: self.why() })
    }

    fn settles(&self, words: &str) -> Said {
        let why = self.why();
        let later = || Deferral { to: self.to(), until: self.told.until.clone().unwrap_or_default() };
        let (item, ruling) = match words.rsplit_once(' ')? {
            ("fail", item) => (item, Ruling::Fail { why }),
            ("skip", item) => (item, Ruling::Skip { why }),
            ("rule out", item) => (item, Ruling::RuleOut { why }),
            ("defer", item) => (item, Ruling::Defer { deferral: later(), why }),
            _ => return None,
        };
        let proved = self.proved(item, &Claim::Ruled(&ruling));
        Some(self.id(item).map(|step| Intent::Settle { step, seen: self.seen(), ruling, proved }))
    }

    fn acts(&self, words: &str) -> Said {
        let why = self.why();
        let by_hand = words.strip_prefix("do ").and_then(|rest| rest.strip_suffix(" by hand"));
        let (item, act) = match (by_hand, words.rsplit_once(' ')?) {
            (Some(item), _) => (item, Act::ByHand { why }),
            (None, ("start", item)) => (item, Act::Start),
            (None, ("retry", item)) => (item, Act::Retry { mended: self.told.says.clone() }),
            (None, ("cancel", item)) => (item, Act::Cancel { why }),
            (None, ("override", item)) => (item, Act::Override { why }),
            (None, ("waive the order of", item)) => (item, Act::WaiveOrder { why }),
            (None, ("waive the time of", item)) => (item, Act::WaiveTime { why }),
            _ => return None,
        };
        Some(self.id(item).map(|step| Intent::Act { step, seen: self.seen(), act }))
    }

    fn values(&self) -> Vec<(String, Answer)> {
        values(self.told)
    }

    fn choose(&self, (option, item): (&str, &str)) -> Result<Intent, String> {
        let (step, option) = (self.id(item)?, option.to_owned());
        Ok(Intent::ChooseOption { step, seen: self.seen(), option, values: self.values() })
    }

    fn record(&self, item: &str) -> Result<Intent, String> {
        Ok(Intent::RecordValues { step: self.id(item)?, seen: self.seen(), values: self.values() })
    }

    fn hand_over(&self, item: &str) -> Result<Intent, String> {
        Ok(Intent::HandOver { step: self.id(item)?, to: self.to(), why: self.why() })
    }

    fn about(&self, item: &str) -> Result<Option<String>, String> {
        if item.is_empty() { Ok(None) } else { self.id(item).map(Some) }
    }

    fn note(&self, item: &str) -> Result<Intent, String> {
        Ok(Intent::AddNote { step: self.about(item)?, text: self.says() })
    }

    fn attach(&self, file: &str) -> Result<Intent, String> {
        let (name, item) = file.split_once(" on ").unwrap_or((file, ""));
        let blob = Digest::of(name.as_bytes());
        Ok(Intent::AttachFile { step: self.about(item)?, name: name.to_owned(), bytes: 1024, blob })
    }

    fn adopt(&self, name: &str) -> Result<Intent, String> {
        let edition = self.bench.editions.get(name).ok_or_else(|| format!("there is no edition {name}"))?;
        Ok(Intent::AdoptRunbook { edition: Box::new(edition.clone()), why: self.why() })
    }

    fn amend(&self, record: &str) -> Result<Intent, String> {
        let of = record.parse().map_err(|_| format!("`{record}` is no number of a record"))?;
        let (wrong, right) = self.told.says.as_deref().and_then(|says| says.split_once(" -> ")).unwrap_or_default();
        let correction = Correction { of, wrong: wrong.into(), right: right.into(), why: self.why() };
        let about = self.bench.run.item_of_record(of).map(|item| item.id.to_string());
        let proved = about.and_then(|item| self.proved(&item, &Claim::Amended(&correction)));
        Ok(Intent::Amend { correction, proved })
    }

    fn redline(&self, item: &str) -> Result<Intent, String> {
        let (was, now) = self.told.says.as_deref().and_then(|says| says.split_once(" -> ")).unwrap_or_default();
        Ok(Intent::Redline { step: self.about(item)?, was: was.into(), now: now.into(), why: self.why() })
    }
}

fn values(told: &Step) -> Vec<(String, Answer)> {
    told.values.iter().map(|(name, json)| (name.clone(), answer(json))).collect()
}

/// Makes what the world reports.
fn reported(bench: &Bench, told: &Step, words: &str) -> Said {
    if words == "the terminal hangs up" {
        return Some(Ok(Intent::KeepHangup));
    }
    if words == "the aside ends" {
        let number = told.attempt.unwrap_or(bench.run.ad_hoc().0);
        return Some(Ok(Intent::Report(Report::AdHocEnded { number, end: end(told, Found::ForPerson) })));
    }
    let why = told.why.clone();
    if let Some((probe, state)) = words.strip_prefix("probe ").and_then(|words| words.split_once(" is ")) {
        let state = ProbeState::ALL.into_iter().find(|known| known.word() == state)?;
        let (probe, words) = (probe.to_owned(), why.unwrap_or_default());
        return Some(Ok(Intent::Report(Report::ProbeChanged { probe, state, words, sha256: None })));
    }
    let (item, what) = words.split_once(' ')?;
    let report = |step: String| {
        let attempt = told.attempt.unwrap_or(bench.run.attempts(&step));
        let ended = |found| Report::Ended { step: step.clone(), attempt, end: end(told, found) };
        Some(match what {
            "ends checked" => ended(Found::Checked),
            "ends sensed" => ended(Found::Sensed),
            "ends failed" => ended(Found::Failed),
            "cannot be started" => {
                let end = End { exit: None, output: Vec::new(), ..end(told, Found::Failed) };
                Report::Ended { step: step.clone(), attempt, end }
            }
            "ends for a person" => ended(Found::ForPerson),
            "is lost" => Report::Lost { step: step.clone(), attempt, why: why.clone().unwrap_or_default() },
            "is still good" => Report::Rechecked { step: step.clone(), why: None },
            "is not good" => Report::Rechecked { step: step.clone(), why: Some(why.clone().unwrap_or_default()) },
            _ => return None,
        })
    };
    match bench.item(item) {
        Ok(item) => report(item.id.to_string()).map(|report| Ok(Intent::Report(report))),
        Err(problem) => Some(Err(problem)),
    }
}

fn end(told: &Step, found: Found) -> End {
    let output = Output { stream: "stdout".into(), bytes: 12, dropped: 0, sha256: Digest::of(b"output") };
    let (why, values) = (told.why.clone().unwrap_or_default(), values(told));
    let exit = Some("it ended".into());
    End { found, why, took_ms: 1500, exit, values, output: vec![output], sightings: Vec::new() }
}
