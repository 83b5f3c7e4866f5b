//! Uses the page of the explorer in a tab that runs no scripts.

use crate::{cells::GLOBEX_AT_ACME, paste::send, session::Session};

pub(crate) async fn the_page_works_without_script(session: &Session) {
    let tab = session.tab_without_script().await;
    // The buttons that copy need the script, so they are hidden.
    let offered = "[...document.querySelectorAll('.copy')].some((it) => !it.hidden)";
    assert!(!tab.read::<bool>(offered).await);

    for _ in 0..4 {
        tab.press("Tab").await;
    }
    assert_eq!(
        tab.read::<String>("document.activeElement.tagName").await,
        "SUMMARY"
    );
    tab.press("Enter").await;
    tab.until("document.activeElement.parentElement.open").await;
    tab.press("Enter").await;
    tab.until("document.querySelector('details[open]') === null")
        .await;

    tab.click(GLOBEX_AT_ACME).await;
    tab.until("document.querySelector('details[open]') !== null")
        .await;
    let section =
        format!("({GLOBEX_AT_ACME}).parentElement.querySelector('section').checkVisibility()");
    assert!(tab.read::<bool>(&section).await);

    let tab = session.tab_without_script().await;
    send(&tab, "undefined").await;
    let first = "document.querySelector('tbody summary').title";
    assert_eq!(
        tab.read::<String>(first).await,
        "pasted token: placeholder_token"
    );
    tab.close().await;
}
