//! A process is stopped twice, each time for less than the five seconds that count as a pause. Between the
//! stops, no question to the revocation log is answered, but a call fails or panics.

use std::{sync::Arc, time::Duration};

use logto_runtime::{
    RejectionCode, RevocationLog,
    revocation_log::{Head, LogError, LogFuture, Logged},
    test_util::{MemoryLog, TestTenant},
};
use tokio::sync::{mpsc, oneshot, watch};

use super::replica::{Replica, code};
use crate::support::PRODUCTS;

/// What becomes of a call of the log.
#[derive(Clone, Copy, Debug)]
enum End {
    Answer,
    Failure,
    Panic,
}

/// A call that waits for the test.
struct Call {
    name: &'static str,
    end: oneshot::Sender<End>,
}

/// A log whose calls wait for the test while `directed` is `true`. An answer has the state that the log had
/// when the call began.
struct Directed {
    log: MemoryLog,
    directed: Arc<watch::Sender<bool>>,
    calls: mpsc::UnboundedSender<Call>,
}

impl Directed {
    async fn pass<T>(&self, name: &'static str, answer: T) -> Result<T, LogError> {
        // No read of this log waits for a record. So without this sleep, the task that reads the log would
        // read all the time.
        tokio::time::sleep(Duration::from_millis(1)).await;
        if !*self.directed.borrow() {
            return Ok(answer);
        }
        let (end, ended) = oneshot::channel();
        self.calls.send(Call { name, end }).ok().unwrap();
        match ended.await.unwrap() {
            End::Answer => Ok(answer),
            End::Failure => Err(LogError::new("fails in this test")),
            End::Panic => panic!("this log panics on purpose"),
        }
    }
}

impl RevocationLog for Directed {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.log.append(records)
    }

    fn read_after(&self, position: Option<u128>, _: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let page = self.log.read_after(position, Duration::ZERO).await?;
            self.pass("read_after", page).await
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            let head = self.log.head().await?;
            self.pass("head", head).await
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

/// The first element of each case is the end of the call during which the process is stopped. The other
/// elements are the ends of the calls after this stop.
///
/// The answer in the first two cases lies in a buffer when the process goes on. So the question is older than
/// the stop.
#[tokio::test(start_paused = true)]
async fn a_stop_counts_until_a_later_question_is_answered() {
    let cases = [
        &[End::Answer, End::Failure][..],
        &[End::Answer, End::Panic],
        &[End::Panic],
        &[End::Failure, End::Panic],
    ];
    for case in cases {
        let (tenant, log) = (offline(), MemoryLog::new());
        tenant.set_now(tenant.now());
        let directed = Arc::new(watch::Sender::new(false));
        let (sender, mut calls) = mpsc::unbounded_channel();
        let replica = Replica::start(
            &tenant,
            Directed {
                log: log.clone(),
                directed: Arc::clone(&directed),
                calls: sender,
            },
        );
        replica.revocations.ready().await.unwrap();
        let alice = tenant.token().user("alice").mint();
        replica.verify(&alice).await.unwrap();
        directed.send_replace(true);
        let mut call = calls.recv().await.unwrap();
        while call.name != "head" {
            call.end.send(End::Answer).unwrap();
            call = calls.recv().await.unwrap();
        }
        let entry = r#"{"v":1,"kind":"subject","id":"alice","not_before":99999999999}"#;
        log.append(&[entry.to_owned()]).await.unwrap();
        stop(&tenant);
        for end in case {
            call.end.send(*end).unwrap();
            call = calls.recv().await.unwrap();
        }
        stop(&tenant);
        let go_on = async {
            directed.send_replace(false);
            call.end.send(End::Answer).unwrap();
        };
        let (verified, ()) = tokio::join!(replica.verify(&alice), go_on);
        assert_eq!(code(verified), Some(RejectionCode::Revoked), "{case:?}");
    }
}

/// Stops the process for less than five seconds.
fn stop(tenant: &TestTenant) {
    tenant.advance(Duration::from_millis(4_500));
}

/// Returns a tenant without a server. While tokio's time is paused, a test must not wait for a server.
fn offline() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .offline()
        .start()
}
