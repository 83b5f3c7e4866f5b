//! A service that receives webhooks, and answers with the status that the test sets.

use std::sync::{
    Arc,
    atomic::{AtomicU16, AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode, routing::post};
use tokio::net::TcpListener;

/// The service. It does not revoke anything.
pub(crate) struct Receiver {
    pub(crate) url: String,
    answer: Arc<AtomicU16>,
    received: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let answer = Arc::new(AtomicU16::new(200));
        let received = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks/logto", listener.local_addr().unwrap());
        let (status, count) = (Arc::clone(&answer), Arc::clone(&received));
        let handler = post(async move || {
            count.fetch_add(1, Ordering::SeqCst);
            StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap()
        });
        let app = Router::new().route("/webhooks/logto", handler);
        tokio::spawn(axum::serve(listener, app).into_future());
        Self {
            url,
            answer,
            received,
        }
    }

    /// Answers every delivery and every test call with this status from now on.
    pub(crate) fn answer_with(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    /// Returns how many deliveries and test calls have arrived.
    pub(crate) fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }
}
