//! A request that is refused in the last step is not also counted as granted.

use axum::{Router, routing::get};
use logto_runtime::{Claims, OrganizationId, require_auth, telemetry::VERDICTS};
use serde::Deserialize;

use super::{
    reader,
    recorder::{Recorded, with_recorder},
};
use crate::support::{PRODUCTS, ask, tenant};

#[derive(Deserialize)]
struct Plan {
    #[expect(dead_code, reason = "only its absence is tested")]
    plan: String,
}

#[require_auth]
struct Anyone;

#[test]
fn a_request_that_is_refused_in_the_last_step_is_not_counted_as_granted() {
    with_recorder(|snapshotter| async move {
        let tenant = tenant();
        let logto = tenant.logto().build().unwrap();
        let app = Router::new()
            .route("/claims", get(async |_: Claims<Plan>| ()))
            .route(
                "/organizations/{organization_id}",
                get(async |_: OrganizationId| ()),
            )
            .with_state(logto.clone());
        let acme = tenant.token().resource(PRODUCTS).organization("acme");
        let acme = acme.mint();
        let counted = || {
            let Recorded(now) = Recorded::now(&snapshotter);
            now.into_iter()
                .filter_map(|(key, count)| {
                    let outcome = key.strip_prefix(VERDICTS)?;
                    // Each snapshot sets the counters to zero.
                    (count > 0.0).then(|| (outcome.to_owned(), count))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(ask(&app, "/claims", &reader(&tenant)).await.status, 401);
        let invalid = r#"{outcome="custom_claims_do_not_fit"}"#;
        assert_eq!(counted(), [(invalid.to_owned(), 1.0)]);
        let uri = "/organizations/globex";
        assert_eq!(ask(&app, uri, &acme).await.status, 403);
        let mismatch = r#"{outcome="organization_mismatch"}"#;
        assert_eq!(counted(), [(mismatch.to_owned(), 1.0)]);
        let auth = logto.verify(&acme).await.unwrap();
        let granted = r#"{outcome="granted"}"#;
        assert_eq!(counted(), [(granted.to_owned(), 1.0)]);
        auth.check_in::<Anyone>("globex").await.unwrap_err();
        assert_eq!(counted(), [(mismatch.to_owned(), 1.0)]);
        auth.check_in::<Anyone>("acme").await.unwrap();
        auth.check::<Anyone>().await.unwrap();
        assert_eq!(counted(), [(granted.to_owned(), 2.0)]);
        let uri = "/organizations/acme";
        assert_eq!(ask(&app, uri, &acme).await.status, 200);
        assert_eq!(counted(), [(granted.to_owned(), 1.0)]);
    });
}
