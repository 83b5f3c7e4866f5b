//! Compares scope sets and scope expressions with naive implementations.

use std::collections::BTreeSet;

use crate::{
    policy::requirement::ScopeExpr::{self, All, Any, One},
    verify::{scope_set::ScopeSet, text::TextBuilder},
};

/// Expressions over short scopes, so that a fuzzer finds claims that satisfy the expressions.
static EXPRESSIONS: [ScopeExpr; 16] = [
    One("a"),
    One("A"),
    One(""),
    One("a b"),
    One("é"),
    All(&[]),
    Any(&[]),
    All(&[One("a")]),
    Any(&[One("a"), One("b")]),
    All(&[One("a"), One("b"), One("c")]),
    All(&[One("a"), Any(&[One("b"), One("c")])]),
    Any(&[One("a"), All(&[One("b"), One("c")])]),
    Any(&[All(&[]), One("a")]),
    All(&[Any(&[]), One("a")]),
    All(&[Any(&[One("a"), One("b")]), Any(&[One("c"), One("d")])]),
    Any(&[All(&[One("a"), One("b")]), All(&[One("c"), One("d")])]),
];

/// Checks the parser of the `scope` claim, and expressions over its scopes.
pub fn scope(input: &[u8]) {
    let claim = String::from_utf8_lossy(input);
    let mut text = TextBuilder::default();
    let ours = ScopeSet::parse(Some(&claim), &mut text);
    let text = text.finish();

    let mut naive: Vec<&str> = Vec::new();
    for scope in claim.split(' ').filter(|scope| !scope.is_empty()) {
        if !naive.contains(&scope) {
            naive.push(scope);
        }
    }
    let read: Vec<&str> = ours.names(&text).collect();
    assert_eq!(read, naive);

    let set: BTreeSet<&str> = naive.iter().copied().collect();
    for scope in naive.iter().flat_map(|scope| neighbours(scope)) {
        assert_eq!(
            ours.contains(&text, &scope),
            set.contains(scope.as_str()),
            "{scope:?}"
        );
    }
    // Evaluates each expression twice: a first evaluation must not change the result of the second.
    for expression in EXPRESSIONS.iter().chain(&EXPRESSIONS) {
        assert_eq!(
            ours.satisfies(&text, expression),
            holds(expression, &set),
            "{expression:?}"
        );
    }
}

/// Returns the scope, and strings that could be mistaken for it.
fn neighbours(scope: &str) -> [String; 5] {
    let mut shorter = scope.to_owned();
    shorter.pop();
    [
        scope.to_owned(),
        shorter,
        format!("{scope}x"),
        format!(" {scope}"),
        scope.to_uppercase(),
    ]
}

/// Evaluates an expression in the naive way. An empty list is never satisfied.
pub(super) fn holds(expression: &ScopeExpr, scopes: &BTreeSet<&str>) -> bool {
    match expression {
        One(scope) => scopes.contains(scope),
        All(all) => !all.is_empty() && all.iter().all(|one| holds(one, scopes)),
        Any(any) => any.iter().any(|one| holds(one, scopes)),
    }
}
