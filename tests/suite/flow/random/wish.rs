//! What somebody wants, made from numbers: any act on any item, with words and values that may not fit.

use mop::journal::{Digest, Tick};
use mop::run::roster::{Auth, Holder, Level};
use mop::run::{
    Act, Amendment, Answer, Claim, ClockReading, Correction, Deferral, Edition, End, Found, Intent, Outcome, Proof,
    Proved, Report, Ruling, Run, Scene, Signature, Signed, Taking, Verdict, What, Wheel, statement_of,
};
use mop::runbook::plan::Item;
use proptest::prelude::*;

use crate::scenarios::bench::{Bench, key_of, person};

/// What somebody wants.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub who: usize,
    pub what: u8,
    /// The item, or nothing for the one that is next.
    pub at: Option<usize>,
    /// By how many records what he sees is old.
    pub late: usize,
    pub choice: usize,
    pub later_ms: i64,
    pub is_shared: bool,
}

/// How many kinds of wishes there are.
const KINDS: u8 = 49;
/// The wishes that bring a run to its end.
pub const ONWARD: [u8; 10] = [0, 8, 9, 10, 16, 25, 26, 28, 31, 39];

pub fn wish() -> impl Strategy<Value = Wish> {
    let what = prop_oneof![3 => prop::sample::select(ONWARD.to_vec()), 2 => Just(0), 4 => 0..KINDS];
    let at = prop_oneof![3 => Just(None), 2 => (0..80_usize).prop_map(Some)];
    let late = prop_oneof![8 => Just(0), 1 => 1..6_usize];
    let later = prop_oneof![80 => 0..20_000_i64, 1 => 0..7_200_000_i64];
    let who = prop_oneof![20 => Just(0), 16 => Just(1), 12 => Just(2), 1 => Just(3)];
    (who, what, at, late, 0..6_usize, later, prop::bool::weighted(0.4)).prop_map(
        |(who, what, at, late, choice, later_ms, is_shared)| Wish { who, what, at, late, choice, later_ms, is_shared },
    )
}

/// Finds the item that is meant.
fn item<'a>(run: &'a Run, wish: &Wish) -> &'a Item {
    let next = || run.next_open().unwrap_or_default();
    &run.items()[wish.at.unwrap_or_else(next) % run.items().len()]
}

fn word(wish: &Wish) -> String {
    ["because", "", "a\u{1b}[31m\nb", "x", " y ", "ö"][wish.choice].into()
}

fn answers(run: &Run, item: &Item, option: Option<&str>, wish: &Wish) -> Vec<(String, Answer)> {
    let list = Answer::Many(["x", "y", "y"][..1 + wish.choice % 3].iter().map(|name| (*name).into()).collect());
    let one = Answer::One("dust".into());
    let questions = run.questions(item, option).into_iter();
    questions
        .map(|asked| (asked.name.clone(), if asked.name == "names" { list.clone() } else { one.clone() }))
        .collect()
}

fn ruling(wish: &Wish) -> Ruling {
    let why = word(wish);
    match wish.what % 4 {
        0 => Ruling::Fail { why },
        1 => Ruling::Skip { why },
        2 => Ruling::RuleOut { why },
        _ => Ruling::Defer { deferral: Deferral { to: "Bob".into(), until: "Monday".into() }, why },
    }
}

