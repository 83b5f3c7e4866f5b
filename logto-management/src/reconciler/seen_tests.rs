//! Tests which deliveries are remembered while passes (calls of `reconcile`) fail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, Uri},
    routing::{get, post},
};
use logto_runtime::test_util::{Client, MemoryLog, TestTenant};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket};

use super::{deliveries::PAGE, *};
use crate::{credentials::Credentials, error::Error, hooks::REVOKING_EVENTS};

const HOUR: Duration = Duration::from_secs(3_600);

/// A failure can last for days, for example because nobody adds an event to the webhook. Whoever makes Logto
/// send deliveries must not make the memory of the reconciler grow for all this time.
#[tokio::test]
async fn passes_that_fail_remember_the_deliveries_that_a_later_pass_reads_and_no_others() {
    // Nobody accepts the deliveries: nobody listens at this port, and nobody else gets it while the socket is
    // bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = &*format!("http://{}/webhooks/logto", socket.local_addr().unwrap());
    for (a_pass_was_complete, interval) in [
        // Revocations matter for 80 minutes, and Logto lists its deliveries for a day.
        (false, 2 * HOUR),
        (false, 25 * HOUR),
        (true, 25 * HOUR),
    ] {
        let client =
            Client::new("manager", "s3cret").scopes("https://default.logto.app/api", ["all"]);
        let tenant = TestTenant::builder().client(client).start();
        tenant.send_webhooks_to(url, "key-of-the-webhook");
        let log = MemoryLog::new();
        let revocations = tenant.revocations().log(log.clone()).start().unwrap();
        let credentials = Credentials::new("manager", "s3cret");
        let management = Management::builder(tenant.endpoint(), credentials).build();
        let reconciler = Reconciler::builder(management.unwrap(), &revocations, url).build();
        let mut pass = reconciler.unwrap().pass;
        if a_pass_was_complete {
            let mut done = Reconciled::default();
            pass.apply_all(&mut Vec::new(), &mut done).await.unwrap();
        }
        log.freeze();
        for number in 0..3 {
            tenant.advance(interval);
            tenant.suspend(&format!("user-{number}")).await;
            // The second pass does not process the delivery again.
            for deliveries in [1, 0] {
                let mut done = Reconciled::default();
                let error = pass.apply_all(&mut Vec::new(), &mut done).await;
                let case = format!("{a_pass_was_complete} {interval:?} {number}");
                assert!(matches!(error, Err(ReconcileError::Log(_))), "{case}");
                assert_eq!(done.deliveries, deliveries, "{case}");
                assert_eq!(pass.window.remembered(), 1, "{case}");
            }
        }
    }
}

const URL: &str = "https://api.example.com/webhooks/logto";

/// A Management API in which one request of each pass gets 500. Each hour, the first webhook has new
/// deliveries. Returns the endpoint, and the current hour, which the test sets.
async fn failing_tenant(
    webhooks: &'static [&'static str],
    each_hour: usize,
) -> (String, Arc<AtomicI64>) {
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let began = i64::try_from(began.as_millis()).unwrap();
    let hour = Arc::new(AtomicI64::new(0));
    let now = Arc::clone(&hour);
    let hooks = webhooks.iter().map(|id| {
        json!({ "id": id, "events": REVOKING_EVENTS, "enabled": true, "config": { "url": URL } })
    });
    let hooks = Value::from_iter(hooks).to_string();
    let deliveries = async move |Path(id): Path<String>, uri: Uri| {
        let is_first = uri
            .query()
            .is_some_and(|query| query.starts_with("page=1&"));
        if id != webhooks[0] || !is_first {
            return Err(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let hour = now.load(Ordering::SeqCst);
        let deliveries = (0..each_hour).map(|number| {
            let body = json!({ "event": "User.Created" });
            json!({
                "id": format!("{hour} {number}"),
                "createdAt": began + hour * 3_600_000,
                "payload": { "result": "Success", "hookRequest": { "body": body } },
            })
        });
        Ok(Value::from_iter(deliveries).to_string())
    };
    let token = r#"{"access_token":"t","token_type":"Bearer","expires_in":3600,"scope":"all"}"#;
    let app = Router::new()
        .route("/oidc/token", post(async move || token))
        .route("/api/hooks", get(async move || hooks))
        .route("/api/hooks/{id}/recent-logs", get(deliveries));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    (endpoint, hour)
}

/// A pass stops at a request that fails, so it does not read all deliveries that Logto lists.
#[tokio::test]
async fn passes_that_stop_remember_only_the_deliveries_of_the_last_day() {
    for (webhooks, each_hour) in [
        // The deliveries of the second webhook can't be read.
        (&["a", "b"][..], 1),
        // The second page can't be read.
        (&["a"], PAGE),
    ] {
        let (endpoint, now) = failing_tenant(webhooks, each_hour).await;
        let revocations = Revocations::in_memory(&endpoint);
        let management = Management::builder(&endpoint, Credentials::new("manager", "s3cret"));
        let management = management.patience(Duration::ZERO).build().unwrap();
        let reconciler = Reconciler::builder(management, &revocations, URL).build();
        let mut pass = reconciler.unwrap().pass;
        for hour in 0..60 {
            now.store(hour, Ordering::SeqCst);
            // The second pass does not process the deliveries again.
            for deliveries in [each_hour, 0] {
                let mut done = Reconciled::default();
                let error = pass.apply_all(&mut Vec::new(), &mut done).await;
                let error = error.unwrap_err();
                let case = format!("{webhooks:?} {hour}: {error}");
                let busy = matches!(
                    error,
                    ReconcileError::Management(Error::Busy { status: 500, .. })
                );
                assert!(busy, "{case}");
                assert_eq!(done.deliveries, deliveries, "{case}");
            }
            // The deliveries of now, and of each of the last 24 hours.
            let hours = usize::try_from(hour.min(24)).unwrap() + 1;
            let case = format!("{webhooks:?} {hour}");
            assert_eq!(pass.window.remembered(), hours * each_hour, "{case}");
        }
    }
}
