//! Rotation and withdrawal of keys, and clients with tokens of a replaced key.

use std::time::Duration;

use logto_runtime::{Algorithm, test_util::SigningKey};

use super::{Api, OLD, STALE, foreign_token};
use crate::support::Answer;

#[tokio::test]
async fn a_new_key_that_signs_at_once_is_fetched_for_its_first_token() {
    let api = Api::warm().await;
    let old = api.token();
    api.tenant.rotate(Algorithm::RS256);
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    assert_eq!(api.ask(&old).await, Answer::ok("in"));
    assert_eq!(api.tenant.key_set_requests(), 2);
}

/// A staged key is in the key set before it signs.
#[tokio::test]
async fn a_staged_rotation_does_not_delay_requests() {
    let api = Api::warm().await;
    api.tenant.stage(Algorithm::ES384);
    api.tenant.advance(STALE);
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    api.refreshed().await;
    api.tenant.promote();
    api.tenant.stall();
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    assert_eq!(api.tenant.key_set_requests(), 2);
}

/// Clients go on sending tokens of a replaced key until the tokens expire. Fetches for replaced keys have a
/// rate limit of their own, so that a new key does not have to wait. A running service recognises replaced
/// keys by their ids. A restarted service compares times: a token of a replaced key was issued before the
/// last fetch.
#[tokio::test]
async fn clients_with_tokens_of_a_replaced_key_do_not_delay_a_new_key() {
    for restarted in [false, true] {
        let mut api = Api::warm().await;
        let old: Vec<_> = (0..50).map(|_| api.token()).collect();
        api.tenant.rotate(Algorithm::ES384);
        api.tenant.forget_previous_key();
        api.tenant.advance(Duration::from_secs(120));
        match restarted {
            true => api = api.restarted().await,
            false => api.logto.warm_up().await.unwrap(),
        }
        let before = api.tenant.key_set_requests();
        for token in &old {
            assert_eq!(api.ask(token).await, Answer::invalid_token());
        }
        let fetches = api.tenant.key_set_requests() - before;
        assert_eq!(fetches, 1, "restarted: {restarted}");

        api.tenant.rotate(Algorithm::ES256);
        for token in &old {
            assert_eq!(api.ask(token).await, Answer::invalid_token());
        }
        let new = api.ask(&api.token()).await;
        assert_eq!(new, Answer::ok("in"), "restarted: {restarted}");
        let fetches = api.tenant.key_set_requests() - before;
        assert_eq!(fetches, 2, "restarted: {restarted}");
    }
}

/// A server of Logto has answered with an outdated key set, which lacks the key of the token. After the
/// cooldown of 10 s, the token causes a fetch, and the service has the key again.
#[tokio::test]
async fn a_key_that_an_outdated_set_lacked_comes_back_after_the_cooldown() {
    let api = Api::warm().await;
    let (complete, token) = (api.tenant.jwks_json(), api.token());
    let next = SigningKey::generate(Algorithm::ES256);
    api.tenant
        .serve_keys(format!(r#"{{"keys":[{}]}}"#, next.jwk_json()));
    api.logto.warm_up().await.unwrap();
    assert_eq!(api.ask(&token).await, Answer::invalid_token());
    api.tenant.serve_keys(complete);
    assert_eq!(api.ask(&token).await, Answer::invalid_token());
    api.tenant.advance(Duration::from_secs(10));
    assert_eq!(api.ask(&token).await, Answer::ok("in"));
}

#[tokio::test]
async fn callers_who_hang_up_do_not_delay_a_rotation() {
    let api = Api::warm().await;
    api.tenant.rotate(Algorithm::ES384);
    api.tenant.stall();
    for _ in 0..20 {
        let request = api.spawn(&foreign_token(&api));
        api.tenant.key_set_requested(2).await;
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    api.tenant.recover();
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    assert_eq!(api.tenant.key_set_requests(), 2);
}

#[tokio::test]
async fn a_removed_key_stops_working_for_cached_tokens_too() {
    let api = Api::warm().await;
    let (cached, uncached) = (api.token(), api.token());
    assert_eq!(api.ask(&cached).await, Answer::ok("in"));
    api.tenant.rotate(Algorithm::ES256);
    api.tenant.forget_previous_key();
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    assert_eq!(api.ask(&cached).await, Answer::invalid_token());
    assert_eq!(api.ask(&uncached).await, Answer::invalid_token());
}

#[tokio::test]
async fn a_withdrawn_key_is_not_accepted_after_hours_without_requests() {
    let api = Api::warm().await;
    let token = api.token();
    api.tenant.rotate(Algorithm::ES256);
    api.tenant.forget_previous_key();
    api.tenant.advance(OLD * 9);
    assert_eq!(api.ask(&token).await, Answer::invalid_token());
}
