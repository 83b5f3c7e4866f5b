//! Tests that each visible text of the explorer has a contrast of at least 4.5 to 1 (WCAG 2.2 §1.4.3). The
//! contrast is computed from the colours that the browser shows.

use crate::{cells::GLOBEX_AT_ACME, session::Session};

/// A script that returns the number of checked texts, and the texts with too little contrast.
const TOO_LOW: &str = r#"
    (() => {
        const channels = (color) => color.match(/[\d.]+/g).map(Number);
        const luminance = (rgb) => {
            const [r, g, b] = rgb.slice(0, 3).map((it) => {
                const c = it / 255;
                return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element) => {
            for (let it = element; it; it = it.parentElement) {
                const color = channels(getComputedStyle(it).backgroundColor);
                if (color.length === 3 || color[3] === 1) return color;
                if (color[3] !== 0) throw new Error("a background is translucent");
            }
            throw new Error("a text has no background");
        };
        const found = [];
        let checked = 0;
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const element = texts.currentNode.parentElement;
            if (!texts.currentNode.textContent.trim() || !element.checkVisibility()) continue;
            const [one, other] = [channels(getComputedStyle(element).color), behind(element)]
                .map(luminance)
                .sort((a, b) => b - a);
            const ratio = (one + 0.05) / (other + 0.05);
            checked += 1;
            if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${texts.currentNode.textContent}`);
        }
        return [checked, found];
    })()
"#;

pub(crate) async fn each_text_has_enough_contrast_in_light_and_dark_mode(session: &Session) {
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        let tab = session.tab().await;
        tab.emulate_color_scheme(scheme).await;
        tab.run(&format!("({GLOBEX_AT_ACME}).click()")).await;
        // The opened cell moves up, and is translucent until its animation ends.
        tab.until("document.getAnimations().every((it) => it.playState === 'finished')")
            .await;
        let (checked, found): (u32, Vec<String>) = tab.read(TOO_LOW).await;
        assert!(checked > 200, "{checked}");
        assert_eq!(found, Vec::<String>::new(), "{scheme}");
        let background = "getComputedStyle(document.body).backgroundColor";
        backgrounds.push(tab.read::<String>(background).await);
        tab.close().await;
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}
