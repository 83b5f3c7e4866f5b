//! Tests the errors for wrong settings of the reconciler.

use std::time::Duration;

use logto_management::{Credentials, Management, Reconciler, SettingError};
use logto_runtime::Revocations;

use crate::{SECRET, log};

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

/// Returns the result of `build`, and the warnings. The client is that of the tenant at `management`, and the
/// list of revocations that of the tenant at `list`.
fn build_with(management: &str, list: &str) -> (Result<(), SettingError>, Vec<String>) {
    let management = Management::builder(management, Credentials::new("manager", SECRET));
    let revocations = Revocations::in_memory(list);
    log::take();
    let built = Reconciler::builder(management.build().unwrap(), &revocations, WEBHOOK).build();
    (built.map(drop), log::take_at("WARN"))
}

/// Otherwise, the deliveries of one tenant would enter the list of the other tenant, and a new log of the
/// other tenant would count as complete.
#[test]
fn a_reconciler_refuses_the_list_of_another_tenant() {
    log::capture();
    for (management, list) in [
        ("https://a.logto.app", "https://b.logto.app"),
        ("https://a.logto.app/", "https://user:hidden@b.logto.app"),
    ] {
        let (built, warnings) = build_with(management, list);
        let error = built.unwrap_err();
        assert!(
            matches!(error, SettingError::OtherTenant { .. }),
            "{list}: {error}"
        );
        let error = error.to_string();
        assert!(error.contains("https://a.logto.app"), "{error}");
        assert!(error.ends_with("give both the same endpoint"), "{error}");
        assert!(!error.contains("hidden"), "{error}");
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

/// A tenant can have a custom domain, and a server of Logto can have an internal address. So two endpoints
/// can be those of one tenant.
#[test]
fn endpoints_that_may_be_those_of_two_tenants_are_logged_with_the_fix() {
    log::capture();
    for (management, list, warns) in [
        ("https://a.logto.app", "https://auth.example.com", true),
        ("https://auth.example.com", "https://a.logto.app", true),
        ("http://localhost:3001", "https://auth.example.com", true),
        ("https://a.logto.app", "https://A.logto.app:443/", false),
        (
            "https://auth.example.com",
            "https://auth.example.com/",
            false,
        ),
    ] {
        let (built, warnings) = build_with(management, list);
        assert_eq!(built, Ok(()), "{management} {list}");
        assert_eq!(warnings.len(), usize::from(warns), "{warnings:?}");
        let names = |line: &String| line.contains(management) && line.contains(list);
        assert!(warnings.iter().all(names), "{warnings:?}");
        let fix = "give both the same endpoint";
        assert!(
            warnings.iter().all(|line| line.contains(fix)),
            "{warnings:?}"
        );
    }
}
