//! The scopes of a token, and whether an expression over scopes holds for them.

use crate::{
    requirement::ScopeExpr,
    text::{Span, TextBuilder},
};

/// Up to this many scopes are searched one by one; beyond, through an index.
const SEARCHED_ONE_BY_ONE: usize = 8;

/// The scopes of a verified token, as spans of its text: in the token's order, none twice.
#[derive(Debug, Default)]
pub(crate) struct ScopeSet {
    spans: Box<[Span]>,
    sorted: Box<[u32]>,
}

impl ScopeSet {
    /// Splits a `scope` claim (RFC 6749 §3.3). Absent and empty mean none.
    pub(crate) fn parse(scope: Option<&str>, text: &mut TextBuilder) -> Self {
        let mut spans = Vec::new();
        for name in scope.unwrap_or_default().split(' ') {
            if !name.is_empty() {
                spans.push(text.push(name));
            }
        }
        let mut sorted: Vec<u32> = (0..).take(spans.len()).collect();
        let name = |index: &u32| text.get(spans[*index as usize]);
        sorted.sort_by(|a, b| name(a).cmp(name(b)).then(a.cmp(b)));
        let distinct = sorted.len();
        sorted.dedup_by(|a, b| name(a) == name(b));
        if sorted.len() < distinct {
            let mut first_of_each = sorted.clone();
            first_of_each.sort_unstable();
            let kept: Vec<_> = first_of_each
                .iter()
                .map(|index| spans[*index as usize])
                .collect();
            for index in &mut sorted {
                let position = first_of_each.binary_search(index).unwrap_or_default();
                *index = u32::try_from(position).unwrap_or(u32::MAX);
            }
            spans = kept;
        }
        if spans.len() <= SEARCHED_ONE_BY_ONE {
            sorted.clear();
        }
        Self {
            spans: spans.into(),
            sorted: sorted.into(),
        }
    }

    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Bytes on the heap, for the bound of the token cache.
    pub(crate) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.spans) + size_of_val(&*self.sorted)
    }

    /// Whether the token holds exactly this scope; scopes are case-sensitive (RFC 6749 §3.3).
    pub(crate) fn contains(&self, text: &str, scope: &str) -> bool {
        if self.sorted.is_empty() {
            return self.spans.iter().any(|span| span.of(text) == scope);
        }
        self.sorted
            .binary_search_by(|index| self.spans[*index as usize].of(text).cmp(scope))
            .is_ok()
    }

    /// Whether the expression holds. An empty list never does, so that no mistake opens a route.
    pub(crate) fn satisfies(&self, text: &str, expr: &ScopeExpr) -> bool {
        match expr {
            ScopeExpr::One(scope) => self.contains(text, scope),
            ScopeExpr::All(all) => {
                !all.is_empty() && all.iter().all(|one| self.satisfies(text, one))
            }
            ScopeExpr::Any(any) => any.iter().any(|one| self.satisfies(text, one)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ScopeExpr::{All, Any, One},
        *,
    };

    fn parsed(scope: Option<&str>) -> (ScopeSet, Box<str>) {
        let mut text = TextBuilder::default();
        let scopes = ScopeSet::parse(scope, &mut text);
        (scopes, text.finish())
    }

    fn names(scope: Option<&str>) -> Vec<String> {
        let (scopes, text) = parsed(scope);
        scopes
            .spans()
            .iter()
            .map(|span| span.of(&text).to_owned())
            .collect()
    }

    #[test]
    fn absent_and_empty_mean_none_and_order_is_the_tokens() {
        assert!(names(None).is_empty());
        assert!(names(Some("")).is_empty());
        assert!(names(Some("   ")).is_empty());
        assert_eq!(names(Some("write:b read:a")), ["write:b", "read:a"]);
        assert_eq!(names(Some(" b  a b a c ")), ["b", "a", "c"]);
    }

    #[test]
    fn few_and_many_scopes_are_searched_alike() {
        for count in [1_usize, 7, 8, 9, 500] {
            let all: Vec<_> = (0..count)
                .map(|i| format!("s{}", (i * 7) % count))
                .collect();
            let (scopes, text) = parsed(Some(&[all.clone(), all.clone()].concat().join(" ")));
            assert!(
                all.iter().all(|scope| scopes.contains(&text, scope)),
                "{count}"
            );
            for absent in ["s", "S0", "s0 ", "", "t", &format!("s{count}")] {
                assert!(!scopes.contains(&text, absent), "{count}: {absent:?}");
            }
        }
    }

    #[test]
    fn expressions_hold_as_all_and_any_say_and_empty_lists_never() {
        let (scopes, text) = parsed(Some("a b"));
        for (expr, expected) in [
            (One("a"), true),
            (One("A"), false),
            (One("a b"), false),
            (All(&[One("a"), One("b")]), true),
            (All(&[One("a"), One("c")]), false),
            (Any(&[One("c"), One("b")]), true),
            (Any(&[One("c"), One("d")]), false),
            (
                All(&[One("a"), Any(&[One("c"), All(&[One("b"), One("a")])])]),
                true,
            ),
            (Any(&[All(&[One("a"), One("c")]), One("d")]), false),
            (All(&[]), false),
            (Any(&[]), false),
            (All(&[One("a"), All(&[])]), false),
        ] {
            assert_eq!(scopes.satisfies(&text, &expr), expected, "{expr:?}");
        }
    }
}
