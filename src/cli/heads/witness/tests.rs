//! What extends the last head is kept; everything else is refused, in whatever order it comes.

use super::*;

/// Gives the heads of a log, one after the other; `seed` makes another log.
fn log(seed: u64, count: u64) -> Vec<HeadLine> {
    let head = |n: u64| if n == 0 { Digest::ZERO } else { Digest::of(format!("{seed} {n}").as_bytes()) };
    (0..count).map(|n| HeadLine { run: "run".into(), n, prev: head(n), head: head(n + 1) }).collect()
}

/// Takes the log of seed 1 up to a number, and one of another seed from there.
fn fork(at: usize, count: u64) -> Vec<HeadLine> {
    let mut heads = log(1, count);
    heads[at..].clone_from_slice(&log(2, count)[at..]);
    heads[at].prev = heads[at - 1].head;
    heads
}

fn witness_of(kept: &[HeadLine]) -> Witness {
    let mut witness = Witness::default();
    kept.iter().for_each(|head| witness.recall(head).unwrap());
    witness
}

fn judge(kept: &[HeadLine], came: &[HeadLine]) -> Result<Vec<Judged>, Refusal> {
    let mut witness = witness_of(kept);
    let judged = came.iter().map(|head| witness.judge(head)).collect::<Result<_, _>>()?;
    witness.check_reached().map(|()| judged)
}

#[test]
fn heads_that_extend_the_last_one_are_kept() {
    let all = log(1, 9);
    let first = |more: usize| Ok([vec![Judged::First], vec![Judged::New; more]].concat());
    assert_eq!(judge(&[], &all), first(8));
    assert_eq!(judge(&[], &all[5..]), first(3));
    assert_eq!(judge(&all[..5], &all[5..]), Ok(vec![Judged::New; 4]));
    assert_eq!(judge(&all[3..5], &all[5..]), Ok(vec![Judged::New; 4]));
}

#[test]
fn what_is_kept_may_come_again_before_what_is_new() {
    let all = log(1, 6);
    for from in 0..=3 {
        let judged = judge(&all[..4], &all[from..]).unwrap();
        assert_eq!(judged.iter().filter(|judged| **judged == Judged::New).count(), 2);
    }
}

#[test]
fn a_gap_is_refused_and_says_where_to_begin_again() {
    let all = log(1, 9);
    let refusal = judge(&all[..4], &all[6..]).unwrap_err();
    assert_eq!(refusal, Refusal::Gap { run: "run".into(), kept: 3, found: 6 });
    assert!(refusal.to_string().ends_with("mop heads -f --after 3 run"), "{refusal}");
    let mut with_hole = all.clone();
    with_hole.remove(7);
    assert_eq!(judge(&[], &with_hole), Err(Refusal::Gap { run: "run".into(), kept: 6, found: 8 }));
}

#[test]
fn another_history_is_refused_wherever_it_parts() {
    let all = log(1, 9);
    for at in 1..9 {
        let fork = fork(at, 9);
        for from in 0..9 {
            assert!(judge(&all, &fork[from..]).is_err(), "parts at {at}, sent from {from}");
        }
    }
    assert_eq!(judge(&all[..5], &log(2, 9)[5..]), Err(Refusal::Fork { run: "run".into(), n: 4 }));
    assert_eq!(judge(&all[..5], &log(2, 9)[4..]), Err(Refusal::Fork { run: "run".into(), n: 4 }));
}

#[test]
fn a_log_that_was_cut_is_refused() {
    let all = log(1, 9);
    for end in 1..8 {
        let refusal = Refusal::Behind { run: "run".into(), kept: 7, found: end - 1 };
        assert_eq!(judge(&all[..8], &all[..usize::try_from(end).unwrap()]), Err(refusal));
    }
}

#[test]
fn heads_that_do_not_follow_each_other_are_refused() {
    let all = log(1, 9);
    let came = [all[2].clone(), all[4].clone()];
    assert_eq!(judge(&all, &came), Err(Refusal::Disorder { run: "run".into(), n: 4 }));
    let came = [all[2].clone(), fork(3, 9)[3].clone(), all[4].clone()];
    assert_eq!(judge(&all, &came), Err(Refusal::Disorder { run: "run".into(), n: 4 }));
}

#[test]
fn runs_do_not_mix() {
    let mut other = log(2, 4);
    other.iter_mut().for_each(|head| head.run = "other".into());
    let mixed: Vec<_> = log(1, 4).into_iter().zip(other).flat_map(|(one, two)| [one, two]).collect();
    assert_eq!(
        judge(&[], &mixed),
        Ok([[Judged::First; 2], [Judged::New; 2], [Judged::New; 2], [Judged::New; 2]].concat())
    );
    assert_eq!(judge(&mixed, &mixed[..2]).unwrap_err().to_string().split(':').next(), Some("other"));
}

#[test]
fn a_file_whose_heads_do_not_follow_each_other_is_not_recalled() {
    let all = log(1, 5);
    for broken in [vec![0, 1, 3], vec![0, 1, 1], vec![0, 1, 0]] {
        let mut witness = Witness::default();
        let recalled: Result<(), _> = broken.iter().try_for_each(|at| witness.recall(&all[*at]));
        assert!(recalled.is_err(), "{broken:?}");
    }
}

#[test]
fn lines_are_told_from_what_is_torn_and_what_is_strange() {
    let head = log(1, 1).remove(0);
    let text = format!("{head}\nrun 1 00#\n#\nrubbish\n{head}");
    let mut input = text.as_bytes();
    let mut next = || read_heads(&mut input).unwrap();
    assert_eq!(next(), Some(Entry::Head(head)));
    assert_eq!(next(), Some(Entry::Torn));
    assert_eq!(next(), Some(Entry::Torn));
    assert_eq!(next(), Some(Entry::Strange(NotAHead)));
    assert_eq!(next(), Some(Entry::Unfinished));
    assert_eq!(next(), None);
    let long = "a".repeat(5000);
    assert_eq!(read_heads(&mut long.as_bytes()).unwrap(), Some(Entry::Strange(NotAHead)));
}

#[test]
fn a_journal_is_held_against_what_was_kept_of_it() {
    let all = log(1, 6);
    let mut anchors = Anchors::default();
    assert!(all[2..4].iter().all(|head| anchors.add(head)));
    assert!(anchors.add(&all[3]) && !anchors.add(&fork(3, 6)[3]));
    assert_eq!(anchors.agrees(1, &all[1].head), None);
    assert_eq!(anchors.agrees(3, &all[3].head), Some(true));
    assert_eq!(anchors.agrees(3, &fork(3, 6)[3].head), Some(false));
    assert_eq!(anchors.last(), Some(3));
}