fn proved(run: &Run, bench: &Bench, (who, claim): (&str, &Claim<'_>), (item, wish): (&Item, &Wish)) -> Box<Proved> {
    // Now and then with nothing but a name, or with somebody else's key.
    let owner = if wish.choice == 4 && wish.at.is_some() { "Ada" } else { who };
    let auth = match wish.choice == 5 && wish.at.is_some() {
        true => Auth::NameOnly,
        false => Auth::Key { holder: Holder::Agent, key: key_of(owner, false) },
    };
    let (clock, terminal) = ("clock=unknown".to_owned(), "here".to_owned());
    let scene = Scene { who: person(who), at_ms: bench.now, clock, terminal, auth, sightings: Vec::new() };
    let statement = statement_of(run, (item, run.head().n, claim), &scene).text;
    Box::new(Proved { scene, statement, signature: Some("sig".into()), touched: false })
}

pub fn intent(run: &Run, bench: &Bench, (who, wish): (&str, &Wish)) -> Intent {
    let (item, seen) = (item(run, wish), run.head().n);
    let (step, why) = (item.id.to_string(), word(wish));
    let act = |act| Intent::Act { step: step.clone(), seen, act };
    match wish.what {
        0..8 => {
            let proved = Some(proved(run, bench, (who, &Claim::Done), (item, wish)));
            Intent::SignStep { step, seen, proved, note: None }
        }
        8 => Intent::RecordValues { step: step.clone(), seen, values: answers(run, item, None, wish) },
        9 | 10 => {
            let option = match wish.at {
                None => ["good", "a"][usize::from(wish.what == 10)],
                Some(_) => {
                    if wish.at > Some(70) {
                        "back"
                    } else {
                        ["good", "more", "asks", "again", "b", "none"][wish.choice]
                    }
                }
            };
            let values = answers(run, item, Some(option), wish);
            Intent::ChooseOption { step, seen, option: option.into(), values }
        }
        11..15 => {
            let ruling = ruling(wish);
            let proved = Some(proved(run, bench, (who, &Claim::Ruled(&ruling)), (item, wish)));
            Intent::Settle { step, seen, ruling, proved }
        }
        15 => Intent::RefuseToSign { step, why },
        16 => act(Act::Retry { mended: (wish.choice > 2).then_some(why) }),
        17 => act(Act::Cancel { why }),
        18 => act(Act::ByHand { why }),
        19 => act(Act::Override { why }),
        20 => act(Act::WaiveOrder { why }),
        21 => act(Act::WaiveTime { why }),
        22 => {
            let step = run.deferred().next().map_or(step, |item| item.id.to_string());
            Intent::HandOver { step, to: "Cleo".into(), why }
        }
        23 => Intent::WaiveTime { why },
        24 => Intent::KeepRefusedIdentity { level: Level::Pin, why },
        25 => act(Act::Start),
        26..32 => Intent::Report(report(run, (item, wish), why)),
        _ => about_run(run, bench, (who, wish)),
    }
}

fn report(run: &Run, (item, wish): (&Item, &Wish), why: String) -> Report {
    let running = run.running().next().map(|(id, _)| id.to_owned());
    let step = running.filter(|_| wish.at.is_none()).unwrap_or_else(|| item.id.to_string());
    let attempt = run.attempts(&step);
    match wish.what {
        29 => Report::Lost { step, attempt, why },
        30 => Report::Rechecked { step, why: (wish.choice == 0).then_some(why) },
        31 => Report::Rechecked { step: run.rechecks().first().cloned().unwrap_or(step), why: None },
        _ => {
            let found = [Found::Checked, Found::Sensed, Found::Failed, Found::ForPerson];
            let found = if wish.at.is_none() { found[wish.choice % 2] } else { found[wish.choice % 4] };
            Report::Ended { step, attempt, end: end(found, why) }
        }
    }
}

fn end(found: Found, why: String) -> End {
    End { found, why, took_ms: 1, exit: None, values: Vec::new(), output: Vec::new(), sightings: Vec::new() }
}

fn about_run(run: &Run, bench: &Bench, (who, wish): (&str, &Wish)) -> Intent {
    let (item, seen, why) = (item(run, wish), run.head().n, word(wish));
    let step = (wish.choice % 2 == 0).then(|| item.id.to_string());
    match wish.what {
        32 => Intent::Join { resumed: wish.choice == 0 },
        33 => Intent::Leave,
        34 => Intent::Wheel(Wheel::Ask),
        35 => Intent::Wheel(Wheel::Keep),
        36 => Intent::Wheel(Wheel::Give { to: ["ada", "bob", "cleo"][wish.choice % 3].into() }),
        37 => Intent::Wheel(Wheel::Take { is_gone: wish.choice == 0 }),
        38 => Intent::Pause { why },
        39 | 40 => Intent::Continue,
        41 => Intent::RunAdHoc { command: why },
        42 => Intent::Report(Report::AdHocEnded { number: run.ad_hoc().0, end: end(Found::ForPerson, why) }),
        43 if wish.at.is_some_and(|at| at < 25) => Intent::BackOut { seen, why },
        44 if wish.at.is_some_and(|at| at < 12) => Intent::Close { seen, result: "over".into() },
        45 => Intent::AttachFile { step, name: why, bytes: 1, blob: Digest::of(b"file") },
        46 => {
            let of = seen.saturating_sub(wish.choice as u64);
            let correction = Correction { of, wrong: "was".into(), right: "is".into(), why };
            let about = run.item_of_record(of).unwrap_or(item);
            let proved = Some(proved(run, bench, (who, &Claim::Amended(&correction)), (about, wish)));
            Intent::Amend { correction, proved }
        }
        48 => Intent::AdoptRunbook { edition: Box::new(edition(bench, wish).clone()), why },
        47 => Intent::Redline { step, was: "was".into(), now: why, why: String::new() },
        _ => Intent::AddNote { step, text: why },
    }
}

fn edition<'a>(bench: &'a Bench, wish: &Wish) -> &'a Edition {
    bench.editions.values().nth(wish.choice % bench.editions.len()).unwrap()
}

