//! Hours of looking, in a clock that is only a number.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Looks for a while at probes that each take their time, and gives when each was begun.
fn looked(probes: &[(Duration, Duration, bool)], until: Duration) -> BTreeMap<Key, Vec<Duration>> {
    let mut schedule = Schedule::new(7);
    for (key, (every, _, _)) in (0..).zip(probes) {
        schedule.add(key, *every, Duration::ZERO);
    }
    let (mut now, mut going, mut begun) = (Duration::ZERO, BTreeMap::new(), BTreeMap::<Key, Vec<Duration>>::new());
    while now < until {
        while let Some(key) = schedule.begin(now) {
            assert!(going.insert(key, now + probes[key as usize].1).is_none(), "two looks at {key}");
            begun.entry(key).or_default().push(now);
        }
        assert!(going.len() <= MOST);
        let ends = going.values().min().copied();
        let next = [ends, schedule.wakes_at()].into_iter().flatten().min().expect("something comes");
        assert!(next >= now && (ends.is_some() || next > now), "it would spin at {now:?}");
        now = next.max(now);
        let over: Vec<_> = going.iter().filter(|(_, ends)| **ends <= now).map(|(key, _)| *key).collect();
        for key in over {
            going.remove(&key);
            schedule.end(key, probes[key as usize].2, now);
        }
    }
    begun
}

#[test]
fn a_hundred_probes_that_answer_are_all_looked_at_every_second() {
    let begun = looked(&vec![(SECOND, Duration::from_millis(5), true); 100], 60 * SECOND);
    for (key, begun) in &begun {
        assert!((54..=68).contains(&begun.len()), "{key}: {}", begun.len());
    }
}

#[test]
fn however_many_hang_those_that_answer_are_looked_at_in_time() {
    let hanging = (SECOND, 30 * SECOND, false);
    let mut probes = vec![hanging; 60];
    probes.extend(vec![(SECOND, Duration::from_millis(5), true); 30]);
    let begun = looked(&probes, 1_200 * SECOND);
    for key in 60..90 {
        let late = begun[&key].windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(late < Duration::from_millis(1_300), "{key} waited {late:?}");
    }
    assert!(
        (0..60).all(|key| begun.get(&key).is_some_and(|begun| begun.len() >= 2)),
        "those that hang have their turn"
    );
}

#[test]
fn what_is_bad_is_looked_at_less_often_but_before_it_would_be_stale() {
    let begun = looked(&[(10 * SECOND, SECOND, false)], 600 * SECOND);
    let gaps: Vec<_> = begun[&0].windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.first() < gaps.last() && *gaps.last().unwrap() > 13 * SECOND, "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap < 17 * SECOND), "{gaps:?}");
}

#[test]
fn who_is_in_a_hurry_is_looked_at_now_and_once_more_if_a_look_is_under_way() {
    let mut schedule = Schedule::new(1);
    schedule.add(0, 100 * SECOND, Duration::ZERO);
    assert_eq!(schedule.begin(Duration::ZERO), Some(0));
    schedule.hurry(0, SECOND);
    assert_eq!(schedule.begin(SECOND), None, "never two of one");
    schedule.end(0, true, 2 * SECOND);
    assert_eq!(schedule.begin(2 * SECOND), Some(0));
    schedule.end(0, true, 3 * SECOND);
    assert_eq!(schedule.begin(4 * SECOND), None);
    schedule.hurry(0, 5 * SECOND);
    assert_eq!(schedule.begin(5 * SECOND), Some(0));
}

#[test]
fn what_is_waited_for_is_looked_at_as_often_as_ever() {
    let mut schedule = Schedule::new(1);
    schedule.add(0, 10 * SECOND, Duration::ZERO);
    schedule.want(0, true);
    let mut now = Duration::ZERO;
    for _ in 0..20 {
        assert_eq!(schedule.begin(now), Some(0));
        schedule.end(0, false, now);
        let next = schedule.wakes_at().unwrap();
        assert!(next - now <= 11 * SECOND, "{:?}", next - now);
        now = next;
    }
}

#[test]
fn what_was_removed_is_not_looked_at_and_its_end_means_nothing() {
    let mut schedule = Schedule::new(1);
    schedule.add(0, SECOND, Duration::ZERO);
    assert_eq!(schedule.begin(Duration::ZERO), Some(0));
    schedule.remove(0);
    schedule.end(0, true, SECOND);
    assert_eq!((schedule.begin(SECOND), schedule.wakes_at()), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn periods_vary_only_a_little_and_nobody_is_forgotten(
        probes in proptest::collection::vec((1_u64..20, 0_u64..4_000, any::<bool>()), 1..40),
    ) {
        let times = |(every, takes, good): &(u64, u64, bool)| (SECOND * u32::try_from(*every).unwrap(), Duration::from_millis(*takes), *good);
        let probes: Vec<_> = probes.iter().map(times).collect();
        let begun = looked(&probes, 200 * SECOND);
        for (key, (every, takes, _)) in (0..).zip(&probes) {
            let begun = &begun[&key];
            prop_assert!(begun.len() >= 2, "{key} was forgotten");
            for pair in begun.windows(2) {
                let gap = pair[1] - pair[0];
                prop_assert!(gap * 10 >= *every * 9 && gap >= *takes, "{key}: {gap:?} after {every:?}");
            }
        }
    }
}
