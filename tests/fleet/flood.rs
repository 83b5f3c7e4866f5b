//! A flood of forged tokens keeps all threads of a runtime busy. A replica reads the revocation log in the
//! same runtime.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{task::yield_now, time::sleep};

use super::{
    bound, is_long,
    replica::{Replica, tenant, token},
    server::whole_machine,
};

/// How many strangers send forged tokens. Each stranger sends one request after the other.
const STRANGERS: usize = 1_000;

/// Returns the token with a wrong signature. The key id is right, so the replica must check the signature.
fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", &signature[1..])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revocations_arrive_under_a_flood_of_forged_tokens() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let receiver = Replica::receiver(&tenant, server.log()).await;
    let replica = Arc::new(Replica::start(&tenant, server.log()));
    replica.ready().await;
    let rounds = if is_long() { 100 } else { 10 };
    let users: Vec<_> = (0..rounds).map(|number| format!("user-{number}")).collect();
    let tokens: Vec<_> = users.iter().map(|user| token(&tenant, user)).collect();
    for token in &tokens {
        replica.verify(token).await.unwrap();
    }
    let forged: Arc<str> = forged(&tokens[0]).into();
    let (checked, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let strangers: Vec<_> = (0..STRANGERS)
        .map(|_| {
            let (replica, forged) = (Arc::clone(&replica), Arc::clone(&forged));
            let (checked, ended) = (Arc::clone(&checked), Arc::clone(&ended));
            tokio::spawn(async move {
                while !ended.load(Ordering::Relaxed) {
                    replica.verify(&forged).await.unwrap_err();
                    checked.fetch_add(1, Ordering::Relaxed);
                    yield_now().await;
                }
            })
        })
        .collect();
    let began = Instant::now();
    let mut times = Vec::new();
    for (user, token) in users.iter().zip(&tokens) {
        let suspended_at = Instant::now();
        assert_eq!(receiver.deliver_deletion(user).await, 200);
        times.push(replica.until_refused(token).await - suspended_at);
        sleep(Duration::from_millis(20)).await;
    }
    let per_second = checked.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    for stranger in strangers {
        stranger.await.unwrap();
    }
    times.sort();
    let (median, greatest) = (times[times.len() / 2], times[times.len() - 1]);
    report!(
        "{STRANGERS} strangers, {per_second:.0} forged tokens a second: from webhook to 401, \
         {median:.1?} (median), {greatest:.1?} (greatest)"
    );
    assert!(greatest < bound(), "{times:?}");
}
