//! The counters and the gauge of guards and keys. `revocation::metrics` tests the metrics of revocations.

use std::time::Duration;

use super::{
    DOWN, app, reader,
    recorder::{Recorded, with_recorder},
    status,
};
use crate::support::tenant;
use axum::http::StatusCode;
use logto_runtime::telemetry::{KEY_FETCHES, KEY_SET_AGE, TOKEN_CACHE, VERDICTS, describe_metrics};

#[test]
fn verdicts_fetches_and_cache_lookups_are_counted() {
    with_recorder(|snapshotter| async move {
        let tenant = tenant();
        let app = app(tenant.logto());
        let token = reader(&tenant);
        let opaque = tenant.token().opaque().mint();
        for token in [&token, &token, &token, "", &opaque] {
            status(&app, token).await;
        }
        let none = tenant.token().scopes([""; 0]).mint();
        assert_eq!(status(&app, &none).await, 403);
        let expected = Recorded::of(&[
            (VERDICTS, r#"{outcome="granted"}"#, 3.0),
            (VERDICTS, r#"{outcome="missing_token"}"#, 1.0),
            (VERDICTS, r#"{outcome="opaque_token"}"#, 1.0),
            (VERDICTS, r#"{outcome="no_scopes_granted"}"#, 1.0),
            (TOKEN_CACHE, r#"{result="hit"}"#, 2.0),
            // The first request waited for keys, and then looked up its token again.
            (TOKEN_CACHE, r#"{result="miss"}"#, 4.0),
            (KEY_FETCHES, r#"{outcome="succeeded"}"#, 1.0),
            (KEY_SET_AGE, "", 0.0),
        ]);
        assert_eq!(Recorded::now(&snapshotter), expected);
    });
}

#[test]
fn failed_fetches_are_counted_and_the_age_of_the_keys_grows() {
    with_recorder(|snapshotter| async move {
        let tenant = tenant();
        let logto = tenant.logto().build().unwrap();
        tenant.fail(DOWN);
        logto.verify(&reader(&tenant)).await.unwrap_err();
        let expected = Recorded::of(&[
            (VERDICTS, r#"{outcome="keys_unavailable"}"#, 1.0),
            (TOKEN_CACHE, r#"{result="miss"}"#, 1.0),
            (KEY_FETCHES, r#"{outcome="failed"}"#, 1.0),
        ]);
        assert_eq!(Recorded::now(&snapshotter), expected);

        tenant.recover();
        tenant.advance(Duration::from_secs(60));
        logto.verify(&reader(&tenant)).await.unwrap();
        tenant.advance(Duration::from_secs(90));
        assert!(logto.health().ready);
        let Recorded(now) = Recorded::now(&snapshotter);
        assert_eq!(now[KEY_SET_AGE], 90.0);
        assert_eq!(
            now[&format!(r#"{KEY_FETCHES}{{outcome="succeeded"}}"#)],
            1.0
        );
    });
}

#[test]
fn a_misconfiguration_is_counted_each_time() {
    with_recorder(|snapshotter| async move {
        let tenant = tenant();
        let logto = tenant.logto().build().unwrap();
        let auth = logto.verify(&reader(&tenant)).await.unwrap();
        for _ in 0..2 {
            let refused = auth.check::<Unnamed>().await.unwrap_err();
            assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
        let Recorded(now) = Recorded::now(&snapshotter);
        assert_eq!(
            now[&format!(r#"{VERDICTS}{{outcome="misconfigured"}}"#)],
            2.0
        );
    });
}

#[logto_runtime::require_scopes("read:products", resource = "unnamed")]
struct Unnamed;

#[test]
fn describe_metrics_registers_descriptions() {
    with_recorder(|snapshotter| async move {
        describe_metrics();
        let tenant = tenant();
        let logto = tenant.logto().build().unwrap();
        logto.verify(&reader(&tenant)).await.unwrap();
        let entries = snapshotter.snapshot().into_vec();
        assert_eq!(entries.len(), 4);
        for (key, _, description, _) in entries {
            assert!(description.is_some(), "{key:?}");
        }
    });
}
