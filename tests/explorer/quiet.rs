//! Decisions of the explorer are neither logged nor counted.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use logto_runtime::{AuthInfo, Logto, require_scopes, routes::Routes, test_util::TestTenant};
use metrics_util::debugging::DebuggingRecorder;
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt};

use crate::support::{app, form, get, routes, send, tenant};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logging(log: &Log) -> tracing::subscriber::DefaultGuard {
    let layer = tracing_subscriber::fmt::layer().with_writer(log.clone());
    let everything = tracing_subscriber::filter::LevelFilter::TRACE;
    let subscriber = tracing_subscriber::registry()
        .with(layer.with_ansi(false))
        .with(everything);
    tracing::subscriber::set_default(subscriber)
}

#[tokio::test]
async fn decisions_of_the_explorer_are_neither_logged_nor_counted() {
    let tenant = tenant();
    let app = app(&tenant);
    let log = Log::default();
    let _logging = logging(&log);
    let recorder = DebuggingRecorder::new();
    let counted = recorder.snapshotter();
    let _counting = metrics::set_default_local_recorder(&recorder);

    tracing::info!("heard");
    metrics::counter!("counted").increment(1);
    assert_eq!(get(&app, "/").await.status, 200);
    let token = tenant.token().user("alice").scopes(["nothing"]).mint();
    assert_eq!(send(&app, form(&token)).await.status, 200);

    let text = log.text();
    assert!(text.contains("heard"), "{text}");
    assert!(!text.contains("logto"), "{text}");
    assert!(
        !text.contains(&token[..20]) && !text.contains("alice"),
        "{text}"
    );
    let names: Vec<_> = counted.snapshot().into_vec();
    let names: Vec<_> = names.iter().map(|(key, ..)| key.key().name()).collect();
    assert_eq!(names, ["counted"]);
}

#[require_scopes("read:products", resource = "unknown")]
async fn wrong() {}

/// A service logs a misconfiguration as an error only once. The explorer must not cause this event before a
/// request does.
#[tokio::test]
async fn a_misconfiguration_in_the_explorer_is_still_logged_at_the_first_request() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes: Routes<Logto> = Routes::new().get("/wrong", wrong);
    let log = Log::default();
    let _logging = logging(&log);

    let matrix = logto.explorer(&routes).tenant(&tenant).matrix().await;
    let user = matrix
        .personas
        .iter()
        .position(|it| it == "user with the scopes");
    assert_eq!(
        matrix.routes[0].cells[user.unwrap()].to_string(),
        "500 misconfigured"
    );
    assert_eq!(log.text(), "");

    let api = routes.into_router().with_state(logto);
    let mut request = crate::support::local("GET", "/wrong");
    let token = tenant.token().user("alice").mint();
    let header = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", header);
    assert_eq!(send(&api, request).await.status, 500);
    assert!(
        log.text().contains("ERROR logto: request refused"),
        "{}",
        log.text()
    );
}

/// Returns a `Logto` whose `deny_if_async` fails about each subject that the database does not know, and the
/// router of its explorer.
fn with_a_database(tenant: &TestTenant, knows: fn(&str) -> bool) -> (Logto, Router) {
    let builder = tenant.logto();
    let builder = builder.deny_if_async(move |auth: AuthInfo| async move {
        // Another request can ask meanwhile.
        tokio::task::yield_now().await;
        match knows(auth.subject()) {
            true => Ok(false),
            false => Err("the database does not know this user"),
        }
    });
    let logto = builder.build().unwrap();
    let explorer = logto.explorer(&routes()).tenant(tenant);
    (logto, explorer.into_router())
}

/// After the failures about this many users, the number of questions is limited.
const LIMIT: usize = 8;

fn unknown_users(tenant: &TestTenant) -> Vec<String> {
    let users = (0..LIMIT).map(|at| format!("unknown-{at}"));
    users
        .map(|user| tenant.token().user(&user).mint())
        .collect()
}

/// Only one failure of an outage is logged. The explorer must not cause this event before a request does.
#[tokio::test]
async fn a_failure_of_deny_if_async_in_the_explorer_is_still_logged_at_the_first_request() {
    let tenant = tenant();
    let (logto, explorer) = with_a_database(&tenant, |_| false);
    let unknown = &unknown_users(&tenant)[0];
    let log = Log::default();
    let _logging = logging(&log);

    let page = send(&explorer, form(unknown)).await;
    assert!(page.body.contains("deny_unanswered"), "{}", page.body);
    assert_eq!(log.text(), "");

    logto.verify(unknown).await.unwrap_err();
    let text = log.text();
    assert!(
        text.contains("ERROR logto: deny_if_async did not answer"),
        "{text}"
    );
}

#[tokio::test]
async fn failures_of_deny_if_async_in_the_explorer_do_not_limit_the_questions_of_requests() {
    let tenant = tenant();
    let (logto, explorer) = with_a_database(&tenant, |subject| subject == "carol");
    for unknown in unknown_users(&tenant) {
        let page = send(&explorer, form(&unknown)).await;
        assert!(page.body.contains("deny_unanswered"), "{}", page.body);
    }
    // Under the limit, at most one question about a user runs at the same time.
    let carol = || tenant.token().user("carol").mint();
    let (first, second) = (carol(), carol());
    let (first, second) = tokio::join!(logto.verify(&first), logto.verify(&second));
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn an_answer_of_deny_if_async_in_the_explorer_does_not_end_an_outage() {
    let tenant = tenant();
    let (logto, explorer) = with_a_database(&tenant, |subject| !subject.starts_with("unknown-"));
    let log = Log::default();
    let _logging = logging(&log);
    for unknown in unknown_users(&tenant) {
        logto.verify(&unknown).await.unwrap_err();
    }
    let before = log.text();
    assert_eq!(get(&explorer, "/").await.status, 200);
    assert_eq!(log.text(), before);
    // The limit still holds.
    let carol = || tenant.token().user("carol").mint();
    let (first, second) = (carol(), carol());
    let (first, second) = tokio::join!(logto.verify(&first), logto.verify(&second));
    first.unwrap();
    second.unwrap_err();
}

/// Only the first token that lives too long is logged. The tokens of the explorer live for an hour.
#[tokio::test]
async fn a_lifetime_that_is_too_long_is_logged_for_a_token_of_a_request_only() {
    let tenant = tenant();
    let half_an_hour = Duration::from_secs(1_800);
    let list = tenant.revocations().max_token_lifetime(half_an_hour);
    let list = list.start().unwrap();
    let logto = tenant.logto().revocations(&list).build().unwrap();
    let log = Log::default();
    let _logging = logging(&log);

    logto.explorer(&routes()).tenant(&tenant).matrix().await;
    assert_eq!(log.text(), "");

    logto.verify(&tenant.token().mint()).await.unwrap();
    let text = log.text();
    assert!(
        text.contains("a token lives longer than max_token_lifetime"),
        "{text}"
    );
}
