//! A WebSocket of a script, which connects again with another token when its first one ends.

use logto_runtime::Revocation;
use serde_json::json;

use crate::session::Session;

/// The client of the page about live connections.
const CLIENT: &str = include_str!("live.js");

pub(crate) async fn a_socket_ends_with_its_token_and_a_new_token_opens_another(session: &Session) {
    let token = |user: &str| {
        let token = session.tenant.token().user(user);
        token.scopes(["read:products"]).mint()
    };
    let url = session.address.replace("http://", "ws://") + "/api/products/live";
    let page = format!(
        "<!doctype html><script>{CLIENT}
        const tokens = {};
        const messages = [];
        let signedOut = false;
        const live = connect({}, {{
            getAccessToken: async () => tokens[0] ?? Promise.reject(new Error('signed out')),
            clearAccessToken: async () => {{ tokens.shift(); }},
            onMessage: (text) => messages.push(text),
            onSignedOut: () => {{ signedOut = true; }},
        }});
        </script>",
        json!([token("erin"), token("frank")]),
        json!(url),
    );
    let tab = session.visit_elsewhere(&page).await;
    for (left, user) in [(2, "erin"), (1, "frank")] {
        tab.until(&format!("tokens.length === {left} && live.send('moon')"))
            .await;
        tab.until("messages.shift() === 'Insufficient scope'").await;
        let revocation = Revocation::subject(user);
        session.revocations.revoke(revocation).await.unwrap();
    }
    tab.until("signedOut && tokens.length === 0").await;
}
