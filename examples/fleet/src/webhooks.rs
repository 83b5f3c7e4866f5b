//! The process that receives Logto's webhooks. Several such processes may run.

use std::{error::Error, time::Duration};

use axum::{Router, serve};

use crate::{
    listen::listen,
    settings::{required, revocations},
    stop,
};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let what = "the signing key of the webhook in the Logto console";
    let key = required("LOGTO_WEBHOOK_KEY", what)?;
    // The reconciler makes Logto send a test call once an hour. This process tells the replicas that it
    // receives webhooks. After two hours without a webhook or a test call, it stops telling them. The
    // replicas then log that revocations are missed.
    let expected = Duration::from_secs(2 * 3_600);
    let revocations = revocations()?.expect_delivery_within(expected).start()?;
    // `try_webhook` returns an error for a key that is too short. `webhook` would panic.
    let app = Router::new().route("/webhooks/logto", revocations.try_webhook([key])?);
    serve(listen(3103).await?, app)
        .with_graceful_shutdown(stop::asked()?)
        .await?;
    // Writes revocations that could not be written earlier, because the revocation log was out of reach.
    revocations.flush().await?;
    Ok(())
}
