//! Tests the errors for wrong settings of the reconciler.

use std::time::Duration;

use logto_management::{Credentials, Management, Reconciler, SettingError};
use logto_runtime::Revocations;

use crate::SECRET;

const WEBHOOK: &str = "https://api.example.com/webhooks/logto";

#[test]
fn a_wrong_setting_is_an_error_that_names_the_fix() {
    let build = |webhook: &str, every, test| {
        let credentials = Credentials::new("manager", SECRET);
        let management = Management::builder("https://t.logto.app", credentials);
        let revocations = Revocations::in_memory("https://t.logto.app");
        Reconciler::builder(management.build().unwrap(), &revocations, webhook)
            .every(Duration::from_secs(every))
            .test_call_every(Duration::from_secs(test))
            .build()
            .map(drop)
    };
    for (webhook, every, test, expected) in [
        (WEBHOOK, 30, 3_600, Ok(())),
        ("", 30, 3_600, Err(SettingError::Webhook)),
        ("/webhooks/logto", 30, 3_600, Err(SettingError::Webhook)),
        (
            "ftp://api.example.com",
            30,
            3_600,
            Err(SettingError::Webhook),
        ),
        (
            WEBHOOK,
            0,
            3_600,
            Err(SettingError::Interval { setting: "every" }),
        ),
        (
            WEBHOOK,
            30,
            0,
            Err(SettingError::Interval {
                setting: "test_call_every",
            }),
        ),
    ] {
        assert_eq!(
            build(webhook, every, test),
            expected,
            "{webhook} {every} {test}"
        );
    }
}
