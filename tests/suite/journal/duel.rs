//! Two operators who sign one step at the same moment.

use super::ground::{Ground, read_fully};
use super::process::{Ack, Answer, Appender};

/// Lets both decide on the same record at once, each the first to be told in turn, and gives who won.
fn round(rivals: &mut [Appender; 2], (n, head): (u64, &str), number: u64) -> Ack {
    rivals.reverse();
    for rival in rivals.iter_mut() {
        rival.tell(&format!("after {n} {head} {number}"));
    }
    let answers = rivals.each_mut().map(Appender::hear_unless_busy);
    let (won, lost) = match answers {
        [Answer::Acked(won), lost] | [lost, Answer::Acked(won)] => (won, lost),
        neither => panic!("round {number}: {neither:?}"),
    };
    assert_eq!(lost, Answer::Refused { n: won.n, head: won.head.clone() }, "round {number}: the loser is told who won");
    won
}

#[test]
fn of_two_operators_who_sign_the_same_step_at_once_one_wins_and_the_other_is_told_who() {
    let mut ground = Ground::new();
    let mut rivals = [8, 9].map(|author| Appender::open(&ground.run(), author, 200));
    let first = read_fully(&ground.run()).0.swap_remove(0);
    let (mut n, mut head) = (first.n, first.head);
    let mut wins = [0; 2];
    for number in 0..1_000 {
        let won = round(&mut rivals, (n, &head), number);
        assert_eq!(won.n, n + 1);
        wins[usize::from(won.author == 9)] += 1;
        (n, head) = (won.n, won.head.clone());
        ground.note_acks(vec![won]);
    }
    assert_eq!(wins.iter().sum::<u32>(), 1_000);
    assert!(wins.iter().all(|wins| *wins > 0), "{wins:?}: they never met");
    ground.check().unwrap();
}
