//! Serves a router of any axum version, with the same hyper server as `axum::serve`.

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::net::TcpListener;

use crate::in_process::Guarded;

pub(crate) async fn forever<S: Guarded>(listener: TcpListener, service: S) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let connection = Builder::new(TokioExecutor::new());
            // Ignores errors, because a client that hangs up causes one.
            let _ = connection
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .await;
        });
    }
}
