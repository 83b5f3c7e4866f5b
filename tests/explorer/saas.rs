//! Tests the explorer of the example `saas` over a socket. Each cell of its table shows what the API answers.

use std::net::SocketAddr;

use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use saas::{ORG, PRODUCTS, WEBHOOK_KEY};
use tokio::net::TcpListener;

use crate::{command::NO_HANDSHAKE, support::rows};

/// Starts the API with its explorer. Returns the address and the tenant. The tenant stops when it is dropped.
async fn start() -> (String, logto_runtime::test_util::TestTenant) {
    let tenant = saas::embedded(0).unwrap();
    let revocations = tenant.revocations().start().unwrap();
    let logto = saas::logto(tenant.endpoint(), PRODUCTS, ORG, &revocations).unwrap();
    let explorer = saas::explorer(&logto).tenant(&tenant);
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let app = saas::app(logto, &revocations, Some(WEBHOOK_KEY), metrics).unwrap();
    let app = app.merge(explorer);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
    (address, tenant)
}

#[tokio::test]
async fn each_cell_of_the_page_shows_what_the_api_answers_to_its_command() {
    let (address, _tenant) = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = http
        .get(&address)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let rows = rows(&page);
    assert_eq!(rows.len(), 15);
    let mut sent = 0;
    for row in &rows {
        // A public route has no cells. It must answer 200 with and without a token.
        if row.cells.is_empty() {
            let path = row
                .head
                .split(' ')
                .nth(1)
                .unwrap()
                .strip_suffix("public")
                .unwrap();
            for token in [None, Some("garbage")] {
                let mut request = http.get(format!("{address}{path}"));
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
            }
        }
        for cell in &row.cells {
            let command = cell.request();
            let method = Method::from_bytes(command.method.as_bytes()).unwrap();
            let mut request = http.request(method, &command.url);
            for (name, value) in &command.headers {
                request = request.header(name, value);
            }
            if let Some(body) = &command.body {
                request = request.body(body.clone());
            }
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let challenge = answer.headers().get("www-authenticate");
            if let Some(challenge) = challenge {
                let shown = format!("WWW-Authenticate: {}", challenge.to_str().unwrap());
                assert!(cell.text.contains(&shown), "{}", cell.text);
            }
            // If axum answers that the WebSocket handshake is missing, the guard has accepted the request.
            let accepted = match status {
                400 => answer.text().await.unwrap() == NO_HANDSHAKE,
                status => status == 200,
            };
            let status = if accepted { 200 } else { status };
            assert_eq!(status, cell.status, "{} {}", row.head, cell.title);
            sent += 1;
        }
    }
    assert_eq!(sent, 12 * 14);
}

#[tokio::test]
async fn the_page_says_who_may_invite_members_to_acme_and_why_others_may_not() {
    let (address, _tenant) = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = http.get(&address).send().await.unwrap();
    let page = page.text().await.unwrap();
    let rows = rows(&page);
    let invite = rows
        .iter()
        .find(|row| {
            row.head
                .starts_with("POST /api/organizations/acme/invitations")
        })
        .unwrap();
    let may: Vec<_> = invite
        .cells
        .iter()
        .filter(|cell| cell.status == 200)
        .map(|cell| cell.title.as_str())
        .collect();
    assert_eq!(
        may,
        [
            "user with the scopes: granted",
            "machine with the scopes: granted",
            "administrator of acme: granted",
        ]
    );
    let title = "administrator of globex: organization_mismatch";
    let why = invite
        .cells
        .iter()
        .find(|cell| cell.title == title)
        .unwrap();
    for said in [
        "The token's organization is not the one in the request.",
        "organization in the requestacme",
        "organization of the tokenglobex",
        "Use one token per organization.",
    ] {
        assert!(why.text.contains(said), "{said} is not in {}", why.text);
    }
    let machine = "<span>organization_id=</span>acme</code><code><span>scope=</span>invite:member";
    assert!(page.contains(machine), "{page}");
}

/// A pull request that changes who may call a route must change `examples/saas/matrix.json`, too.
#[tokio::test]
async fn the_matrix_of_the_example_equals_its_file() {
    let tenant = saas::embedded(0).unwrap();
    let revocations = tenant.revocations().start().unwrap();
    let logto = saas::logto(tenant.endpoint(), PRODUCTS, ORG, &revocations).unwrap();
    let matrix = saas::explorer(&logto).tenant(&tenant).matrix().await;
    matrix.assert_file(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../examples/saas/matrix.json"
    ));
}
