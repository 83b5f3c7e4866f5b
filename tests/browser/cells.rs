//! Tests the explorer, a page with a table of who may call what. Tests the cells of the table, and the button
//! that copies a command.

use serde::Deserialize;

use crate::{command::Command, session::Session};

#[derive(Debug, Deserialize)]
struct Cell {
    row: String,
    title: String,
    status: String,
    command: String,
}

const CELLS: &str = r#"
    [...document.querySelectorAll("tbody details")].map((cell) => ({
        row: cell.closest("tr").querySelector("th").textContent,
        title: cell.querySelector("summary").title,
        status: cell.querySelector("summary").firstChild.textContent,
        command: cell.querySelector(".command code").textContent,
    }))
"#;

pub(crate) async fn each_cell_shows_what_the_api_answers_to_its_command(session: &Session) {
    let tab = session.tab().await;
    let cells: Vec<Cell> = tab.read(CELLS).await;
    assert_eq!(cells.len(), 12 * 14);
    for cell in cells {
        let command = Command::parse(&cell.command);
        let status = session.send(&command).await;
        assert_eq!(
            status.to_string(),
            cell.status,
            "{} {}",
            cell.row,
            cell.title
        );
    }
    tab.close().await;
}

/// The cell of this request: an administrator of the organization globex invites somebody to acme.
pub(crate) const GLOBEX_AT_ACME: &str = r#"
    [...document.querySelectorAll("tbody tr")]
        .find((row) => row.textContent.includes("POST /api/organizations/acme/invitations"))
        .querySelector("summary[title='administrator of globex: organization_mismatch']")
"#;

pub(crate) async fn an_opened_cell_says_why_the_caller_is_rejected(session: &Session) {
    let tab = session.tab().await;
    let visible = |of: &str| format!("{of}.checkVisibility()");
    let section = format!("({GLOBEX_AT_ACME}).parentElement.querySelector('section')");
    assert!(!tab.read::<bool>(&visible(&section)).await);
    tab.run(&format!("({GLOBEX_AT_ACME}).click()")).await;
    tab.until(&visible(&section)).await;
    let text: String = tab.read(&format!("{section}.innerText")).await;
    for said in [
        "administrator of globex: POST /api/organizations/acme/invitations",
        "The token's organization is not the one in the request.",
        "Use one token per organization.",
        "WWW-Authenticate: Bearer error=\"insufficient_scope\"",
        "\"aud\": \"urn:logto:organization:globex\"",
    ] {
        assert!(text.contains(said), "{said} is not in\n{text}");
    }
    let link: String = tab
        .read(&format!("{section}.querySelector('a').href"))
        .await;
    assert!(link.starts_with("https://docs.rs/logto-runtime/"), "{link}");
    assert!(
        link.ends_with("/troubleshooting/index.html#organization_mismatch"),
        "{link}"
    );

    // Opening another cell closes the first one.
    tab.run("document.querySelector('tbody summary').click()")
        .await;
    tab.until("document.querySelectorAll('details[open]').length === 1")
        .await;
    tab.until(&format!("!{}", visible(&section))).await;
    tab.close().await;
}

pub(crate) async fn a_button_copies_the_command(session: &Session) {
    let tab = session.tab().await;
    tab.run(&format!("({GLOBEX_AT_ACME}).click()")).await;
    tab.run("document.querySelector('details[open] .copy').click()")
        .await;
    tab.until("document.querySelector('details[open] .copy').textContent !== 'Copy'")
        .await;
    let shown: String = tab
        .read("document.querySelector('details[open] .command code').textContent")
        .await;
    let said: String = tab
        .read("document.querySelector('details[open] .copy').textContent")
        .await;
    assert_eq!(said, "Copied");
    let clipboard: String = tab.read("navigator.clipboard.readText()").await;
    assert_eq!(clipboard, shown);
    tab.close().await;
}
