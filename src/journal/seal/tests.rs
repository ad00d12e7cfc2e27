//! The text of a seal has one form; a sealed run takes signatures and nothing else.

use proptest::prelude::*;

use super::super::faults::{Site, append, draft, journal_path, lock_path, open, run_path, world};
use super::super::storage::sim::{Call, Mishap};
use super::super::{LogFiles, Marker, SealFacts, Writer, read_all};
use super::*;

const FACTS: SealFacts<'_> = SealFacts { run: "one", ledger: None, result: "done, 3 of 3 steps" };

fn example() -> Seal {
    Seal {
        run: "2026-03-01T2200Z-upgrade-7K3QX".into(),
        records: 42,
        head: Digest::of(b"head"),
        bytes: 12_345,
        sha256: Digest::of(b"file"),
        ledger: Some((7, Digest::of(b"ledger"))),
        result: "done".into(),
        time: "2026-03-01T22:07:41.123Z".into(),
    }
}

fn seal_path() -> std::path::PathBuf {
    seal_in(&run_path())
}

fn storage(site: &Site) -> std::sync::Arc<dyn Storage> {
    world(&site.machine.process(30)).storage
}

fn sealed() -> (Site, Sealed) {
    let site = Site::new().with(1, 100);
    let sealed = open(&site.machine.process(8)).unwrap().seal(&FACTS).unwrap();
    (site, sealed)
}

#[test]
fn a_seal_is_written_so_that_grep_finds_its_lines() {
    let expected = format!(
        "mop seal v1\nrun 2026-03-01T2200Z-upgrade-7K3QX\nrecords 42\nhead {}\nbytes 12345\nsha256 {}\nledger 7 {}\nresult done\ntime 2026-03-01T22:07:41.123Z\n",
        Digest::of(b"head"),
        Digest::of(b"file"),
        Digest::of(b"ledger"),
    );
    assert_eq!(example().to_string(), expected);
    assert_eq!(Seal::parse(expected.as_bytes()), Ok(example()));
    let alone = Seal { ledger: None, ..example() };
    assert!(alone.to_string().contains("\nledger -\n"));
    assert_eq!(Seal::parse(alone.to_string().as_bytes()), Ok(alone));
}

