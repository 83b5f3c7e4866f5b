//! The process that applies the deliveries that the webhook has missed. Its secret can do everything in the
//! tenant. So this is a separate process, which does not listen on a port.

use std::{error::Error, time::Duration};

use logto_management::{Management, Reconciler};

use crate::{
    settings::{number, required, revocations},
    stop,
};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let what = "the URL of the webhook in the Logto console";
    let webhook = required("WEBHOOK_URL", what)?;
    let revocations = revocations()?.start()?;
    // Reads LOGTO_ENDPOINT, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.
    let management = Management::from_env()?.build()?;
    let every = Duration::from_secs(number("RECONCILE_SECONDS", 30)?.into());
    let reconciler = Reconciler::builder(management, &revocations, webhook)
        .every(every)
        .build()?;
    tokio::select! {
        never = reconciler.run() => match never {},
        () = stop::asked()? => {}
    }
    revocations.flush().await?;
    Ok(())
}
