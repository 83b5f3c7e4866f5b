//! `deny_if_async` asks a database that is down or slow. Failures are remembered. After several failures, the
//! number of questions is limited, but not with `Unanswered::Serve`.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use logto_runtime::{AuthInfo, Denial, Logto, RejectionCode, Unanswered, test_util::TestTenant};
use tokio::sync::Semaphore;

use super::{Db, Says, WAYS, app, code, passed, token, unavailable};
use crate::support::{ask, tenant};

/// The limit begins when questions about this many subjects in a row have failed, and nothing was answered
/// for `deny_timeout`. From then on, at most this many new questions run at the same time.
pub(super) const LIMIT: usize = 8;

#[tokio::test]
async fn a_slow_failure_is_remembered_from_its_end() {
    for seconds in [0, 1, 5, 30] {
        let tenant = Arc::new(tenant());
        let asked = Arc::new(AtomicUsize::new(0));
        let builder = tenant.logto().deny_if_async({
            let (tenant, asked) = (Arc::clone(&tenant), Arc::clone(&asked));
            move |_: AuthInfo| {
                asked.fetch_add(1, Ordering::SeqCst);
                // The database takes this long, and then fails.
                tenant.advance(Duration::from_secs(seconds));
                async { Err::<bool, _>("the database is down") }
            }
        });
        let logto = builder.build().unwrap();
        let app = app(&logto);
        let token = token(&tenant, "alice");
        for uri in WAYS {
            assert_eq!(ask(&app, uri, &token).await, unavailable(), "{uri}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{seconds} s");
        tenant.advance(Duration::from_millis(999));
        assert_eq!(ask(&app, WAYS[0], &token).await, unavailable());
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{seconds} s");
        tenant.advance(Duration::from_millis(1));
        assert_eq!(ask(&app, WAYS[0], &token).await, unavailable());
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{seconds} s");
    }
}

/// The database may read its data when the question starts. So the answer can be as old as the question.
#[tokio::test]
async fn a_slow_answer_is_remembered_from_the_start_of_its_question() {
    let tenant = Arc::new(tenant());
    let asked = Arc::new(AtomicUsize::new(0));
    let builder = tenant.logto().deny_if_async({
        let (tenant, asked) = (Arc::clone(&tenant), Arc::clone(&asked));
        move |_: AuthInfo| {
            asked.fetch_add(1, Ordering::SeqCst);
            tenant.advance(Duration::from_secs(6));
            async { Ok::<_, io::Error>(false) }
        }
    });
    let app = app(&builder.build().unwrap());
    let token = token(&tenant, "alice");
    assert_eq!(ask(&app, WAYS[0], &token).await, passed());
    tenant.advance(Duration::from_secs(3));
    assert_eq!(ask(&app, WAYS[0], &token).await, passed());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    tenant.advance(Duration::from_secs(1));
    assert_eq!(ask(&app, WAYS[0], &token).await, passed());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

type Request = tokio::task::JoinHandle<Option<RejectionCode>>;

/// A service that asks a database about its callers, and requests of many users.
pub(super) struct Storm {
    pub(super) tenant: TestTenant,
    pub(super) db: Db,
    /// Each answer about a user of `start` or `start_as` needs a permit.
    gate: Arc<Semaphore>,
    logto: Logto,
}

impl Storm {
    pub(super) async fn new(unanswered: Unanswered) -> Self {
        let tenant = tenant();
        let db = Db::default();
        let builder = tenant
            .logto()
            .deny_timeout(Duration::from_secs(30))
            .when_unanswered(unanswered);
        let logto = db.in_builder(builder).build().unwrap();
        logto.warm_up().await.unwrap();
        Self {
            tenant,
            db,
            gate: Arc::new(Semaphore::new(0)),
            logto,
        }
    }

    /// Sends requests of this many users, one after the other. The database fails for each user.
    pub(super) async fn fail(&self, users: usize) {
        self.fail_as((0..users).map(|user| format!("failing-{user}")))
            .await;
    }

    /// Sends a request of each of these users, one after the other. Each request has a new token, and the
    /// database fails.
    pub(super) async fn fail_as(&self, users: impl IntoIterator<Item = String>) {
        for user in users {
            self.db.says(&user, Says::Fails);
            self.code(&user).await;
        }
    }

    pub(super) async fn code(&self, user: &str) -> Option<RejectionCode> {
        code(&self.logto, &token(&self.tenant, user)).await
    }

    /// Starts requests of this many users. The database answers when the gate has permits.
    pub(super) async fn start(&self, users: usize) -> Vec<Request> {
        self.start_as((0..users).map(|user| format!("waiting-{user}")))
            .await
    }

    /// Starts a request with a new token for each of these users. The database answers when the gate has
    /// permits.
    pub(super) async fn start_as(&self, users: impl IntoIterator<Item = String>) -> Vec<Request> {
        let requests = users.into_iter().map(|user| {
            self.db.says(&user, Says::WaitsFor(Arc::clone(&self.gate)));
            let (logto, token) = (self.logto.clone(), token(&self.tenant, &user));
            tokio::spawn(async move { code(&logto, &token).await })
        });
        let requests: Vec<_> = requests.collect();
        // The runtime has one thread. At each yield, requests run until they wait.
        for _ in 0..requests.len() {
            tokio::task::yield_now().await;
        }
        requests
    }
}

#[tokio::test]
async fn in_an_outage_few_questions_wait_and_the_other_requests_get_503_at_once() {
    let storm = Storm::new(Unanswered::Unavailable).await;
    storm.fail(LIMIT).await;
    let asked = storm.db.asked();
    let requests = storm.start(50).await;
    assert_eq!(storm.db.asked(), asked + LIMIT);
    let (waiting, done): (Vec<_>, Vec<_>) = requests.into_iter().partition(|it| !it.is_finished());
    assert_eq!((waiting.len(), done.len()), (LIMIT, 50 - LIMIT));
    for answer in join_all(done).await {
        assert_eq!(answer.unwrap(), Some(RejectionCode::DenyUnanswered));
    }
    // The first answer ends the limit. Then every request asks.
    storm.gate.add_permits(1_000);
    for answer in join_all(waiting).await {
        assert_eq!(answer.unwrap(), None);
    }
    let asked = storm.db.asked();
    for request in storm.start(50).await {
        assert_eq!(request.await.unwrap(), None);
    }
    assert_eq!(storm.db.asked(), asked + 50);
}

#[tokio::test]
async fn too_few_failures_in_a_row_do_not_limit_questions() {
    for failures in [0, 1, LIMIT - 1] {
        let storm = Storm::new(Unanswered::Unavailable).await;
        // Questions that fail for some callers do not shut out the others.
        for user in ["bob", "carol"] {
            storm.fail(failures).await;
            assert_eq!(storm.code(user).await, None);
        }
        storm.db.says("trudy", Says::Denied(Denial::Forbidden));
        storm.fail(failures).await;
        assert_eq!(storm.code("trudy").await, Some(RejectionCode::Denied));
        storm.fail(failures).await;
        let asked = storm.db.asked();
        let requests = storm.start(50).await;
        assert_eq!(storm.db.asked(), asked + 50, "after {failures} failures");
        storm.gate.add_permits(50);
        for request in requests {
            assert_eq!(request.await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn in_an_outage_a_request_that_is_given_up_frees_the_place_of_its_question() {
    let storm = Storm::new(Unanswered::Unavailable).await;
    storm.fail(LIMIT).await;
    for _ in 0..3 {
        let asked = storm.db.asked();
        let requests = storm.start(LIMIT).await;
        assert_eq!(storm.db.asked(), asked + LIMIT);
        for request in requests {
            request.abort();
            assert!(request.await.unwrap_err().is_cancelled());
        }
    }
    // One answer ends the outage.
    assert_eq!(storm.code("alice").await, None);
}

/// With `Unanswered::Serve`, requests without an answer pass. So a limit would let denied callers pass.
#[tokio::test]
async fn with_unanswered_serve_an_outage_does_not_limit_questions() {
    let storm = Storm::new(Unanswered::Serve).await;
    storm.fail(LIMIT).await;
    let requests = storm.start(50).await;
    storm.db.says("trudy", Says::Denied(Denial::Forbidden));
    assert_eq!(storm.code("trudy").await, Some(RejectionCode::Denied));
    storm.gate.add_permits(50);
    for request in requests {
        assert_eq!(request.await.unwrap(), None);
    }
}
