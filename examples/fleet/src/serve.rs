//! Serves requests until the program is told to stop.

use std::{error::Error, net::SocketAddr, time::Duration};

use axum::{Router, serve};
use tokio::time::sleep;

use crate::{listen::listen, stop};

/// How long open requests may take after the signal to stop. A client that does not finish its request would
/// otherwise keep the program from ending.
const GRACE: Duration = Duration::from_secs(5);

/// Serves requests until Ctrl-C or SIGTERM. Returns when the open requests have ended, or after [`GRACE`].
pub(crate) async fn until_stopped(address: SocketAddr, app: Router) -> Result<(), Box<dyn Error>> {
    let listener = listen(address).await?;
    let (stopping, stop) = (stop::asked()?, stop::asked()?);
    tokio::select! {
        served = serve(listener, app).with_graceful_shutdown(stopping).into_future() => served?,
        () = async { stop.await; sleep(GRACE).await } => {}
    }
    Ok(())
}
