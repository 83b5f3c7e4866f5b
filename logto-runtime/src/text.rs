//! Many short strings in one allocation.

/// A part of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The part of the text that it was made for; of any other text, whatever is there or nothing.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A text that grows by parts.
#[derive(Debug, Default)]
pub(crate) struct TextBuilder(String);

impl TextBuilder {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(crate) fn push(&mut self, part: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(part);
        // A token is bounded far below 4 GiB; an offset that overflowed would span nothing.
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            start: offset(start),
            end: offset(self.0.len()),
        }
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        span.of(&self.0)
    }

    pub(crate) fn finish(self) -> Box<str> {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_pushed() {
        let mut builder = TextBuilder::with_capacity(4);
        let spans = ["alice", "", "é", "app"].map(|part| builder.push(part));
        assert_eq!(builder.get(spans[2]), "é");
        let text = builder.finish();
        assert_eq!(spans.map(|span| span.of(&text)), ["alice", "", "é", "app"]);
        assert_eq!(spans[0].of("a"), "");
    }
}
