//! Sends requests to the explorer (a page that shows who may call which route), and reads the page. Does not
//! use a socket.

use std::net::SocketAddr;

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use http_body_util::BodyExt;
use logto_runtime::{
    Logto,
    explorer::Explorer,
    public, require_scopes,
    routes::Routes,
    test_util::{Client, Membership, TestTenant, User},
};
use tower::ServiceExt;

use crate::command::Command;

pub(crate) const API: &str = "https://api.example.com";

/// An answer with its headers as text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert_eq!(found.next(), None, "{name} is there twice");
        value
    }
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer {
        status,
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// Returns a request of a browser on the same computer.
pub(crate) fn local(method: &str, path: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:3000")
        .body(Body::empty())
        .unwrap();
    let peer: SocketAddr = "127.0.0.1:50000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

pub(crate) async fn get(app: &Router, path: &str) -> Answer {
    send(app, local("GET", path)).await
}

/// Returns the request that the page sends for a pasted token.
pub(crate) fn form(token: &str) -> Request<Body> {
    let mut request = local("POST", "/");
    let headers = request.headers_mut();
    let media_type = "application/x-www-form-urlencoded";
    headers.insert("content-type", media_type.parse().unwrap());
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    headers.insert("origin", "null".parse().unwrap());
    *request.body_mut() = Body::from(format!("token={token}"));
    request
}

/// A row of the page.
#[derive(Debug)]
pub(crate) struct ShownRow {
    pub(crate) head: String,
    /// Empty for a route that lets everyone in, and for a nested router without any known guard.
    pub(crate) cells: Vec<ShownCell>,
}

/// A cell of the page: the answer of a route to a persona (a caller).
#[derive(Debug)]
pub(crate) struct ShownCell {
    /// The status that the cell shows. 0 if the cell shows `?` (undecided).
    pub(crate) status: u16,
    /// The persona and the code, such as `nobody: missing_token`.
    pub(crate) title: String,
    pub(crate) command: String,
    pub(crate) text: String,
}

impl ShownCell {
    pub(crate) fn request(&self) -> Command {
        Command::parse(&self.command)
    }
}

/// Reads the rows of a page.
pub(crate) fn rows(page: &str) -> Vec<ShownRow> {
    let body = between(page, "<tbody>", "</tbody>");
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| ShownRow {
        head: text(between(row, "<th scope=\"row\">", "</th>")),
        cells: row.split("<details").skip(1).map(cell).collect(),
    })
    .collect()
}

fn cell(html: &str) -> ShownCell {
    let summary = between(html, "<summary ", "</summary>");
    let status = between(summary, "\">", "<span");
    ShownCell {
        status: match status {
            "?" => 0,
            status => status.parse().unwrap(),
        },
        title: text(between(summary, "title=\"", "\"")),
        command: text(between(
            html,
            "<div class=\"command\"><pre tabindex=\"0\"><code>",
            "</code>",
        )),
        text: text(between(html, "<section>", "</section>")),
    }
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let (_, rest) = text
        .split_once(open)
        .unwrap_or_else(|| panic!("no {open} in {text}"));
    rest.split_once(close).unwrap().0
}

/// Removes markup and resolves escapes.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[require_scopes("read:products")]
async fn list() {}

#[public]
async fn health() {}

/// Returns the routes of a small API.
pub(crate) fn routes() -> Routes<Logto> {
    Routes::new().get("/products", list).get("/healthz", health)
}

pub(crate) fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(API, ["read:products"])
        .organization_permissions(["invite"])
        .organization("acme")
        .organization("globex")
        .user(User::new("alice").scopes(API, ["read:products"]))
        .client(
            Client::new("acme-admin", "secret")
                .member_of("acme", Membership::new().permissions(["invite"])),
        )
        .offline()
        .start()
}

/// Returns the explorer of the small API.
pub(crate) fn explorer(tenant: &TestTenant) -> Explorer {
    let logto = tenant.logto().build().unwrap();
    logto.explorer(&routes()).tenant(tenant)
}

/// Returns the router of the explorer of the small API.
pub(crate) fn app(tenant: &TestTenant) -> Router {
    explorer(tenant).into_router()
}