/// Makes the record of an adoption, whether it may be adopted or not.
fn adoption(bench: &Bench, wish: &Wish) -> What {
    let edition = edition(bench, wish);
    let hash = |text: &str| Digest::of(text.as_bytes()).to_string();
    let files = edition.files().iter().map(|(name, text)| (name.clone(), hash(text).into()));
    let blobs: Vec<_> = edition.files().iter().map(|(_, text)| hash(text)).collect();
    let files: serde_json::Map<_, _> = files.collect();
    let members = serde_json::json!({ "why": "so", "files": files, "changes": [], "blobs": blobs });
    serde_json::from_value(serde_json::json!({ "runbook_adopted": members })).unwrap()
}

/// Makes a fact that nobody decided, as a journal of another version may hold it.
pub fn fact(bench: &Bench, wish: &Wish) -> What {
    let run = &bench.run;
    let (item, why) = (item(run, wish), word(wish));
    let step = if wish.choice == 5 { "no/such".to_owned() } else { item.id.to_string() };
    let attempt = wish.choice as u32;
    match wish.what {
        0..4 => What::StepSigned(Signature { step, verdict: verdict(wish), signed: signed() }),
        4..8 => What::StepConfirmed { step, verdict: verdict(wish) },
        8 => What::ValuesRecorded { step, values: answers(run, item, None, wish) },
        9 | 10 => {
            let option = ["good", "more", "again", "back", "end", "none"][wish.choice].to_owned();
            What::OptionChosen { step, option, values: Vec::new() }
        }
        11 => What::DoneByHand { step, why },
        12 => What::StepReopened { step, mended: why },
        13 => What::StepOverridden { step, why },
        14 => What::DeferralHandedOver { step, to: "Bob".into(), why },
        15 => What::ItemRechecked { step, why: (wish.choice > 2).then_some(why) },
        16 => What::OrderWaived { step, why },
        17 => What::TimeWaived { step: Some(step), why },
        18..26 => What::ActionStarted { step, attempt, command: None, mended: None, terminal: false },
        26..29 => What::ActionEnded { step, attempt, end: end(Found::Sensed, why) },
        29 => What::ActionLost { step, attempt, why },
        30 => What::BackOutBegun { why, rounds: vec![("hop".into(), "10.9".into())], undo: vec![step.clone(), step] },
        _ => fact_of_run(bench, wish, why),
    }
}

fn fact_of_run(bench: &Bench, wish: &Wish, why: String) -> What {
    let run = &bench.run;
    match wish.what {
        31 => What::PersonJoined { resumed: true },
        32 => What::PersonLeft,
        33 => What::WheelAsked,
        34 => What::WheelGiven { to: person("Cleo") },
        35 => What::WheelTaken { because: Taking::Free },
        36 => What::IdentityRefused { level: Level::Pin, why },
        37 => What::RunPaused { why },
        38 => What::RunContinued,
        39 => What::AdHocStarted { number: 9, command: why },
        40 => What::AdHocEnded { number: 3, end: end(Found::Failed, why) },
        41 => What::RecordAmended(Amendment { of: 99, wrong: why, right: "x".into(), why: "y".into(), signed: None }),
        42 => What::RunStarted(Box::new(run.start().clone())),
        43 => What::HungUp,
        44 => What::JournalRecovered,
        45 => {
            let (why, keeping, boot) = (Tick::Back, "synced".into(), "b".into());
            What::ClockRead(ClockReading { why, beyond_ms: -5, keeping, boot })
        }
        48 => adoption(bench, wish),
        46 => What::RunClosed { result: why },
        _ => What::NoteAdded { step: None, text: why },
    }
}

fn verdict(wish: &Wish) -> Verdict {
    let outcomes = [Outcome::Done, Outcome::Overridden, Outcome::Failed, Outcome::Skipped, Outcome::Deferred];
    let outcome = *outcomes.get(wish.choice).unwrap_or(&Outcome::NotApplicable);
    Verdict { outcome, proof: Some(Proof::Sensed), reason: Some("so".into()), deferred: None }
}

fn signed() -> Signed {
    Signed {
        meaning: mop::run::Meaning::Executed,
        role: Some("helper".into()),
        seen: 0,
        statement: String::new(),
        level: Level::Name,
        signature: None,
        blobs: Vec::new(),
    }
}
