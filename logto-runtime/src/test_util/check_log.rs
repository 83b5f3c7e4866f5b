//! [`check_revocation_log`], the tests that every log of revocations must pass.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::task::yield_now;

use crate::revocation::log::{LogError, RevocationLog};

/// How long a read waits, at most, for a record that another call appends.
const WAIT: Duration = Duration::from_secs(1);

/// Tests that a log keeps the rules of [`RevocationLog`]. The log must be empty. This function appends to it.
///
/// # Errors
///
/// Returns the error of the log if a call fails.
///
/// # Panics
///
/// Panics if the log is not empty, or breaks a rule that this function tests.
pub async fn check_revocation_log(log: &dyn RevocationLog) -> Result<(), LogError> {
    let now = Duration::ZERO;
    assert_eq!(log.read_after(None, now).await?, [], "the log is not empty");
    let head = log.head().await?;
    assert_eq!(
        (head.first, head.last),
        (None, None),
        "the log is not empty"
    );
    assert_eq!(head.beat, None, "the log is not empty");
    let was_new = head.is_new;

    // Records come back in their order, and reading can go on from each position.
    let records = ["a", "{\"id\":\"é 漢字 \\u2028\"}", "a"].map(str::to_owned);
    log.append(&records[..2]).await?;
    log.append(&records[2..]).await?;
    log.append(&[]).await?;
    let all = log.read_after(None, now).await?;
    let read: Vec<_> = all.iter().map(|logged| logged.record.clone()).collect();
    assert_eq!(
        read, records,
        "the records come back in another order, or not as they were written"
    );
    for (at, logged) in all.iter().enumerate() {
        let rest = log.read_after(Some(logged.position), now).await?;
        assert_eq!(
            rest,
            all[at + 1..],
            "a read after record {at} did not return the later records"
        );
    }
    let positions: Vec<_> = all.iter().map(|logged| logged.position).collect();
    assert!(
        positions.windows(2).all(|pair| pair[0] < pair[1]),
        "the positions are not in order: {positions:?}"
    );
    let last = positions.last().copied();
    let head = log.head().await?;
    assert_eq!(
        head.first,
        positions.first().copied(),
        "`first` is not the position of the oldest record"
    );
    assert_eq!(
        head.last, last,
        "`last` is not the position of the last record"
    );

    // A read waits for a record.
    let short = Duration::from_millis(50);
    assert_eq!(
        log.read_after(last, short).await?,
        [],
        "a read after the last record returned a record"
    );
    let one = ["woken".to_owned()];
    let reading = log.read_after(last, WAIT);
    let (woken, appended) = tokio::join!(reading, log.append(&one));
    appended?;
    let woken = woken?;
    assert_eq!(woken.len(), 1, "the read did not return the record");
    assert_eq!(woken[0].record, "woken", "the read returned another record");

    // Many records are read in pages, without a gap.
    let many: Vec<_> = (0..12_000)
        .map(|number| format!("record {number}"))
        .collect();
    log.append(&many).await?;
    let (mut position, mut read) = (Some(woken[0].position), Vec::new());
    loop {
        let page = log.read_after(position, now).await?;
        let Some(end) = page.last() else { break };
        position = Some(end.position);
        read.extend(page.into_iter().map(|logged| logged.record));
    }
    assert_eq!(read, many, "the pages have a gap or an overlap");

    let position = at_once(log, position).await?;

    // `head` returns the newest beat (the sign of life of a receiver). `instance` stays the same.
    for value in ["b1", "b2"] {
        log.beat(value).await?;
        assert_eq!(
            log.head().await?.beat.as_deref(),
            Some(value),
            "`beat` is not the newest beat"
        );
    }
    // Without this rule, replicas would serve revoked tokens over a log that was emptied.
    assert!(was_new, "`is_new` is `false` although the log has no beat");
    let [one, other] = [log.head().await?, log.head().await?];
    assert!(
        !one.is_new,
        "`is_new` is `true` although the log has a beat"
    );
    assert_eq!(
        one.instance, other.instance,
        "the instance changes by itself"
    );
    assert_eq!(
        one.last, position,
        "`last` is not the position of the last record"
    );
    Ok(())
}

/// Appends many records at the same time, and reads the log meanwhile. Checks that the reader gets each
/// record once. Returns the position of the last record.
async fn at_once(log: &dyn RevocationLog, start: Option<u128>) -> Result<Option<u128>, LogError> {
    let records: Vec<_> = (0..100)
        .map(|number| [format!("at once {number:02}")])
        .collect();
    let appended = AtomicBool::new(false);
    let appending = async {
        let all = join_all(records.iter().map(|record| log.append(record))).await;
        appended.store(true, Ordering::Release);
        all.into_iter().collect::<Result<(), _>>()
    };
    let following = async {
        let (mut position, mut read) = (start, Vec::new());
        loop {
            let is_last = appended.load(Ordering::Acquire);
            let page = log.read_after(position, Duration::ZERO).await?;
            match page.last() {
                Some(last) => position = Some(last.position),
                None if is_last => return Ok::<_, LogError>((position, read)),
                None => yield_now().await,
            }
            read.extend(page.into_iter().map(|logged| logged.record));
        }
    };
    let (appended, followed) = tokio::join!(appending, following);
    appended?;
    let (position, mut read) = followed?;
    read.sort();
    assert_eq!(
        read,
        records.concat(),
        "a record became visible after a later one, was lost, or was read twice"
    );
    Ok(position)
}
