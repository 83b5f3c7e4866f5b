//! Runs the client of `logto-runtime/docs/live-connections.md` in a browser, against the example `saas`.

use logto_runtime::Revocation;
use serde_json::json;

use crate::{session::Session, tab::Tab};

/// Opens a tab with the client in `live.js`, and with a stand-in for Logto's SDK.
///
/// - `getAccessToken` returns a token of the first user. After a call of `clearAccessToken`, it returns a
///   token of the second user. After a second call of `clearAccessToken`, it fails as if the user were signed
///   out. The variable `calls` counts its calls.
/// - If the variable `offline` is n, the next n calls of `getAccessToken` fail as if there were no network.
/// - The next calls of `getAccessToken` fail with the errors in `failures`.
async fn tab_with_tokens(session: &Session, users: [&str; 2]) -> Tab {
    let tokens = users.map(|user| {
        let token = session.tenant.token().user(user);
        token.scopes(["read:products"]).mint()
    });
    let tab = session.tab().await;
    tab.run(&format!(
        "{}
        var failure = (message, code) => Object.assign(new Error(message), {{ code }});
        var tokens = {};
        var offline = 0;
        var calls = 0;
        var failures = [];
        var sdk = {{
            getAccessToken: async () => {{
                calls += 1;
                if (failures.length > 0) throw failures.shift();
                if (offline > 0) {{ offline -= 1; throw new TypeError('Failed to fetch'); }}
                if (tokens.length === 0) throw failure('signed out', 'not_authenticated');
                return tokens[0];
            }},
            clearAccessToken: async () => {{ tokens.shift(); }},
        }};",
        include_str!("live.js"),
        json!(tokens),
    ))
    .await;
    tab
}

async fn revoke(session: &Session, user: &str) {
    let revocation = Revocation::subject(user);
    session.revocations.revoke(revocation).await.unwrap();
}

pub(crate) async fn a_new_token_opens_a_new_socket_after_a_revocation(session: &Session) {
    let tab = tab_with_tokens(session, ["erin", "frank"]).await;
    tab.run("offline = 2").await;
    connect(session, &tab, "/api/products/live").await;
    for (left, user) in [(2, "erin"), (1, "frank")] {
        tab.until(&format!("tokens.length === {left} && live.send('moon')"))
            .await;
        tab.until("messages.shift() === 'Insufficient scope'").await;
        revoke(session, user).await;
    }
    tab.until("signedOut === 'signed out'").await;
    tab.close().await;
}

/// Connects to a route of the API with the client.
async fn connect(session: &Session, tab: &Tab, path: &str) {
    let url = session.address.replace("http://", "ws://") + path;
    tab.run(&format!(
        "var messages = [];
        var signedOut = '';
        var live = connect({}, {{
            ...sdk,
            onMessage: (text) => messages.push(text),
            onSignedOut: (error) => {{ signedOut = error.message; }},
        }});",
        json!(url),
    ))
    .await;
}

/// Logto's SDK throws such errors after 429, 500 and a page of a proxy.
pub(crate) async fn an_outage_of_logto_does_not_sign_the_user_out(session: &Session) {
    let tab = tab_with_tokens(session, ["ivan", "judy"]).await;
    tab.run(
        "failures = [
            failure('Too many requests', 'request.too_many_requests'),
            failure('Unexpected response', 'unexpected_response_error'),
            new SyntaxError('Unexpected token <'),
        ];",
    )
    .await;
    connect(session, &tab, "/api/products/live").await;
    tab.until("signedOut !== '' || live.send('moon')").await;
    assert_eq!(tab.read::<String>("signedOut").await, "");
    tab.run("failures = [failure('the grant is gone', 'oidc.invalid_grant')]")
        .await;
    revoke(session, "ivan").await;
    tab.until("signedOut === 'the grant is gone'").await;
    tab.close().await;
}

pub(crate) async fn a_failed_handshake_clears_the_token_only_if_the_service_rejects_it(
    session: &Session,
) {
    // This route does not open a socket, and accepts every caller. So the handshake fails, as it does while a
    // service restarts.
    let tab = tab_with_tokens(session, ["kate", "liam"]).await;
    connect(session, &tab, "/healthz").await;
    tab.until("calls >= 3").await;
    tab.run("live.close()").await;
    assert_eq!(tab.read::<u32>("tokens.length").await, 2);

    revoke(session, "kate").await;
    connect(session, &tab, "/api/products/live").await;
    tab.until("live.send('moon')").await;
    assert_eq!(tab.read::<u32>("tokens.length").await, 1);
    // The browser complains about each handshake that fails.
    tab.page.close().await.unwrap();
}

pub(crate) async fn a_socket_that_is_closed_at_once_is_opened_again_more_and_more_slowly(
    session: &Session,
) {
    let tab = tab_with_tokens(session, ["mona", "nick"]).await;
    // The functions of the browser are replaced, so that the client does not wait.
    tab.run(
        "var delays = [];
        Math.random = () => 0.5;
        WebSocket = class {
            constructor() {
                queueMicrotask(() => { this.onopen(); this.onclose({ code: 1000 }); });
            }
        };
        setTimeout = (run, delay) => {
            if (delay === 5000) return;
            if (delays.push(delay) < 4) queueMicrotask(run);
        };",
    )
    .await;
    connect(session, &tab, "/api/products/live").await;
    tab.until("delays.length === 4").await;
    let delays = tab.read::<Vec<u32>>("delays").await;
    assert_eq!(delays, [500, 1_000, 2_000, 4_000]);
    tab.close().await;
}

pub(crate) async fn a_stream_ends_after_a_revocation_and_a_rejected_token_is_replaced(
    session: &Session,
) {
    let tab = tab_with_tokens(session, ["grace", "heidi"]).await;
    revoke(session, "grace").await;
    tab.run(
        "var prices = [];
        var ended = false;
        void listen('/api/products/events', { ...sdk, onData: (price) => prices.push(price) })
            .then(() => { ended = true; });",
    )
    .await;
    tab.until("prices[0] === '7' && prices[1] === '8'").await;
    assert_eq!(tab.read::<u32>("tokens.length").await, 1);
    assert!(!tab.read::<bool>("ended").await);
    revoke(session, "heidi").await;
    tab.until("ended").await;
    // The one complaint is the 401, which the browser itself reports.
    tab.close_with_complaints(1).await;
}
