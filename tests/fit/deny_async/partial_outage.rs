//! `deny_if_async` asks a database, and a part of the database is down. Callers are not refused if the
//! database answers about them. After several failures, the number of questions to the database is limited.

use std::time::Duration;

use logto_runtime::{RejectionCode, Unanswered};
use tokio::task::JoinHandle;

use super::outage::{LIMIT, Storm};
use crate::log::Log;

/// The `deny_timeout` of a [`Storm`].
const TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_subject_about_whom_questions_fail_or_hang_does_not_shut_out_other_callers() {
    for subjects_that_failed_before in [0, 1, LIMIT - 1, LIMIT, 2 * LIMIT] {
        let storm = Storm::new(Unanswered::Unavailable).await;
        storm.fail(subjects_that_failed_before).await;
        // Trudy has many tokens, and each question about her fails.
        storm.fail_as(vec!["trudy".to_owned(); 2 * LIMIT]).await;
        storm.tenant.advance(TIMEOUT);
        let asked = storm.db.asked();
        let waiting = storm.start_as(vec!["trudy".to_owned(); 2 * LIMIT]).await;
        // While questions are limited, at most one new question about each subject runs.
        let is_limited = subjects_that_failed_before + 1 >= LIMIT;
        let places = if is_limited { 1 } else { 2 * LIMIT };
        let told = format!("{subjects_that_failed_before} others failed before");
        assert_eq!(storm.db.asked(), asked + places, "{told}");
        let refused = waiting.into_iter().filter(JoinHandle::is_finished);
        let refused: Vec<_> = refused.collect();
        assert_eq!(refused.len(), 2 * LIMIT - places, "{told}");
        for request in refused {
            let refused = request.await.unwrap();
            assert_eq!(refused, Some(RejectionCode::DenyUnanswered), "{told}");
        }
        assert_eq!(storm.code("alice").await, None, "{told}");
    }
}

#[tokio::test]
async fn in_a_partial_outage_questions_about_other_subjects_are_asked() {
    for (subjects, busy) in [(LIMIT, true), (50, true), (LIMIT, false), (200, false)] {
        let storm = Storm::new(Unanswered::Unavailable).await;
        assert_eq!(storm.code("bob").await, None);
        storm.fail(subjects).await;
        // In a busy service, less than the timeout has passed since the last answer.
        storm
            .tenant
            .advance(TIMEOUT - Duration::from_millis(u64::from(busy)));
        let asked = storm.db.asked();
        let again = (0..subjects).map(|at| format!("failing-{at}"));
        let _waiting = storm.start_as(again).await;
        // While questions are limited, half of the places are kept for subjects whose questions have not
        // failed.
        let places = if busy { subjects } else { LIMIT / 2 };
        let told = format!("{subjects} subjects, busy: {busy}");
        assert_eq!(storm.db.asked(), asked + places, "{told}");
        assert_eq!(storm.code("alice").await, None, "{told}");
        // After the answer about Alice, questions are not limited.
        let asked = storm.db.asked();
        let _waiting = storm.start(50).await;
        assert_eq!(storm.db.asked(), asked + 50, "{told}");
    }
}

fn logged(log: &Log) -> (usize, usize) {
    let log = log.take();
    (
        log.matches("deny_if_async did not answer; requests get 503")
            .count(),
        log.matches("deny_if_async answers again").count(),
    )
}

#[tokio::test]
async fn failures_mixed_with_answers_log_one_start_and_one_end_per_minute() {
    let storm = Storm::new(Unanswered::Unavailable).await;
    let log = Log::capture();
    for minute in 0..3 {
        for second in 0..60 {
            storm.fail(1).await;
            assert_eq!(storm.code("alice").await, None);
            let expected = usize::from(second == 0);
            assert_eq!(
                logged(&log),
                (expected, expected),
                "after {minute} min, {second} s"
            );
            storm.tenant.advance(Duration::from_secs(1));
        }
    }
}

#[tokio::test]
async fn an_outage_is_logged_at_its_start_and_at_its_end() {
    let storm = Storm::new(Unanswered::Unavailable).await;
    let log = Log::capture();
    for minute in 0..5 {
        storm.fail(2 * LIMIT).await;
        assert_eq!(logged(&log), (usize::from(minute == 0), 0));
        storm.tenant.advance(Duration::from_secs(60));
    }
    assert_eq!(storm.code("alice").await, None);
    assert_eq!(storm.code("bob").await, None);
    assert_eq!(logged(&log), (0, 1));
    // The next outage is logged at its start, too.
    for (seconds, expected) in [(0, (1, 0)), (0, (0, 0))] {
        storm.fail(1).await;
        assert_eq!(logged(&log), expected, "{seconds}");
    }
    assert_eq!(storm.code("carol").await, None);
    assert_eq!(logged(&log), (0, 1));
    // For a minute after a logged start, no other start is logged. If an outage starts in this minute, its
    // first failure after the minute is logged.
    for (seconds, expected) in [(0, (0, 0)), (59, (0, 0)), (1, (1, 0)), (60, (0, 0))] {
        storm.tenant.advance(Duration::from_secs(seconds));
        storm.fail(1).await;
        assert_eq!(logged(&log), expected, "{seconds}");
    }
}
