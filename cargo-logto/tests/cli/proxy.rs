//! A proxy between `cargo logto push` and the tenant. It can stop answering in the middle of a run, or create
//! each item just before the run does.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header::CONTENT_TYPE},
};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Answers the first creations, up to this number. Never answers a later one.
    StallAfter(usize),
    /// Sends each creation twice, as if somebody else had just created the same item.
    SomebodyElse,
}

pub(crate) struct Proxy {
    pub(crate) endpoint: String,
    creations: watch::Receiver<usize>,
    runtime: Runtime,
}

struct Shared {
    tenant: String,
    behaviour: Behaviour,
    creations: watch::Sender<usize>,
    http: reqwest::Client,
}

impl Proxy {
    pub(crate) fn start(tenant: &str, behaviour: Behaviour) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (sender, creations) = watch::channel(0);
        let shared = Arc::new(Shared {
            tenant: tenant.to_owned(),
            behaviour,
            creations: sender,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        });
        let router = Router::new().fallback(forward).with_state(shared);
        runtime.spawn(async { axum::serve(listener, router).await });
        Self {
            endpoint,
            creations,
            runtime,
        }
    }

    /// Waits until `count` creations have arrived.
    pub(crate) fn wait_for_creations(&mut self, count: usize) {
        let arrived = self.creations.wait_for(|arrived| *arrived >= count);
        self.runtime.block_on(arrived).unwrap();
    }
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Bytes) {
    if method == Method::POST && uri.path().starts_with("/api/") {
        let mut arrived = 0;
        shared.creations.send_modify(|creations| {
            *creations += 1;
            arrived = *creations;
        });
        match shared.behaviour {
            Behaviour::StallAfter(answered) if arrived > answered => std::future::pending().await,
            Behaviour::StallAfter(_) => {}
            Behaviour::SomebodyElse => drop(send(&shared, &method, &uri, &headers, &body).await),
        }
    }
    send(&shared, &method, &uri, &headers, &body).await
}

async fn send(
    shared: &Shared,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> (StatusCode, Bytes) {
    let mut request = shared
        .http
        .request(method.clone(), format!("{}{uri}", shared.tenant))
        .body(body.clone());
    for name in ["authorization", CONTENT_TYPE.as_str()] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let response = request.send().await.unwrap();
    (response.status(), response.bytes().await.unwrap())
}
