//! Finding runs, and refusing places that cannot be relied on.

use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::app::Hand;
use crate::journal::{Access, Disk, MachineClock, Privacy, Stat, Storage, Stored, World};
use crate::run::history::Sample;
use crate::run::{Forecast, Intent, Person};
use crate::runbook::{NoLibrary, load, shipped};

/// A disk that says it is NFS.
#[derive(Debug)]
struct Network;

impl Storage for Network {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn Stored>> {
        Disk.open(path, access)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        Disk.create(path)
    }

    fn create_dir(&self, path: &Path, privacy: Privacy) -> io::Result<()> {
        Disk.create_dir(path, privacy)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        Disk.sync_dir(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Disk.stat(path)
    }

    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Stored>> {
        Disk.create_private(path)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<std::ffi::OsString>> {
        Disk.list(path, most)
    }

    fn file_system(&self, _: &Path) -> io::Result<u64> {
        Ok(0x6969)
    }
}

fn surroundings(storage: Arc<dyn Storage>) -> Surroundings {
    let machine = Surroundings::machine();
    Surroundings { world: World { storage, clock: Arc::new(MachineClock) }, ..machine }
}

fn create(store: &Store, surroundings: &Surroundings) -> Result<String, StoreError> {
    let book = shipped::by_id("dnn-upgrade").unwrap();
    let loaded = load("book.yaml", book.text.into(), &NoLibrary);
    let start = Start { run: "7K3QX".into(), runbook: "book".into(), ..Start::default() };
    let who = Person::named("Ada").unwrap();
    store.create(surroundings, &loaded, (start, surroundings.stamp(&who, "S")))
}

#[test]
fn a_run_is_not_made_on_a_network_unless_that_is_allowed() {
    let state = TempDir::new().unwrap();
    let store = Store::at(state.path().into());
    let network = surroundings(Arc::new(Network));
    let error = create(&store, &network).unwrap_err().to_string();
    assert!(error.contains("NFS") && error.contains("--allow-fs"), "{error}");
    assert_eq!(store.names().unwrap(), [""; 0]);
    create(&store.clone().allowing(FileSystems::Any), &network).unwrap();
}

#[test]
fn a_run_that_was_moved_to_a_network_is_not_recorded_to_unless_that_is_allowed() {
    let state = TempDir::new().unwrap();
    let store = Store::at(state.path().into());
    let here = surroundings(Arc::new(Disk));
    let name = create(&store, &here).unwrap();
    assert_eq!(store.recordable(&here, &name).unwrap(), store.path(&name));
    let network = surroundings(Arc::new(Network));
    let error = store.recordable(&network, &name).unwrap_err().to_string();
    assert!(error.contains("NFS") && error.contains("--allow-fs"), "{error}");
    store.allowing(FileSystems::Any).recordable(&network, &name).unwrap();
}

#[test]
fn a_run_is_found_by_its_name_and_by_its_id_in_any_case() {
    let state = TempDir::new().unwrap();
    let store = Store::at(state.path().into());
    let name = create(&store, &surroundings(Arc::new(Disk))).unwrap();
    for wanted in [name.as_str(), "7K3QX", "7k3qx"] {
        assert_eq!(store.find(wanted).unwrap(), name);
    }
}

fn words(wanted: &str, names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    StoreError::Unknown { wanted: wanted.into(), state: "/s".into(), near: near(wanted, &names) }.to_string()
}

#[test]
fn a_run_that_is_not_there_brings_the_nearest_or_the_newest_to_mind() {
    let names = ["2026-03-04T0000Z-d-ZZZZ4", "2026-03-03T0000Z-c-YYYY3", "2026-03-02T0000Z-b-7K3QX", "old"];
    assert_eq!(words("7K3QY", &names), "there is no run 7K3QY in /s; did you mean 2026-03-02T0000Z-b-7K3QX?");
    assert!(words("2026-03-03T0000Z-c-YYY3", &names).ends_with("did you mean 2026-03-03T0000Z-c-YYYY3?"));
    assert!(words("elephant", &names).ends_with(&format!("; the newest are {}", names[..3].join(", "))));
    assert_eq!(words("x", &[]), "there is no run x in /s, which has no runs; mop run FILE starts one");
}

const BOOK: &str = "{ mop: 1, title: T, sign: none, activities: [{ title: A, steps: [B] }, { title: C, steps: [D] }] }";

/// Makes a run of a small runbook in which the first activity is done.
fn run_of(store: &Store, (runbook, id): (&str, &str)) -> Hand {
    let here = surroundings(Arc::new(Disk));
    let loaded = load("book.yaml", BOOK.into(), &NoLibrary);
    let ada = Person::named("Ada").unwrap();
    let start = Start { run: id.into(), runbook: runbook.into(), ..Start::default() };
    let name = store.create(&here, &loaded, (start, here.stamp(&ada, "S"))).unwrap();
    let mut hand = Hand::open(here, store.clone(), &name).unwrap();
    let seen = hand.run().head().n;
    hand.act(&Intent::SignStep { step: "a/b".into(), seen, proved: None, note: None }, &ada).unwrap();
    hand
}

/// Gives from how many runs an activity of a run would be forecast.
fn lessons(store: &Store, run: &Run, limit: usize) -> [Option<Sample>; 2] {
    let history = store.history(&surroundings(Arc::new(Disk)), &run.start().runbook, limit);
    let forecast = Forecast::of(run, &history, 0);
    ["a", "c"].map(|part| Some(forecast.row(part)?.past?.sample))
}

#[test]
fn only_sealed_runs_of_the_same_runbook_that_can_be_read_are_learned_from() {
    let state = TempDir::new().unwrap();
    let store = Store::at(state.path().into());
    let ada = Person::named("Ada").unwrap();
    let open = run_of(&store, ("small", "AAAA1"));
    let seen = |limit| lessons(&store, open.run(), limit);
    assert_eq!(seen(9), [None, None], "nothing is sealed");
    for at in [("small", "AAAA2"), ("small", "AAAA3"), ("other", "AAAA4"), ("small", "AAAA5")] {
        run_of(&store, at).seal(&ada, "done").unwrap();
    }
    assert_eq!(seen(9), [Some(Sample::Runs(3)), None]);
    assert_eq!(seen(2), [Some(Sample::Runs(2)), None]);
    let path = |id: &str| store.path(&store.find(id).unwrap());
    fs::remove_file(path("AAAA2").join("runbook.yaml")).unwrap();
    fs::write(path("AAAA3").join("seal/seal.txt"), "mop seal v1\n").unwrap();
    fs::create_dir(store.path("2026-03-01T0000Z-small-ZZZZZ")).unwrap();
    assert_eq!([seen(1), seen(9)], [[Some(Sample::Runs(1)), None]; 2]);
    let seal = path("AAAA5").join("seal/seal.txt");
    let (text, head) = (fs::read_to_string(&seal).unwrap(), open.run().head().hash.to_string());
    let other =
        text.lines().map(|line| if line.starts_with("head ") { format!("head {head}\n") } else { format!("{line}\n") });
    fs::write(&seal, other.collect::<String>()).unwrap();
    assert_eq!(seen(9), [None, None], "the seal is that of another journal");
    assert_eq!(lessons(&Store::at("/nowhere/at/all".into()), open.run(), 9), [None, None]);
}

proptest! {
    #[test]
    fn what_is_near_is_always_a_run_that_is_there(wanted in ".{0,8}", names in prop::collection::vec("[a-c-]{1,6}", 0..5)) {
        if let Near::Name(name) = near(&wanted, &names) {
            prop_assert!(names.contains(&name));
        }
    }
}
