//! Tests that the page of the explorer fits into the window of a laptop, and that its table has headings.

use std::{env, fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use chromiumoxide::{cdp::browser_protocol::page::CaptureScreenshotFormat, page::ScreenshotParams};
use serde_json::Value;

use crate::{cells::GLOBEX_AT_ACME, session::Session};

/// The screenshot of the page. A text file beside it has the same image for rustdoc, which does not copy
/// images.
const SCREENSHOT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../logto-runtime/docs/explorer.webp"
);

pub(crate) async fn everything_is_in_view_on_a_laptop(session: &Session) {
    let tab = session.tab().await;
    let size: Vec<u32> = tab
        .read("[innerWidth, innerHeight, document.documentElement.scrollHeight]")
        .await;
    assert_eq!(size[..2], [1280, 800]);
    assert!(size[2] <= 800, "the page is {} pixels high", size[2]);
    let wide: Vec<u32> = tab
        .read("(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])(document.querySelector('.scroll'))")
        .await;
    assert_eq!(wide[0], wide[1]);

    // An opened cell does not cover its row.
    tab.run(&format!("({GLOBEX_AT_ACME}).click()")).await;
    tab.until("document.getAnimations().every((it) => it.playState === 'finished')")
        .await;
    let covered = format!(
        "document.querySelector('details[open] section').getBoundingClientRect().top \
         < ({GLOBEX_AT_ACME}).getBoundingClientRect().bottom"
    );
    assert!(!tab.read::<bool>(&covered).await);

    let parameters = ScreenshotParams::builder()
        .format(CaptureScreenshotFormat::Webp)
        .quality(55)
        .build();
    let image = tab.page.screenshot(parameters).await.unwrap();
    assert!(image.len() < 150_000, "{} bytes", image.len());
    if env::var_os("LOGTO_SCREENSHOT").is_some_and(|it| it == "overwrite") {
        fs::write(SCREENSHOT, &image).unwrap();
        fs::write(
            Path::new(SCREENSHOT).with_extension("webp.txt"),
            as_text(&image),
        )
        .unwrap();
    }
    let kept = fs::read(SCREENSHOT).unwrap();
    let text = fs::read_to_string(Path::new(SCREENSHOT).with_extension("webp.txt")).unwrap();
    assert!(
        as_text(&kept) == text,
        "the screenshot and its text file differ; renew both with LOGTO_SCREENSHOT=overwrite"
    );
    tab.close().await;
}

fn as_text(image: &[u8]) -> String {
    format!("data:image/webp;base64,{}", STANDARD.encode(image))
}

pub(crate) async fn the_table_has_headings_for_rows_and_columns(session: &Session) {
    let tab = session.tab().await;
    let facts: Value = tab
        .read(
            r##"
            (() => {
                const count = (selector) => document.querySelectorAll(selector).length;
                return {
                    language: document.documentElement.lang,
                    titles: count("h1"),
                    captions: count("table > caption"),
                    groups: count("thead th[scope=colgroup]"),
                    columns: count("thead tr:last-child th[scope=col]"),
                    rows: count("tbody tr"),
                    heads: count("tbody tr > th[scope=row]"),
                    labelled: document.querySelector("#token").labels.length,
                    unnamed: [...document.querySelectorAll("summary, button, a, input")]
                        .filter((it) => !it.textContent.trim() && !it.labels?.length).length,
                    doubled: count("[id]") - new Set([...document.querySelectorAll("[id]")].map((it) => it.id)).size,
                };
            })()
            "##,
        )
        .await;
    assert_eq!(
        facts,
        serde_json::json!({
            "language": "en",
            "titles": 1,
            "captions": 1,
            "groups": 6,
            "columns": 14,
            "rows": 15,
            "heads": 15,
            "labelled": 1,
            "unnamed": 0,
            "doubled": 0,
        })
    );
    tab.close().await;
}
