//! The process that applies the webhooks missed by `fleet webhooks`. The process has a secret that gives full
//! access to the tenant. Therefore this process is separate from the others, and does not listen on a port.

use std::{error::Error, time::Duration};

use logto_management::{Management, Reconciler};

use crate::{
    settings::{number, required, revocations},
    stop,
};

/// Runs until the program is stopped. With `accept`, first applies the deliveries of the webhook once, and
/// then accepts a new revocation log. Without `accept`, does not accept a new log before the webhook is 80
/// minutes old.
pub(crate) async fn run(accept: bool) -> Result<(), Box<dyn Error>> {
    let what = "the URL of the webhook in the Logto console";
    let webhook = required("WEBHOOK_URL", what)?;
    let every = Duration::from_secs(number("RECONCILE_SECONDS", 1, 30)?.into());
    // Reads LOGTO_ENDPOINT, LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET and LOGTO_MANAGEMENT_RESOURCE.
    let management = Management::from_env()?.build()?;
    let revocations = revocations()?.start()?;
    let mut reconciler = Reconciler::builder(management, &revocations, webhook)
        .every(every)
        .build()?;
    if accept {
        // If this fails, the program ends without accepting the log.
        reconciler.reconcile().await?;
        revocations.accept_empty_log();
    }
    tokio::select! {
        never = reconciler.run() => match never {},
        () = stop::asked()? => {}
    }
    revocations.flush().await?;
    Ok(())
}
