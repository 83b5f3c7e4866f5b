//! The process that receives Logto's webhooks. Several such processes can run at the same time.

use std::{error::Error, time::Duration};

use axum::Router;

use crate::{
    listen::address,
    serve::until_stopped,
    settings::{number, required, revocations},
};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let what = "the signing key of the webhook in the Logto console";
    let key = required("LOGTO_WEBHOOK_KEY", what)?;
    let address = address(3103)?;
    let receivers = number("WEBHOOK_RECEIVERS", 1, 1)?;
    let mut builder = revocations()?;
    if let Some(expected) = expected_within(receivers) {
        builder = builder.expect_delivery_within(expected);
    }
    let revocations = builder.start()?;
    // `try_webhook` returns an error for a key that is too short. `webhook` would panic.
    let app = Router::new().route("/webhooks/logto", revocations.try_webhook([key])?);
    until_stopped(address, app).await?;
    // Writes the revocations that could not be written while the revocation log was out of reach.
    revocations.flush().await?;
    Ok(())
}

/// Returns the longest time between two deliveries, if this process is the only receiver.
///
/// The reconciler makes Logto send a test call once an hour. This process tells the replicas that it receives
/// webhooks. After two hours without a webhook or a test call, it stops telling them. The replicas then log
/// that revocations are missed.
///
/// Several receivers share the test calls: a load balancer sends each call to one of them. A receiver without
/// a call would log an error, although Logto reaches the address. So several receivers do not have a limit.
/// The reconciler then still logs an error if a test call fails.
fn expected_within(receivers: u16) -> Option<Duration> {
    (receivers == 1).then_some(Duration::from_secs(2 * 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_receiver_expects_a_delivery_within_two_hours() {
        let two_hours = Some(Duration::from_secs(7_200));
        for (receivers, expected) in [(1, two_hours), (2, None), (3, None), (u16::MAX, None)] {
            assert_eq!(expected_within(receivers), expected, "{receivers}");
        }
    }
}
