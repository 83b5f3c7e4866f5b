//! Makes names for new resources.

use std::collections::BTreeSet;

use logto_manifest::syntax::resource::is_name;

/// Returns a name that is not taken and matches `[a-z][a-z0-9_-]*`.
///
/// Tries the display name, then the end of the indicator, then the word `resource`. The first one that gives
/// a valid name is used. If this name is taken, adds a number.
pub(super) fn of(display: &str, indicator: &str, taken: &BTreeSet<String>) -> String {
    let last = indicator.trim_end_matches('/').rsplit(['/', ':']).next();
    let base = [display, last.unwrap_or_default()]
        .into_iter()
        .map(slug)
        .find(|slug| is_name(slug))
        .unwrap_or_else(|| "resource".to_owned());
    let mut name = base.clone();
    let mut number = 1;
    while taken.contains(&name) {
        number += 1;
        name = format!("{base}-{number}");
    }
    name
}

/// Joins the words of ASCII letters and digits with hyphens, in lower case. Leaves out everything before the
/// first letter.
fn slug(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug = words.join("-");
    slug.trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_display_name_or_else_of_the_indicator() {
        let taken = BTreeSet::from(["orders".to_owned(), "orders-2".to_owned()]);
        for (display, indicator, expected) in [
            ("Products API", "https://a.example", "products-api"),
            ("  Bücher & Co.", "https://a.example", "b-cher-co"),
            ("2nd API", "https://a.example", "nd-api"),
            ("产品", "https://a.example/products/", "products"),
            ("产品", "urn:example:products", "products"),
            ("", "https://127.0.0.1/1", "resource"),
            ("Orders", "https://a.example", "orders-3"),
        ] {
            let name = of(display, indicator, &taken);
            assert_eq!(name, expected, "{display}");
            assert!(is_name(&name), "{name}");
        }
    }
}
