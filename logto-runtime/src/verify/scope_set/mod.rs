//! The scopes of a token, and whether an expression over scopes holds for them.

mod index;

use std::collections::HashSet;

use memchr::memchr_iter;
use smallvec::SmallVec;

use self::index::Index;
use super::text::{Span, TextBuilder};
use crate::policy::requirement::ScopeExpr;

/// The scopes of a verified token: in the token's order, none twice.
#[derive(Debug, Default)]
pub(crate) struct ScopeSet {
    /// All of them in the token's text, one space between two.
    list: Span,
    count: usize,
    index: Index,
}

impl ScopeSet {
    /// Splits a `scope` claim (RFC 6749 §3.3). Absent and empty mean none.
    pub(crate) fn parse(scope: Option<&str>, text: &mut TextBuilder) -> Self {
        let scope = scope.unwrap_or_default();
        let mut names = split(scope);
        if has_duplicates(&names) {
            let mut seen = HashSet::with_capacity_and_hasher(
                names.len(),
                foldhash::fast::RandomState::default(),
            );
            names.retain(|name| seen.insert(*name));
        }
        let joined = names.iter().map(|name| name.len() + 1).sum::<usize>();
        let list = match joined == scope.len() + 1 {
            true => text.push(scope),
            false => text.push_joined(&names, " "),
        };
        Self {
            list,
            count: names.len(),
            index: Index::of(&names),
        }
    }

    /// What is held in memory beside this value and the text.
    pub(crate) fn bytes(&self) -> usize {
        self.index.bytes()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn names<'a>(&self, text: &'a str) -> Names<'a> {
        Names {
            rest: self.list.of(text),
            left: self.count,
        }
    }

    /// Whether the token holds exactly this scope; scopes are case-sensitive (RFC 6749 §3.3).
    pub(crate) fn contains(&self, text: &str, scope: &str) -> bool {
        self.index
            .contains(self.list.of(text), scope)
            .unwrap_or_else(|| self.names(text).any(|name| name == scope))
    }

    /// Whether the expression holds. An empty list never does, so that no mistake opens a route.
    pub(crate) fn satisfies(&self, text: &str, expr: &ScopeExpr) -> bool {
        let satisfies = |one| self.satisfies(text, one);
        match expr {
            ScopeExpr::One(scope) => self.contains(text, scope),
            ScopeExpr::All(all) => !all.is_empty() && all.iter().all(satisfies),
            ScopeExpr::Any(any) => any.iter().any(satisfies),
        }
    }
}

type Split<'a> = SmallVec<[&'a str; 8]>;

/// The names between spaces, of which there may be several in a row.
fn split(scope: &str) -> Split<'_> {
    let mut names = Split::new();
    let mut start = 0;
    for end in memchr_iter(b' ', scope.as_bytes()).chain([scope.len()]) {
        names.extend(scope.get(start..end).filter(|name| !name.is_empty()));
        start = end + 1;
    }
    names
}

fn has_duplicates(names: &[&str]) -> bool {
    if names.len() <= 8 {
        let later = |at: usize| names.iter().skip(at + 1);
        return names
            .iter()
            .enumerate()
            .any(|(at, name)| later(at).any(|other| other == name));
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

/// Goes through the scopes of a token.
#[derive(Clone, Debug)]
pub(crate) struct Names<'a> {
    rest: &'a str,
    left: usize,
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        let (name, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(name)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Names<'_> {}

#[cfg(test)]
mod tests {
    use super::{
        ScopeExpr::{All, Any, One},
        *,
    };

    fn parsed(scope: Option<&str>) -> (ScopeSet, Box<str>) {
        let mut text = TextBuilder::default();
        let _ = text.push("before");
        let scopes = ScopeSet::parse(scope, &mut text);
        let _ = text.push("after");
        (scopes, text.finish())
    }

    fn names(scope: Option<&str>) -> Vec<String> {
        let (scopes, text) = parsed(scope);
        let names = scopes.names(&text);
        assert_eq!(names.len(), names.clone().count());
        assert_eq!(scopes.is_empty(), names.len() == 0);
        names.map(str::to_owned).collect()
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
    fn a_scope_is_held_as_a_whole_among_few_and_many() {
        for (count, prefix) in [
            (0_usize, "s"),
            (1, "s"),
            (2, "s"),
            (8, "s"),
            (9, "s"),
            (9, "scope:"),
            (500, "s"),
            (500, "scope:"),
            // More than two bytes can tell the place of.
            (10_000, "scope:"),
        ] {
            let all: Vec<_> = (0..count)
                .map(|i| format!("{prefix}{}", i * 7 % count))
                .collect();
            let (scopes, text) = parsed(Some(&[all.clone(), all.clone()].concat().join(" ")));
            assert!(
                all.iter()
                    .step_by(count / 500 + 1)
                    .all(|scope| scopes.contains(&text, scope)),
                "{count}"
            );
            let next = format!("{prefix}{count}");
            let (joined, upper) = (
                format!("{prefix}0 {prefix}1"),
                format!("{prefix}0").to_uppercase(),
            );
            for absent in [
                prefix, "s0 ", " s0", "scope:0 ", "", " ", "t", "after", "before", "a", "zz",
                &next, &joined, &upper,
            ] {
                assert!(!scopes.contains(&text, absent), "{count}: {absent:?}");
            }
        }
    }

    #[test]
    fn expressions_hold_as_all_and_any_say_and_empty_lists_never() {
        const CASES: [(ScopeExpr, bool); 12] = [
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
        ];
        let (scopes, text) = parsed(Some("a b"));
        for (expr, expected) in &CASES {
            assert_eq!(scopes.satisfies(&text, expr), *expected, "{expr:?}");
        }
    }
}
