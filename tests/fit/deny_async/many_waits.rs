//! More connections wait with `until_invalid` than there is room for in the memory of answers.

use std::time::Duration;

use futures_util::future::join_all;
use logto_runtime::Denial;
use tokio::time::{pause, timeout};

use super::{Db, Says};
use crate::support::tenant;

const WAITS: usize = 800;
const MINUTE: Duration = Duration::from_secs(60);

/// An answer takes more room if its token is long. The answers about these tokens would take twice the room
/// that the memory has.
#[tokio::test]
async fn a_wait_asks_again_only_after_the_time_for_which_an_answer_is_remembered() {
    let tenant = tenant();
    tenant.set_now(tenant.now());
    let db = Db::default();
    let builder = tenant.logto().deny_remembered_for(MINUTE);
    let logto = db.in_builder(builder).build().unwrap();
    let mut callers = Vec::new();
    for number in 0..WAITS {
        let token = tenant.token().user(format!("user-{number}"));
        let token = token.claim("padding", "x".repeat(10_000)).mint();
        callers.push(logto.verify(&token).await.unwrap());
    }
    // From here on, the time of tokio jumps to the next timer whenever all tasks wait.
    pause();
    let mut asked = db.asked();
    let mut waits: Vec<_> = callers
        .iter()
        .map(|caller| Box::pin(caller.until_invalid()))
        .collect();
    for _ in 0..2 {
        let half_a_minute = timeout(MINUTE / 2, join_all(waits.iter_mut()));
        assert!(half_a_minute.await.is_err(), "nobody was denied");
        let questions = db.asked() - asked;
        assert!(questions <= WAITS, "{questions} questions");
        asked = db.asked();
        tenant.advance(MINUTE);
    }
    db.says("user-7", Says::Denied(Denial::Forbidden));
    tenant.advance(MINUTE);
    let denied = timeout(Duration::from_secs(3), &mut waits[7]).await;
    assert!(denied.is_ok(), "the wait of a denied caller goes on");
}
