//! The contrast of the explorer's texts, computed from what the browser shows: at least 4.5 to 1 (WCAG 2.2
//! §1.4.3).

use crate::{cells::GLOBEX_AT_ACME, session::Session};

/// Returns the number of checked texts, and each text whose contrast to its background is too low.
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
                if (color[3] !== 0) throw new Error("translucent");
            }
            throw new Error("nothing behind");
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

pub(crate) async fn text_has_contrast_in_light_and_in_dark(session: &Session) {
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        let tab = session.tab().await;
        tab.emulate_color_scheme(scheme).await;
        tab.run(&format!("({GLOBEX_AT_ACME}).click()")).await;
        // The opened cell rises, and is translucent until it stops.
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
