//! Uses the page of the explorer with the keyboard alone.

use crate::session::Session;

const FOCUSED: &str = "document.activeElement";

pub(crate) async fn the_page_can_be_used_with_the_keyboard_alone(session: &Session) {
    let tab = session.tab().await;
    // The Tab key moves the focus to the field for a token, its button, the table, and the first cell.
    let mut passed = Vec::new();
    for _ in 0..8 {
        tab.press("Tab").await;
        let focused: String = tab
            .read(&format!("{FOCUSED}.id || {FOCUSED}.tagName"))
            .await;
        passed.push(focused);
        if passed.last().is_some_and(|it| it == "SUMMARY") {
            break;
        }
    }
    assert_eq!(passed, ["token", "BUTTON", "DIV", "SUMMARY"]);
    let outline: String = tab
        .read(&format!("getComputedStyle({FOCUSED}).outlineStyle"))
        .await;
    assert_eq!(outline, "solid");

    tab.press("Enter").await;
    tab.until(&format!("{FOCUSED}.parentElement.open")).await;
    // An arrow key closes the open cell, and opens the next cell in the direction of the arrow.
    let title = format!("{FOCUSED}.title");
    assert_eq!(tab.read::<String>(&title).await, "nobody: granted");
    tab.press("ArrowRight").await;
    tab.until(&format!(
        "{title} === 'garbage: malformed_token' && {FOCUSED}.parentElement.open"
    ))
    .await;
    tab.press("ArrowDown").await;
    tab.until(&format!(
        "{FOCUSED}.closest('tr').textContent.includes('/api/protected')"
    ))
    .await;
    tab.press("ArrowUp").await;
    tab.press("ArrowLeft").await;
    tab.press("ArrowLeft").await;
    tab.until(&format!("{title} === 'nobody: granted'")).await;
    assert_eq!(
        tab.read::<u32>("document.querySelectorAll('details[open]').length")
            .await,
        1
    );

    // The next stop of the Tab key is inside the opened cell.
    tab.press("Tab").await;
    assert!(
        tab.read::<bool>(&format!(
            "{FOCUSED}.closest('details[open] section') !== null"
        ))
        .await
    );
    tab.press("Escape").await;
    tab.until("document.querySelector('details[open]') === null")
        .await;
    assert_eq!(tab.read::<String>(&title).await, "nobody: granted");
    tab.close().await;
}
