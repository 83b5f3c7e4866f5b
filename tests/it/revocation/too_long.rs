//! Webhooks whose body is too long to be read.

use tracing::Level;

use super::{KEY, World, delivery, signature, webhook};
use crate::{
    events::Events,
    support::{NOW, at, send},
};

/// A user can store so much custom data in Logto that the webhook about this user is too long. A stranger can
/// also send long bodies, and must not fill the program's log.
#[tokio::test]
async fn a_body_that_is_too_long_is_logged_as_an_error_once_a_minute() {
    let world = World::start();
    let app = webhook(&world.revocations);
    let body = " ".repeat(1024 * 1024 + 1);
    let signature = signature(KEY, body.as_bytes());
    for (second, errors) in [(0, 1), (0, 0), (60, 0), (61, 1), (62, 0)] {
        world.tenant.set_now(at(NOW + second));
        let events = Events::collect();
        let answer = send(&app, delivery(body.clone(), Some(&signature))).await;
        assert_eq!(answer.status, 413);
        let events = events.take();
        let logged = events.iter().filter(|it| it.level == Level::ERROR);
        assert_eq!(logged.count(), errors, "{second} {events:?}");
    }
}
