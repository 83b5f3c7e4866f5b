//! Decisions of the explorer are neither logged nor counted.

use std::sync::{Arc, Mutex};

use logto_runtime::{Logto, require_scopes, routes::Routes};
use metrics_util::debugging::DebuggingRecorder;
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt};

use crate::support::{app, form, get, send, tenant};

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
