//! `warm_up` checks the guards of the program. It refuses a resource that the builder does not know. It warns
//! about a resource that guards ask for both globally and within organizations.

use axum::{Router, routing::get};
use logto_runtime::{
    Guard, Logto, LogtoBuilder, inventory::guards, require_any, require_auth, require_org_scopes,
    require_scopes, test_util::TestTenant,
};
use tracing::Level;

use super::warm_up::{assert_all, builder_at, tenant, warm_up_error};
use crate::{
    events::Events,
    support::{PRODUCTS, with_resources_of_all_guards},
};

/// `warm_up` compares the guards of all modules of this test binary with the builder. So it succeeds only if
/// the builder knows the resources of all these guards.
#[tokio::test]
async fn a_guard_for_a_resource_that_the_builder_does_not_know_is_named_with_the_fix() {
    let _: Router<Logto> = Router::new().route("/", get(by_name).post(by_alternatives));
    let tenant = tenant();
    let error = warm_up_error(tenant.logto()).await;
    assert_all(&error, &[&format!("the builder knows [{PRODUCTS:?}]")]);
    assert_eq!(tenant.key_set_requests(), 0, "nothing is fetched");

    let all = || with_resources_of_all_guards(tenant.logto());
    all().build().unwrap().warm_up().await.unwrap();
    for (builder, resource, call) in [
        (
            with_resources_except(&tenant, "left-out"),
            "left-out",
            r#"`.named_resource("left-out", "https://…")`"#,
        ),
        (
            with_resources_except(&tenant, "https://indicator.example"),
            "https://indicator.example",
            r#"`.resource("https://indicator.example")`"#,
        ),
    ] {
        let error = warm_up_error(builder).await;
        let item = match resource.contains(':') {
            true => "guards::ByIndicator (tests/it/configuration/guards.rs:",
            false => "guards::by_name (tests/it/configuration/guards.rs:",
        };
        let names = format!("names the resource {resource:?}");
        assert_all(&error, &[item, &names, call, "the builder knows"]);
    }
}

#[require_auth(resource = "left-out")]
async fn by_name() {}

async fn by_alternatives(_: Guard<Alternatives>) {}

#[require_any(Known, ByIndicator)]
struct Alternatives;

#[require_auth]
struct Known;

#[require_auth(resource = "https://indicator.example")]
struct ByIndicator;

/// Returns a builder that knows every resource that a guard asks for, except `resource`.
fn with_resources_except(tenant: &TestTenant, resource: &str) -> LogtoBuilder {
    let named = guards().filter_map(|guard| guard.requirement?.resource());
    named
        .filter(|other| *other != resource)
        .fold(tenant.logto(), |builder, other| match other {
            indicator if indicator.contains(':') => builder.resource(indicator),
            name => builder.named_resource(name, format!("https://{name}.example")),
        })
}

#[tokio::test]
async fn a_resource_that_guards_ask_for_globally_and_within_organizations_causes_one_warning() {
    #[require_scopes("asked:globally", resource = "https://both.example")]
    struct Globally;

    #[require_scopes("asked:anywhere", resource = "https://both.example", org = any)]
    struct Anywhere;

    #[require_any(Globally, Anywhere)]
    struct Either;

    #[require_org_scopes("asked:inside", resource = "https://both.example")]
    struct Inside;

    #[require_scopes("asked:globally", resource = "https://only-globally.example")]
    struct OnlyGlobally;

    let events = Events::collect();
    let tenant = tenant();
    let logto = builder_at(&tenant, tenant.endpoint()).build().unwrap();
    for calls in 0..3 {
        logto.warm_up().await.unwrap();
        let mut warned = events.take();
        // Ignores warnings about the guards of other tests.
        warned.retain(|event| {
            let resource = &event.fields["resource"];
            resource.contains("both.example") || resource.contains("only-globally.example")
        });
        match &warned[..] {
            [] if calls > 0 => {}
            [event] if calls == 0 => {
                assert_eq!(event.level, Level::WARN);
                assert_eq!(event.fields["resource"], "https://both.example");
                assert_eq!(event.fields["scopes"], "asked:anywhere asked:globally");
            }
            _ => panic!("call {calls}: {warned:#?}"),
        }
    }
}