#[test]
fn a_seal_has_exactly_one_form() {
    let text = example().to_string();
    let line = |number, key| NotASeal::Line { number, key };
    for (from, to, why) in [
        ("seal v1", "seal v2", NotASeal::Version),
        ("mop seal", "other seal", line(1, VERSION)),
        ("mop seal v1", "mop seal v1 ", NotASeal::Version),
        ("run 2", "run  2", line(2, "run")),
        ("run 2026", "run ../2026", line(2, "run")),
        ("records 42", "records 042", line(3, "records")),
        ("records 42", "records 42 ", line(3, "records")),
        ("records 42", "records\t42", line(3, "records")),
        ("records 42\n", "", line(3, "records")),
        ("head ", "HEAD ", line(4, "head")),
        ("bytes 12345", "bytes -1", line(5, "bytes")),
        ("bytes 12345", "bytes 9007199254740992", line(5, "bytes")),
        ("sha256 ", "sha256 0", line(6, "sha256")),
        ("ledger 7 ", "ledger 7  ", line(7, "ledger")),
        ("ledger 7 ", "ledger ", line(7, "ledger")),
        ("result done", "result ", line(8, "result")),
        ("result done", "result done\r", line(8, "result")),
        ("result done", "result \u{1b}[32mdone", line(8, "result")),
        (".123Z", ".123+00:00", line(9, "time")),
        (".123Z", "Z", line(9, "time")),
        ("time 2026-03-01", "time 2026-02-30", line(9, "time")),
        (".123Z\n", ".123Z", line(9, "time")),
        (".123Z\n", ".123Z\nmore\n", NotASeal::Ending),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert_eq!(Seal::parse(changed.as_bytes()), Err(why), "{from} as {to}");
    }
    assert_eq!(Seal::parse(b""), Err(line(1, VERSION)));
    assert_eq!(Seal::parse(&[0xff; 100]), Err(line(1, VERSION)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_byte_leaves_the_same_seal(at in 0..400_usize, byte: u8) {
        let text = example().to_string().into_bytes();
        let mut changed = text.clone();
        let at = at % text.len();
        changed[at] = byte;
        prop_assert_eq!(Seal::parse(&changed) == Ok(example()), changed == text);
    }

    #[test]
    fn what_is_read_is_written_the_same(text in "mop seal v1\nrun [a-z]{1,9}\nrecords [0-9]{1,3}\nhead [0-9a-f]{64}\nbytes [0-9]{1,17}\nsha256 [0-9a-f]{64}\nledger (-|[0-9]{1,3} [0-9a-f]{64})\nresult [ -~]{1,20}\ntime 20[0-9]{2}-0[1-9]-2[0-9]T1[0-9]:00:00\\.[0-9]{3}Z\n") {
        if let Ok(seal) = Seal::parse(text.as_bytes()) {
            prop_assert_eq!(seal.to_string(), text);
        }
    }
}

#[test]
fn a_seal_covers_every_byte_of_the_journal() {
    let (site, sealed) = sealed();
    let bytes = site.machine.bytes(&journal_path());
    let expected = Seal {
        run: "one".into(),
        records: 2,
        head: site.acked[1].2,
        bytes: bytes.len() as u64,
        sha256: Digest::of(&bytes),
        ledger: None,
        result: FACTS.result.into(),
        time: "2026-03-01T22:00:00.000Z".into(),
    };
    assert_eq!(sealed.seal, expected);
    assert_eq!(site.machine.bytes(&seal_path()), sealed.text);
    assert_eq!(sealed.sha256, Digest::of(&sealed.text));
    assert_eq!(confirm_seal(&*storage(&site), &run_path()).unwrap(), Some(sealed));
}

#[test]
fn nothing_is_appended_to_a_sealed_run_by_any_writer() {
    let site = Site::new().with(1, 100);
    let mut one = open(&site.machine.process(8)).unwrap();
    let mut other = open(&site.machine.process(9)).unwrap();
    one.seal(&FACTS).unwrap();
    let (journal, lock) = (site.machine.bytes(&journal_path()), site.machine.bytes(&lock_path()));
    for writer in [&mut one, &mut other] {
        for _ in 0..2 {
            let error = append(writer, &draft(5, 10)).unwrap_err();
            assert!(matches!(error, JournalError::Sealed { .. }) && error.is_final(), "{error}");
        }
    }
    let process = site.machine.process(10);
    let error = open(&process).unwrap_err();
    assert!(matches!(error, JournalError::Sealed { .. }), "{error}");
    assert_eq!((site.machine.bytes(&journal_path()), site.machine.bytes(&lock_path())), (journal, lock));
    let writes = [Call::Append, Call::Write, Call::Sync, Call::Reserve];
    assert!(process.calls().iter().all(|(call, _)| !writes.contains(call)), "{:?}", process.calls());
}

#[test]
fn sealing_again_gives_the_seal_that_is_there_unless_it_says_something_else() {
    let site = Site::new().with(1, 100);
    let mut writer = open(&site.machine.process(8)).unwrap();
    let mut other = open(&site.machine.process(9)).unwrap();
    let first = writer.seal(&FACTS).unwrap();
    let later = SealFacts { ledger: Some((3, Digest::ZERO)), ..FACTS };
    assert_eq!(writer.seal(&FACTS).unwrap(), first);
    assert_eq!(other.seal(&later).unwrap(), first);
    for facts in [SealFacts { result: "stopped", ..FACTS }, SealFacts { run: "two", ..FACTS }] {
        let error = other.seal(&facts).unwrap_err();
        assert!(matches!(error, JournalError::OtherSeal { .. }), "{error}");
    }
    assert_eq!(site.machine.bytes(&seal_path()), first.text);
}

#[test]
fn a_seal_does_not_cover_what_was_appended_behind_everybodys_back() {
    let site = Site::new().with(1, 100);
    let mut writer = open(&site.machine.process(8)).unwrap();
    writer.seal(&FACTS).unwrap();
    let mut bytes = site.machine.bytes(&journal_path());
    bytes.extend_from_slice(b"more");
    site.machine.overwrite(&journal_path(), &bytes);
    let error = writer.seal(&FACTS).unwrap_err();
    assert!(matches!(error, JournalError::OtherSeal { .. }), "{error}");
    assert_eq!(site.machine.bytes(&journal_path()), bytes);
}

#[test]
fn junk_is_fenced_before_the_seal() {
    let site = Site::new();
    let process = site.machine.process(8);
    let mut writer = open(&process).unwrap();
    process.at_next(Call::Append, Mishap::Short(30));
    append(&mut writer, &draft(8, 100)).unwrap_err();
    let sealed = writer.seal(&FACTS).unwrap();
    let (records, verdict) = read_all(&*storage(&site), &run_path()).unwrap();
    assert!(verdict.is_whole() && records.len() == 2);
    assert_eq!((sealed.seal.records, sealed.seal.bytes), (2, verdict.size));
    assert_eq!(site.machine.bytes(&lock_path()), Marker::Committed(verdict.size).to_bytes());
}

#[test]
fn an_altered_journal_is_not_sealed() {
    let site = Site::new().with(1, 100);
    let mut writer = open(&site.machine.process(8)).unwrap();
    let mut bytes = site.machine.bytes(&journal_path());
    bytes[100] ^= 1;
    site.machine.overwrite(&journal_path(), &bytes);
    let error = writer.seal(&FACTS).unwrap_err();
    assert!(matches!(error, JournalError::Broken { .. }), "{error}");
    assert_eq!(read_seal(&*storage(&site), &run_path()).unwrap(), None);
}

#[test]
fn a_seal_that_cannot_be_read_is_left_alone_and_ends_the_log_all_the_same() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    site.machine.overwrite(&seal_path(), b"mop seal v9\n");
    let error = writer.seal(&FACTS).unwrap_err();
    assert!(matches!(error, JournalError::NotASeal { why: NotASeal::Version, .. }), "{error}");
    let error = append(&mut writer, &draft(8, 10)).unwrap_err();
    assert!(matches!(error, JournalError::Sealed { .. }), "{error}");
    assert_eq!(site.machine.bytes(&seal_path()), b"mop seal v9\n");
}

#[test]
fn names_and_results_that_could_pass_for_other_lines_are_refused() {
    let site = Site::new();
    let mut writer = open(&site.machine.process(8)).unwrap();
    for run in ["", "a\nhead 0", "../one", ".one", "a\u{202e}b"] {
        let error = writer.seal(&SealFacts { run, ..FACTS }).unwrap_err();
        assert!(matches!(error, JournalError::Name { .. }), "{error}");
    }
    for result in ["", " done", "a\nb", "a\u{2028}b", "\u{1b}[0m", &"x".repeat(LONGEST_RESULT + 1)] {
        let error = writer.seal(&SealFacts { result, ..FACTS }).unwrap_err();
        assert!(matches!(error, JournalError::Seal { .. }), "{error}");
    }
    assert_eq!(read_seal(&*storage(&site), &run_path()).unwrap(), None);
}

#[test]
fn only_a_run_is_sealed() {
    let site = Site::new();
    let log = LogFiles { seal: None, ..LogFiles::of_run(&run_path()) };
    let mut writer = Writer::open_log(&world(&site.machine.process(8)), log, br#"{"sid":"a"}"#).unwrap();
    assert!(matches!(writer.seal(&FACTS).unwrap_err(), JournalError::Seal { .. }));
}

#[test]
fn people_sign_a_seal_once_and_under_their_own_names() {
    let (site, _) = sealed();
    let storage = storage(&site);
    for signer in ["bob", "alice@example.com"] {
        add_seal_signature(&*storage, &run_path(), signer, signer.as_bytes()).unwrap();
        add_seal_signature(&*storage, &run_path(), signer, signer.as_bytes()).unwrap();
    }
    assert_eq!(seal_signers(&*storage, &run_path()).unwrap(), ["alice@example.com", "bob"]);
    assert_eq!(read_seal_signature(&*storage, &run_path(), "bob").unwrap(), Some(b"bob".to_vec()));
    assert_eq!(read_seal_signature(&*storage, &run_path(), "eve").unwrap(), None);
    let error = add_seal_signature(&*storage, &run_path(), "bob", b"other").unwrap_err();
    assert!(matches!(error, JournalError::Content { .. }), "{error}");
    assert_eq!(
        site.machine.names(&run_path().join("seal")),
        ["alice@example.com.sig", "bob.sig", "seal.txt"],
        "nothing is left behind"
    );
}

#[test]
fn a_signature_goes_nowhere_else_and_is_bounded() {
    let (site, _) = sealed();
    let storage = storage(&site);
    for signer in ["", ".", "../../x", "-rf", "a/b", "a b", "é", "a\n", &"x".repeat(129)] {
        let error = add_seal_signature(&*storage, &run_path(), signer, b"sig").unwrap_err();
        assert!(matches!(error, JournalError::Name { .. }), "{error}");
    }
    assert!(add_seal_signature(&*storage, &run_path(), "bob", b"").is_err());
    let long = vec![0; usize::try_from(LONGEST_SIGNATURE).unwrap() + 1];
    let error = add_seal_signature(&*storage, &run_path(), "bob", &long).unwrap_err();
    assert!(matches!(error, JournalError::TooLarge { .. }), "{error}");
    let open_run = Site::new();
    let error = add_seal_signature(&*self::storage(&open_run), &run_path(), "bob", b"sig").unwrap_err();
    assert!(error.to_string().contains("no seal"), "{error}");
}
