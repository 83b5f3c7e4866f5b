//! Tests a pass that ends early, because the Management API fails after the first page of deliveries.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    extract::Request,
    http::{
        StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use logto_management::{Credentials, Error, Management, ReconcileError, Reconciler};
use logto_runtime::{
    RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::MemoryLog,
};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use crate::{SECRET, World};

/// A log that appends only while its gate is open.
struct GatedLog {
    log: MemoryLog,
    /// Gets a permit for each call that appends.
    called: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl RevocationLog for GatedLog {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            self.called.add_permits(1);
            let _open = self.gate.acquire().await.unwrap();
            self.log.append(records).await
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.log.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        self.log.head()
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

/// Starts a proxy in front of a tenant. The proxy refuses requests for the second page. Returns its address.
async fn proxy_without_second_page(endpoint: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let endpoint = endpoint.to_owned();
    let app = Router::new().fallback(async move |request: Request| {
        let uri = request.uri().clone();
        if uri
            .query()
            .is_some_and(|query| query.starts_with("page=2&"))
        {
            return StatusCode::BAD_REQUEST.into_response();
        }
        forward(&client, &endpoint, &uri, request).await
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

async fn forward(
    client: &reqwest::Client,
    endpoint: &str,
    uri: &Uri,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let mut sent = client
        .request(parts.method, format!("{endpoint}{uri}"))
        .body(body);
    for name in [AUTHORIZATION, CONTENT_TYPE] {
        if let Some(value) = parts.headers.get(&name) {
            sent = sent.header(name, value);
        }
    }
    let answer = sent.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap()).into_response()
}

/// A program may call `reconcile` once and end. What the pass has applied must then be in the log, so that
/// other processes refuse the tokens.
#[tokio::test]
async fn a_pass_that_ends_early_ends_after_its_revocations_are_in_the_log() {
    let world = World::start().await;
    world.tenant.set_now(SystemTime::now());
    for number in 0..60 {
        world.tenant.suspend(&format!("user-{number}")).await;
    }
    let log = MemoryLog::new();
    let [called, gate] = [(); 2].map(|()| Arc::new(Semaphore::new(0)));
    let gated = GatedLog {
        log: log.clone(),
        called: Arc::clone(&called),
        gate: Arc::clone(&gate),
    };
    let revocations = world.tenant.revocations().log(gated).start().unwrap();
    let endpoint = proxy_without_second_page(world.tenant.endpoint()).await;
    let credentials = Credentials::new("manager", SECRET);
    let management = Management::builder(&endpoint, credentials).build().unwrap();
    let reconciler = Reconciler::builder(management, &revocations, &world.receiver.url);
    let mut reconciler = reconciler.build().unwrap();
    let mut pass = Box::pin(reconciler.reconcile());
    let appends = async {
        tokio::select! {
            ended = &mut pass => panic!("the pass must wait for the log, but it ended: {ended:?}"),
            called = called.acquire() => called.unwrap().forget(),
        }
    };
    let appends = timeout(Duration::from_secs(60), appends).await;
    appends.expect("the pass must append its revocations");
    // While the log does not append, the pass must not end.
    let early = timeout(Duration::from_millis(500), &mut pass).await;
    assert!(early.is_err(), "{early:?}");
    gate.add_permits(1);
    let error = pass.await.unwrap_err();
    assert!(
        matches!(
            error,
            ReconcileError::Management(Error::Api { status: 400, .. })
        ),
        "{error:?}"
    );
    assert_eq!(log.records().len(), 50);
}
