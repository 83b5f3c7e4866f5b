//! Tests of the limit on questions (calls of the functions of `deny_if_async`) during an outage.

use super::*;

const TIMEOUT: Duration = Duration::from_secs(1);

fn at(millis: u64) -> Reading {
    Reading {
        monotonic: Duration::from_millis(millis),
        // Only the monotonic clock counts.
        wall_millis: -1,
    }
}

fn fail(outage: &Outage, subjects: usize, now: Reading) {
    for subject in 0..subjects {
        outage.record_failure(&format!("failing-{subject}"), now);
    }
}

/// Returns how many of fifty questions, each about a different subject, may run at the same time.
fn places(outage: &Outage, who: &str, now: Reading) -> usize {
    let asked = (0..50).map(|subject| outage.ask(&format!("{who}-{subject}"), now));
    asked.collect::<Vec<_>>().iter().flatten().count()
}

#[test]
fn the_limit_begins_when_eight_subjects_failed_and_nothing_was_answered_for_deny_timeout() {
    for (what, failed, millis, expected) in [
        ("too few subjects", LIMIT - 1, 1_000_000, 50),
        ("the last answer is recent", LIMIT, 999, 50),
        ("enough subjects, no recent answer", LIMIT, 1_000, LIMIT),
        ("many more subjects", 10_000, 1_000, LIMIT),
    ] {
        let outage = Outage::new(TIMEOUT);
        outage.record_answer(at(500));
        fail(&outage, failed, at(600));
        let now = at(500 + millis);
        for _ in 0..2 {
            // The second time, the places are free again, because the questions are over.
            assert_eq!(places(&outage, "new", now), expected, "{what}");
        }
        outage.record_answer(now);
        assert_eq!(places(&outage, "new", now), 50, "{what}");
    }
}

#[test]
fn subjects_that_failed_leave_half_of_the_places_to_the_others() {
    let outage = Outage::new(TIMEOUT);
    fail(&outage, 50, at(0));
    assert_eq!(places(&outage, "failing", at(0)), LIMIT / 2);
    let asked: Vec<_> = (0..50)
        .filter_map(|subject| outage.ask(&format!("failing-{subject}"), at(0)))
        .collect();
    assert_eq!(places(&outage, "new", at(0)), LIMIT - LIMIT / 2);
    drop(asked);
    assert_eq!(places(&outage, "new", at(0)), LIMIT);
}

#[test]
fn a_subject_that_fails_often_counts_once_and_has_one_place() {
    let outage = Outage::new(TIMEOUT);
    for _ in 0..50 {
        outage.record_failure("alice", at(0));
    }
    assert_eq!(places(&outage, "new", at(0)), 50);
    fail(&outage, LIMIT - 1, at(0));
    let first = outage.ask("alice", at(0));
    assert!(first.is_some());
    assert!(outage.ask("alice", at(0)).is_none());
    drop(first);
    assert!(outage.ask("alice", at(0)).is_some());
}

#[test]
fn the_memory_of_failures_and_of_questions_is_bounded() {
    let outage = Outage::new(TIMEOUT);
    fail(&outage, 10 * MAX_FAILED, at(0));
    let asked = (0..10 * MAX_FAILED).map(|subject| outage.ask(&format!("new-{subject}"), at(0)));
    let asked: Vec<_> = asked.collect();
    let kept = || {
        let state = outage.state();
        (state.failed.len(), state.asking.len())
    };
    assert_eq!(kept(), (MAX_FAILED, LIMIT));
    drop(asked);
    assert_eq!(kept(), (MAX_FAILED, 0));
}
