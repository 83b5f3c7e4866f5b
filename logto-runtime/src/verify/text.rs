//! Stores many short strings in one allocation.

/// The position of a part of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Returns the part without its first `bytes` bytes.
    pub(crate) fn without(self, bytes: usize) -> Self {
        let start = self.start.saturating_add(offset(bytes)).min(self.end);
        Self { start, ..self }
    }

    /// Returns the non-empty parts between the separators. The separator must be an ASCII character.
    pub(crate) fn split(self, text: &str, separator: u8) -> impl Iterator<Item = Self> {
        let whole = self.of(text).as_bytes();
        let separators = memchr::memchr_iter(separator, whole);
        let mut start = self.start;
        let parts = separators.chain([whole.len()]).map(move |at| {
            let end = self.start.saturating_add(offset(at));
            let span = Self { start, end };
            start = end.saturating_add(1);
            span
        });
        parts.filter(|span| span.start < span.end)
    }

    /// Returns the part of `text`. The span must come from this text. Otherwise the result is meaningless.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// Returns whether the part of `text` equals `other`. If the lengths differ, no bytes are read.
    #[inline]
    pub(crate) fn is(self, text: &str, other: &str) -> bool {
        let part = text.as_bytes().get(self.start as usize..self.end as usize);
        part == Some(other.as_bytes())
    }
}

/// Builds a text from parts.
#[derive(Debug, Default)]
pub(crate) struct TextBuilder(String);

impl TextBuilder {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Appends a part and returns its position.
    pub(crate) fn push(&mut self, part: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(part);
        Span {
            start: offset(start),
            end: offset(self.0.len()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn finish(self) -> Box<str> {
        self.0.into()
    }
}

/// Converts an offset to `u32`. Every offset fits, unless `max_token_bytes` permits tokens of more than 4
/// GiB. Spans past 4 GiB would be empty or cut off.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_return_the_parts_that_were_pushed() {
        let mut builder = TextBuilder::with_capacity(4);
        assert!(builder.0.capacity() >= 4);
        let spans = ["alice", "", "é", "app"].map(|part| builder.push(part));
        let joined = builder.push("a, b, c");
        let text = builder.finish();
        assert_eq!(joined.of(&text), "a, b, c");
        assert_eq!(joined.without(3).of(&text), "b, c");
        assert_eq!(joined.without(8).of(&text), "");
        assert_eq!(spans.map(|span| span.of(&text)), ["alice", "", "é", "app"]);
        let parts: Vec<_> = joined
            .split(&text, b',')
            .map(|part| part.of(&text))
            .collect();
        assert_eq!(parts, ["a", " b", " c"]);
        assert_eq!(spans[0].of("a"), "");
    }
}
