//! Decides whether a pass of the reconciler accepts a new log of revocations.
//!
//! A pass, one run of the reconciler, applies the webhook deliveries in Logto's log. If the pass has not read
//! every delivery that matters, the new log of revocations may be incomplete.

use super::webhook::Webhook;
use crate::hooks::Hook;

/// How long Logto keeps and lists a delivery in its log, in milliseconds.
pub(super) const LOGTO_KEEPS: i64 = 24 * 3_600 * 1_000;

/// Why a pass does not accept a new log of revocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A delivery that matters could not be read, or does not say whose tokens to revoke.
    Unreadable,
    /// Revocations matter for longer than Logto keeps its log of deliveries.
    LogtoForgets,
    /// The enabled webhooks that are old enough do not deliver all events that revoke. A webhook that was
    /// deleted may have sent deliveries that matter. Logto does not list these deliveries.
    WebhookIsYoung {
        /// The age in minutes that the webhook needs.
        minutes: i64,
    },
}

impl Obstacle {
    /// Returns why a pass at the time `now` may have missed a delivery that matters. Deliveries since
    /// `oldest` matter, so a webhook is old enough if it already existed at `oldest`. Both moments are in
    /// milliseconds since the Unix epoch.
    pub(super) fn of(webhook: &Webhook, hooks: &[Hook], oldest: i64, now: i64) -> Option<Self> {
        let matters = now.saturating_sub(oldest);
        if matters > LOGTO_KEEPS {
            return Some(Self::LogtoForgets);
        }
        let is_old = |hook: &&Hook| hook.created_at.is_some_and(|at| at <= oldest);
        let old: Vec<Hook> = hooks.iter().filter(is_old).cloned().collect();
        // Rounds up. `now` and `oldest` come from two readings of the clock, so `matters` can be some
        // milliseconds too short.
        let minutes = matters.saturating_add(59_999) / 60_000;
        (webhook.check(&old).err()).map(|_| Self::WebhookIsYoung { minutes })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hooks::REVOKING_EVENTS;

    const URL: &str = "https://api.example.com/webhooks/logto";
    const OLDEST: i64 = 1_795_462_204_555;
    const NOW: i64 = OLDEST + 80 * 60_000 - 1;

    fn hook(events: &[&str], enabled: bool, created_at: &Value) -> Hook {
        let mut hook = json!({
            "id": "h", "events": events, "enabled": enabled, "config": { "url": URL },
        });
        if *created_at != "absent" {
            hook["createdAt"] = created_at.clone();
        }
        serde_json::from_value(hook).unwrap()
    }

    fn obstacle(hooks: &[Hook]) -> Option<Obstacle> {
        let webhook = Webhook::new(URL.parse().unwrap());
        Obstacle::of(&webhook, hooks, OLDEST, NOW)
    }

    #[test]
    fn the_creation_time_of_a_webhook_must_be_valid_and_early_enough() {
        for (created_at, is_old) in [
            (json!(OLDEST - 1), true),
            (json!(OLDEST), true),
            (json!(OLDEST + 1), false),
            (json!(NOW), false),
            (json!(NOW + 86_400_000), false),
            (json!(i64::MAX), false),
            (json!(u64::MAX), false),
            (json!("absent"), false),
            (json!(null), false),
            (json!(0), false),
            (json!(-1), false),
            (json!(1e11), false),
            (json!(true), false),
            (json!("1795462204555"), false),
            (json!("2026-11-23T18:00:00.000Z"), false),
            (json!([OLDEST]), false),
            (json!({ "at": OLDEST }), false),
        ] {
            let young = Some(Obstacle::WebhookIsYoung { minutes: 80 });
            let expected = if is_old { None } else { young };
            let hooks = [hook(&REVOKING_EVENTS, true, &created_at)];
            assert_eq!(obstacle(&hooks), expected, "{created_at}");
        }
    }

    #[test]
    fn the_enabled_old_webhooks_must_together_have_all_events() {
        let (old, young) = (json!(OLDEST), json!(NOW));
        let (first, rest) = REVOKING_EVENTS.split_at(2);
        let all = &REVOKING_EVENTS[..];
        for (hooks, accepts) in [
            // While a signing key is replaced, there are two webhooks. The old one has all events.
            (vec![hook(all, true, &old), hook(all, true, &young)], true),
            (vec![hook(first, true, &old), hook(rest, true, &old)], true),
            (
                vec![hook(first, true, &old), hook(rest, true, &young)],
                false,
            ),
            (
                vec![hook(first, true, &old), hook(all, true, &young)],
                false,
            ),
            (vec![hook(all, false, &old), hook(all, true, &young)], false),
            (vec![], false),
        ] {
            assert_eq!(obstacle(&hooks).is_none(), accepts, "{hooks:?}");
        }
    }

    #[test]
    fn logto_must_keep_its_log_for_as_long_as_revocations_matter() {
        let webhook = Webhook::new(URL.parse().unwrap());
        let hooks = [hook(&REVOKING_EVENTS, true, &json!(1))];
        let now = NOW + 86_400_000;
        for (oldest, expected) in [
            (now - 86_400_000, None),
            (now - 86_400_001, Some(Obstacle::LogtoForgets)),
            (i64::MIN, Some(Obstacle::LogtoForgets)),
        ] {
            assert_eq!(Obstacle::of(&webhook, &hooks, oldest, now), expected);
        }
    }
}
