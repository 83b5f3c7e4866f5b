//! Pastes tokens into the explorer in a browser.

use serde::Deserialize;

use crate::{command::Command, session::Session, tab::Tab};

#[derive(Debug, Deserialize)]
struct Pasted {
    row: String,
    title: String,
    status: String,
    command: String,
}

pub(crate) async fn send(tab: &Tab, token: &str) {
    tab.click("document.querySelector('#token')").await;
    tab.write(token).await;
    tab.press("Enter").await;
    tab.until("document.querySelector('.notice') !== null && document.readyState === 'complete'")
        .await;
}

pub(crate) async fn a_pasted_token_adds_a_column_and_is_not_stored_or_shown(session: &Session) {
    let tab = session.tab().await;
    let token = session
        .tenant
        .token()
        .user("carol")
        .resource(saas::PRODUCTS)
        .scopes(["read:products"]);
    let token = token.mint();
    send(&tab, &token).await;
    let cells: Vec<Pasted> = tab
        .read(
            r#"
            [...document.querySelectorAll("tbody tr")]
                .map((row) => [row.querySelector("th").textContent, row.querySelector("details")])
                .filter(([, cell]) => cell)
                .map(([row, cell]) => ({
                    row,
                    title: cell.querySelector("summary").title,
                    status: cell.querySelector("summary").firstChild.textContent,
                    command: cell.querySelector(".command code").textContent,
                }))
            "#,
        )
        .await;
    assert_eq!(cells.len(), 12);
    for cell in cells {
        assert!(cell.title.starts_with("pasted token: "), "{}", cell.title);
        assert!(!cell.command.contains(&token));
        let mut command = Command::parse(&cell.command);
        for (_, value) in &mut command.headers {
            *value = value.replace("$TOKEN", &token);
        }
        let status = session.send(&command).await;
        assert_eq!(
            status.to_string(),
            cell.status,
            "{} {}",
            cell.row,
            cell.title
        );
    }
    let signature = token.rsplit('.').next().unwrap();
    let address: String = tab.read("location.href").await;
    assert_eq!(address, format!("{}/", session.address));
    let page: String = tab.read("document.documentElement.outerHTML").await;
    assert!(!page.contains(signature));
    for url in tab.requests() {
        assert!(!url.contains(signature), "{url}");
    }
    let kept: String = tab
        .read("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        .await;
    assert_eq!(kept, r#"[{},{},""]"#);
    tab.close().await;
}

/// One page of another origin submits a form to the explorer. A second page has the explorer in a frame.
pub(crate) async fn other_sites_cannot_send_a_token_or_show_the_page_in_a_frame(session: &Session) {
    let address = &session.address;
    let form = format!(
        "<!doctype html><form method=post action='{address}/'><input name=token value=eyJ></form>"
    );
    let tab = session.visit_elsewhere(&form).await;
    tab.run("document.querySelector('form').submit()").await;
    tab.until(&format!(
        "location.href === '{address}/' && document.readyState === 'complete'"
    ))
    .await;
    let text: String = tab.read("document.body.innerText").await;
    assert!(text.contains("another site sent this form"), "{text}");
    let frame = format!("<!doctype html><iframe src='{address}/'></iframe>");
    let tab = session.visit_elsewhere(&frame).await;
    tab.until("document.readyState === 'complete'").await;
    let blocked = |it: &String| it.contains("X-Frame-Options") || it.contains("frame");
    for _ in 0..200 {
        if tab.complaints().iter().any(blocked) {
            return;
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{:?}", tab.complaints());
}
