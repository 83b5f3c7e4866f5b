//! Tests how the client and the reconciler treat `Retry-After`. A tenant, or a proxy in front of it, can ask
//! for long waits with this header.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::StatusCode;
use logto_management::{Credentials, Error, Management, ReconcileError, Reconciler, Wait};
use logto_runtime::test_util::{Fault, TenantEndpoint};
use tokio::{task::yield_now, time::timeout};

use crate::{SECRET, SOON, World, log};

const ENDPOINTS: [TenantEndpoint; 2] = [TenantEndpoint::Token, TenantEndpoint::Management];

/// Values of `Retry-After`, and the seconds that the client reads from each.
const VALUES: [(Option<&str>, Option<u64>); 11] = [
    (None, None),
    (Some("0"), Some(0)),
    (Some("7"), Some(7)),
    (Some("86400"), Some(86_400)),
    (Some("18446744073709551615"), Some(u64::MAX)),
    (Some("18446744073709551616"), None),
    (Some("-1"), None),
    (Some("1.5"), None),
    (Some("soon"), None),
    (Some(""), None),
    (Some("Wed, 21 Oct 2099 07:28:00 GMT"), None),
];

fn answer(status: u16, value: Option<&str>) -> Fault {
    let status = StatusCode::from_u16(status).unwrap();
    Fault::answer(status, value.map(|value| ("retry-after", value)), "")
}

fn builder(world: &World) -> logto_management::ManagementBuilder {
    Management::builder(world.tenant.endpoint(), Credentials::new("manager", SECRET))
}

