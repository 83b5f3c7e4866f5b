//! The scopes of a token, and the evaluation of scope expressions.

use smallvec::SmallVec;

use super::text::{Span, TextBuilder};
use crate::policy::requirement::ScopeExpr;

/// Up to this many names, comparing each pair finds repeated names faster than sorting does. Sorting six
/// scopes took a tenth of the time of a verification, if the signature check is not counted.
const FEW: usize = 16;

/// The distinct scopes of a verified token, in the order of the token.
#[derive(Debug, Default)]
pub(crate) struct ScopeSet(SmallVec<[Span; 4]>);

impl ScopeSet {
    /// Splits a `scope` claim at its spaces (RFC 6749 §3.3). An absent claim and an empty one both
    /// give an empty set.
    pub(crate) fn parse(scope: Option<&str>, text: &mut TextBuilder) -> Self {
        let claim = text.push(scope.unwrap_or_default());
        let text = text.as_str();
        let mut names: SmallVec<[Span; 4]> = claim.split(text, b' ').collect();
        if names.len() > FEW || has_repeated(&names, text) {
            // Keeps the first of equal names, then restores the order of the token.
            names.sort_unstable_by_key(|name| (name.of(text), *name));
            names.dedup_by_key(|name| name.of(text));
            names.sort_unstable();
        }
        Self(names)
    }

    /// Returns how many bytes are allocated on the heap, without the text.
    pub(crate) fn bytes(&self) -> usize {
        if self.0.spilled() {
            size_of::<Span>() * self.0.capacity()
        } else {
            0
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn names<'a>(
        &'a self,
        text: &'a str,
    ) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        self.0.iter().map(|name| name.of(text))
    }

    /// Returns whether the set contains exactly this scope. Scopes are case-sensitive (RFC 6749
    /// §3.3).
    pub(crate) fn contains(&self, text: &str, scope: &str) -> bool {
        self.0.iter().any(|name| name.is(text, scope))
    }

    /// Returns whether the scopes satisfy the expression. An empty list of expressions is
    /// never satisfied, so that a mistake cannot open a route.
    pub(crate) fn satisfies(&self, text: &str, expr: &ScopeExpr) -> bool {
        let satisfies = |one| self.satisfies(text, one);
        match expr {
            ScopeExpr::One(scope) => self.contains(text, scope),
            ScopeExpr::All(all) => !all.is_empty() && all.iter().all(satisfies),
            ScopeExpr::Any(any) => any.iter().any(satisfies),
        }
    }
}

fn has_repeated(names: &[Span], text: &str) -> bool {
    let mut rest = names;
    while let [name, others @ ..] = rest {
        if others.iter().any(|other| other.is(text, name.of(text))) {
            return true;
        }
        rest = others;
    }
    false
}

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
    fn a_set_has_each_scope_of_the_claim_once_and_in_the_same_order() {
        assert!(names(None).is_empty());
        assert!(names(Some("")).is_empty());
        assert!(names(Some("   ")).is_empty());
        assert_eq!(names(Some("write:b read:a")), ["write:b", "read:a"]);
        assert_eq!(names(Some(" b  a b a c ")), ["b", "a", "c"]);
        // Tests one name less than `FEW`, `FEW` names, and one more, without and with repeated names.
        for count in [FEW - 1, FEW, FEW + 1] {
            let distinct: Vec<_> = (0..count).rev().map(|at| format!("s{at}")).collect();
            let claim = distinct.join(" ");
            assert_eq!(names(Some(&claim)), distinct, "{count}");
            assert_eq!(names(Some(&format!("{claim} s0"))), distinct, "{count}");
            assert_eq!(
                names(Some(&format!("{claim} {claim}"))),
                distinct,
                "{count}"
            );
        }
    }

    #[test]
    fn a_scope_is_found_as_a_whole_in_small_and_large_sets() {
        for (count, prefix) in [
            (0_usize, "s"),
            (1, "s"),
            (2, "s"),
            (8, "s"),
            (9, "s"),
            (9, "scope:"),
            (500, "s"),
            (500, "scope:"),
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
    fn expressions_are_evaluated_and_empty_lists_are_never_satisfied() {
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
