//! The method, the body and the scheme of the commands that the explorer shows for routes.

use logto_runtime::{Logto, require_scopes, routes::Routes};

use crate::support::{explorer, get, local, rows, send, tenant};

#[require_scopes("read:products")]
async fn search() {}

/// Without `-X`, curl sends `POST` if there is a body. It cannot send a body if it asks for the head only.
#[tokio::test]
async fn a_command_sends_the_method_and_the_body_of_its_route() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes: Routes<Logto> = Routes::new()
        .get("/search", search)
        .head("/size", search)
        .post("/products", search)
        .get("/plain", search);
    let explorer = ["GET /search", "HEAD /size", "POST /products"]
        .into_iter()
        .fold(logto.explorer(&routes), |explorer, route| {
            let (method, path) = route.split_once(' ').unwrap();
            explorer.example_body(method, path, "{}")
        });
    let page = get(&explorer.into_router(), "/").await;
    let commands: Vec<_> = rows(&page.body)
        .into_iter()
        .map(|row| row.cells[0].request())
        .map(|command| (command.method, command.body))
        .collect();
    let body = Some("{}".to_owned());
    assert_eq!(
        commands,
        [
            ("GET".to_owned(), body.clone()),
            ("HEAD".to_owned(), None),
            ("POST".to_owned(), body),
            ("GET".to_owned(), None),
        ]
    );
    let shown = rows(&page.body)[0].cells[0].command.clone();
    assert!(shown.contains(" -X GET "), "{shown}");
}

/// The commands can contain a token.
#[tokio::test]
async fn commands_for_another_computer_use_https() {
    let tenant = tenant();
    for (host, url) in [
        ("127.0.0.1:3000", "http://127.0.0.1:3000/products"),
        ("localhost:3000", "http://localhost:3000/products"),
        ("dev.example", "https://dev.example/products"),
        ("192.168.1.7:8443", "https://192.168.1.7:8443/products"),
    ] {
        let app = explorer(&tenant).allow_remote().into_router();
        let mut request = local("GET", "/");
        request.headers_mut().insert("host", host.parse().unwrap());
        let page = send(&app, request).await;
        assert_eq!(rows(&page.body)[0].cells[0].request().url, url, "{host}");
    }
}
