//! Attributes, extractors, layers and checks refuse a revoked token, even if the token is in the cache.

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, Guard, LogtoBuilder, RejectionCode, Revocation, require_org_permission,
    require_scopes,
};

use super::{World, revoked};
use crate::support::{Answer, ask};

#[require_scopes("read:products")]
async fn attribute() -> &'static str {
    "passed"
}

#[require_scopes("read:products")]
struct Read;

#[require_org_permission("invite:member")]
struct Invite;

fn token(world: &World, user: &str) -> String {
    let token = world.tenant.token().user(user);
    token.scopes(["read:products"]).mint()
}

const WAYS: [&str; 5] = ["/attribute", "/guard", "/required", "/optional", "/layer"];

fn app(logto: LogtoBuilder) -> Router {
    let logto = logto.build().unwrap();
    let layer = logto.require::<Read>();
    Router::new()
        .route("/attribute", on_get(attribute))
        .route("/guard", on_get(async |_: Guard<Read>| "passed"))
        .route("/required", on_get(async |_: AuthInfo| "passed"))
        .route("/optional", on_get(async |_: Option<AuthInfo>| "passed"))
        .route("/layer", on_get(async || "passed").route_layer(layer))
        .with_state(logto)
}

#[tokio::test]
async fn every_way_to_authenticate_refuses_a_revoked_token_cached_or_not() {
    for cache in [0, 1 << 20] {
        let world = World::start();
        let app = app(world.logto().token_cache_bytes(cache));
        let mint = |user| token(&world, user);
        let (alice, bob) = (mint("alice"), mint("bob"));
        for way in WAYS {
            assert_eq!(ask(&app, way, &alice).await, Answer::ok("passed"), "{way}");
        }
        let revocation = Revocation::subject("alice");
        world.revocations.revoke(revocation).await.unwrap();
        for way in WAYS {
            for _ in 0..2 {
                assert_eq!(ask(&app, way, &alice).await, revoked("6"), "{way} {cache}");
                assert_eq!(ask(&app, way, &bob).await, Answer::ok("passed"), "{way}");
            }
        }
    }
}

/// The first request of a service waits for the keys. The token is revoked meanwhile.
#[tokio::test]
async fn a_token_that_is_revoked_while_its_request_waits_for_keys_is_refused() {
    for way in WAYS {
        let world = World::start();
        world.tenant.stall();
        let app = app(world.logto());
        let token = token(&world, "alice");
        let request = tokio::spawn(async move { ask(&app, way, &token).await });
        world.tenant.key_set_requested(1).await;
        let revocation = Revocation::subject("alice");
        world.revocations.revoke(revocation).await.unwrap();
        world.tenant.recover();
        assert_eq!(request.await.unwrap(), revoked("6"), "{way}");
    }
}

#[tokio::test]
async fn a_kept_auth_info_fails_every_check_after_a_revocation() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let reader = token(&world, "alice");
    let member = world.tenant.token().user("alice").organization("acme");
    let member = member.scopes(["invite:member"]).mint();
    let (kept, kept_member) = (
        logto.verify(&reader).await.unwrap(),
        logto.verify(&member).await.unwrap(),
    );
    kept.check::<Read>().await.unwrap();
    kept_member.check_in::<Invite>("acme").await.unwrap();

    let revocation = Revocation::subject("alice");
    world.revocations.revoke(revocation).await.unwrap();
    let refused = [
        logto.verify(&reader).await.map(drop),
        kept.check::<Read>().await,
        kept_member.check::<Invite>().await,
        kept_member.check_in::<Invite>("acme").await.map(drop),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().code(), RejectionCode::Revoked);
    }
}

#[tokio::test]
async fn a_list_without_entries_refuses_nobody_and_another_list_is_not_asked() {
    let world = World::start();
    let other = world.tenant.revocations().start().unwrap();
    let app = app(world.logto());
    let token = token(&world, "alice");
    other.revoke(Revocation::everything()).await.unwrap();
    for way in WAYS {
        assert_eq!(ask(&app, way, &token).await, Answer::ok("passed"), "{way}");
    }
}

#[tokio::test]
async fn clones_of_a_list_share_its_entries() {
    let world = World::start();
    let app = app(world.logto());
    let token = token(&world, "alice");
    assert_eq!(ask(&app, "/layer", &token).await, Answer::ok("passed"));
    let clone = world.revocations.clone();
    clone.revoke(Revocation::everything()).await.unwrap();
    assert_eq!(ask(&app, "/layer", &token).await, revoked("1"));
}