fn reconciler(world: &World, management: Management, every: Duration) -> Reconciler {
    Reconciler::builder(management, &world.revocations, &world.receiver.url)
        .every(every)
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_reconciler_heeds_retry_after_only_with_429() {
    let world = World::start().await;
    let management = builder(&world).patience(Duration::ZERO).build().unwrap();
    let mut reconciler = reconciler(&world, management, Duration::from_secs(30));
    for endpoint in ENDPOINTS {
        for status in [429, 500, 502, 503, 504, 529] {
            for (value, seconds) in VALUES {
                world.tenant.fault(endpoint, answer(status, value));
                let error = reconciler.reconcile().await.unwrap_err();
                let expected = ReconcileError::Management(Error::Busy {
                    endpoint: world.tenant.endpoint().to_owned(),
                    status,
                    after: seconds.filter(|_| status == 429).map(Duration::from_secs),
                });
                assert_eq!(error, expected, "{endpoint:?} {status} {value:?}");
                world.tenant.recover();
            }
        }
    }
}

/// A proxy answers once with `Retry-After`, for example during maintenance. Logto works again at once.
#[tokio::test]
async fn the_reconciler_tries_again_soon_after_a_503_with_a_long_retry_after() {
    for value in ["50", "86400", "18446744073709551615"] {
        let world = World::start().await;
        let every = Duration::from_millis(100);
        let reconciler = reconciler(&world, builder(&world).build().unwrap(), every);
        world.receiver.answer_with(503);
        world.tenant.suspend("alice").await;
        world.receiver.answer_with(200);
        let token = world.token("alice");
        let alice = world.logto.verify(&token).await.unwrap();
        let fault = answer(503, Some(value));
        world.tenant.fault(TenantEndpoint::Management, fault);
        let applied = async {
            world.tenant.management_requested(1).await;
            world.tenant.recover();
            alice.until_invalid().await;
        };
        tokio::select! {
            never = reconciler.run() => match never {},
            ended = timeout(SOON, applied) => ended.unwrap(),
        }
    }
}

/// Waits until a pass has failed. The reconciler then waits for the next pass.
async fn until_it_waits() {
    let has_failed = |line: &String| line.contains("trying again");
    while !log::take_at("WARN").iter().any(has_failed) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Moves the clock of tokio forward. Call this function while the reconciler waits for the next pass.
async fn advance(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    for _ in 0..10 {
        yield_now().await;
    }
    tokio::time::resume();
}

#[tokio::test]
async fn after_a_429_the_reconciler_waits_as_asked_but_at_most_a_minute() {
    for (value, waits) in [("45", 45), ("86400", 60), ("18446744073709551615", 60)] {
        log::capture();
        let world = World::start().await;
        // With this patience, the client itself does not wait.
        let management = builder(&world).patience(Duration::ZERO).build().unwrap();
        let reconciler = reconciler(&world, management, Duration::from_millis(100));
        let fault = answer(429, Some(value));
        world.tenant.fault(TenantEndpoint::Management, fault);
        let waited = async {
            until_it_waits().await;
            world.tenant.recover();
            let before = world.tenant.management_requests();
            advance(waits - 5).await;
            assert_eq!(world.tenant.management_requests(), before, "{value}");
            advance(10).await;
            world.tenant.management_requested(before + 3).await;
        };
        tokio::select! {
            never = reconciler.run() => match never {},
            ended = timeout(Duration::from_secs(600), waited) => ended.unwrap(),
        }
    }
}

#[tokio::test]
async fn an_outage_of_two_minutes_is_logged_while_the_reconciler_waits_for_the_next_pass() {
    log::capture();
    let world = World::start().await;
    let management = builder(&world).patience(Duration::ZERO).build().unwrap();
    let hour = Duration::from_secs(3_600);
    let reconciler = reconciler(&world, management, hour);
    let fault = answer(429, Some("18446744073709551615"));
    world.tenant.fault(TenantEndpoint::Management, fault);
    let logged = async {
        until_it_waits().await;
        advance(100).await;
        assert_eq!(log::take_at("ERROR"), Vec::<String>::new());
        advance(25).await;
        let errors = log::take_at("ERROR");
        assert_eq!(errors.len(), 1, "{errors:?}");
        let text = "could not be applied for 2 minutes";
        assert!(errors[0].contains(text), "{errors:?}");
        assert!(errors[0].contains("answers 429"), "{errors:?}");
        advance(1_000).await;
        assert_eq!(log::take_at("ERROR"), Vec::<String>::new());
        assert_eq!(world.tenant.management_requests(), 1);
    };
    tokio::select! {
        never = reconciler.run() => match never {},
        ended = timeout(2 * hour, logged) => ended.unwrap(),
    }
}

/// Outside the reconciler, for example in `cargo logto`, the client heeds `Retry-After` of 5xx responses too.
/// The patience is the client's maximum total wait. If the tenant asks for a longer wait, the call fails at
/// once.
#[tokio::test]
async fn a_call_of_the_client_does_not_wait_longer_than_its_patience() {
    let world = World::start().await;
    let patience = Duration::from_millis(60);
    let waits = Arc::new(Mutex::new(Vec::<Wait>::new()));
    let noted = Arc::clone(&waits);
    let management = builder(&world)
        .patience(patience)
        .on_wait(move |wait| noted.lock().unwrap().push(wait))
        .build()
        .unwrap();
    for endpoint in ENDPOINTS {
        for status in [429, 500, 502, 503, 504, 529] {
            for (value, seconds) in VALUES {
                world.tenant.fault(endpoint, answer(status, value));
                let error = management.resources().await.unwrap_err();
                let expected = Error::Busy {
                    endpoint: world.tenant.endpoint().to_owned(),
                    status,
                    after: seconds.map(Duration::from_secs),
                };
                assert_eq!(error, expected, "{endpoint:?} {status} {value:?}");
                let waits = std::mem::take(&mut *waits.lock().unwrap());
                let total: Duration = waits.iter().map(|wait| wait.duration).sum();
                assert!(total <= patience, "{waits:?}");
                // Even zero seconds count as 10 ms, so at most six waits fit into the patience.
                assert!(waits.len() <= 6, "{waits:?}");
                world.tenant.recover();
            }
        }
    }
}
