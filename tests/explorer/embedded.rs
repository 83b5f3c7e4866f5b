//! Pages of other sites load the explorer, for example as an image.

use crate::support::{app, local, send, tenant};

#[tokio::test]
async fn a_page_of_another_site_can_link_to_the_explorer_but_not_load_it_into_itself() {
    let app = app(&tenant());
    let cross = &["cross-site"][..];
    for (site, mode, destination, status) in [
        (&["none"][..], "navigate", "document", 200),
        (&["same-origin"], "no-cors", "style", 200),
        (&["same-origin"], "cors", "empty", 200),
        (cross, "navigate", "document", 200),
        (&["same-site"], "navigate", "document", 200),
        (cross, "no-cors", "image", 403),
        (cross, "no-cors", "script", 403),
        (cross, "navigate", "iframe", 403),
        (cross, "navigate", "object", 403),
        (cross, "no-cors", "document", 403),
        (cross, "cors", "empty", 403),
        (cross, "", "", 403),
        (&["same-site"], "no-cors", "image", 403),
        (&["same-origin", "cross-site"], "no-cors", "image", 403),
        (&["unknown"], "no-cors", "image", 403),
    ] {
        for path in ["/", "/matrix.json", "/explorer.css", "/explorer.js"] {
            let mut request = local("GET", path);
            let headers = request.headers_mut();
            for value in site {
                headers.append("sec-fetch-site", value.parse().unwrap());
            }
            headers.insert("sec-fetch-mode", mode.parse().unwrap());
            headers.insert("sec-fetch-dest", destination.parse().unwrap());
            let answer = send(&app, request).await;
            let told = (site, mode, destination, path);
            assert_eq!(answer.status, status, "{told:?}");
            // Every response forbids to be embedded.
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{told:?}");
        }
    }
}
