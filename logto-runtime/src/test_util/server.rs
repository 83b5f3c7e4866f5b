//! The HTTP server of a test tenant, which runs on its own thread and runtime.

use std::{future::IntoFuture, io, net::TcpListener, sync::Arc, thread};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH},
};
use tokio::sync::oneshot;

use super::{
    discovery, faults::TenantEndpoint, key_ring::entity_tag, management, tenant::Tenant,
    token_endpoint,
};

/// A running HTTP server. Dropping it stops the server.
pub(super) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listener: TcpListener, tenant: Arc<Tenant>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let serve = async move {
            // Open connections end with the runtime. Waiting for them could take forever.
            tokio::select! {
                _ = axum::serve(listener, router(tenant)).into_future() => {}
                _ = stopped => {}
            }
        };
        let thread = thread::Builder::new()
            .name("logto-test-tenant".to_owned())
            .spawn(move || runtime.block_on(serve))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was already printed. If the test itself is panicking, a second panic here
            // would abort the whole test program.
            let _ = thread.join();
        }
    }
}

fn router(tenant: Arc<Tenant>) -> Router {
    let router = Router::new();
    #[cfg(feature = "revocation")]
    let router = router.nest("/api", super::people::routes(&tenant));
    router
        .route("/oidc/.well-known/openid-configuration", get(discovery))
        .route("/oidc/jwks", get(key_set))
        .route("/oidc/token", post(token))
        .merge(management::routes(Arc::clone(&tenant)))
        .with_state(tenant)
}

async fn discovery(State(tenant): State<Arc<Tenant>>, headers: HeaderMap) -> Response {
    if let Some(fault) = tenant.traffic.receive(TenantEndpoint::Discovery).await {
        return fault;
    }
    let base = match headers.get(HOST).and_then(|host| host.to_str().ok()) {
        Some(host) => format!("http://{host}"),
        None => tenant.endpoint.clone(),
    };
    let document = discovery::document(&base, &tenant.issuer(), tenant.keys().listed());
    let tag = entity_tag(&document);
    let head = [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (ETAG, &tag),
    ];
    (head, document).into_response()
}

async fn key_set(State(tenant): State<Arc<Tenant>>, headers: HeaderMap) -> Response {
    if let Some(fault) = tenant.traffic.receive(TenantEndpoint::KeySet).await {
        return fault;
    }
    let document = tenant.keys().document();
    let tag = entity_tag(&document);
    let head = [
        (CACHE_CONTROL, "no-cache, max-age=0, must-revalidate"),
        (ETAG, &tag),
    ];
    if matches(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let media_type = [(CONTENT_TYPE, "application/jwk-set+json; charset=utf-8")];
    (head, media_type, document).into_response()
}

async fn token(State(tenant): State<Arc<Tenant>>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(fault) = tenant.traffic.receive(TenantEndpoint::Token).await {
        return fault;
    }
    token_endpoint::answer(&tenant, &headers, &body)
}

/// Whether `If-None-Match` lists the tag or `*`. Tags are compared weakly (RFC 9110 §13.1.2).
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == "*" || known == tag)
}
