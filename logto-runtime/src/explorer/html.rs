//! Writes HTML. Only constants of this program are written as markup. Everything else is escaped.

use std::fmt::{self, Display, Write};

/// An HTML document that is being written.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds markup. The type `&'static str` allows only constants of this program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds escaped text: the contents of an element, or an attribute value in double quotes.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        // Writing to a string does not fail.
        let _ = write!(Escaping(&mut self.0), "{text}");
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Escapes what is written through it.
struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' => self.0.push('\n'),
                // Invisible characters, or a change of the text direction, could disguise a claim.
                it if it.is_control() || is_invisible(it) => {
                    write!(self.0, "\\u{{{:x}}}", u32::from(it))?;
                }
                it => self.0.push(it),
            }
        }
        Ok(())
    }
}

/// Whether a character is invisible, or changes how other characters are shown.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_neither_markup_nor_hidden() {
        for (text, expected) in [
            ("<script>", "&lt;script&gt;"),
            ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"),
            ("&lt;", "&amp;lt;"),
            ("a\nb", "a\nb"),
            ("a\u{0}\r\tb", "a\\u{0}\\u{d}\\u{9}b"),
            ("admin\u{202e}nimda", "admin\\u{202e}nimda"),
            ("a\u{200b}b", "a\\u{200b}b"),
            ("日本 é", "日本 é"),
        ] {
            let mut html = Html::default();
            html.text(text);
            assert_eq!(html.finish(), expected);
        }
    }
}
