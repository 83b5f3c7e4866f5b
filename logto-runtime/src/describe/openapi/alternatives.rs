//! Lists the alternative ways to meet a requirement, as OpenAPI needs them. Each alternative names everything
//! that a token needs.

use std::collections::BTreeSet;

use crate::policy::requirement::ScopeExpr;

/// The maximum number of alternatives. More alternatives do not help readers. Without a limit, a list could
/// get very long, because [`all_of`] multiplies the lengths of lists.
pub(super) const MOST: usize = 64;

/// A set of scopes that together satisfy an expression.
pub(super) type Scopes = BTreeSet<&'static str>;

/// Returns the minimal sets of scopes that satisfy the expression. The list is empty if no scopes satisfy it.
///
/// Returns `None` if a step of the computation makes more than [`MOST`] sets, minimal or not.
pub(super) fn of_scopes(expr: &ScopeExpr) -> Option<Vec<Scopes>> {
    match expr {
        ScopeExpr::One(scope) => Some(vec![Scopes::from([*scope])]),
        // An empty `All` is never satisfied.
        ScopeExpr::All([]) => Some(Vec::new()),
        ScopeExpr::All(list) => {
            let nothing = vec![Scopes::new()];
            all_of(nothing, list.iter().map(of_scopes), |one, other| {
                Some(one | other)
            })
            .map(|all| minimal(all, Scopes::is_subset))
        }
        ScopeExpr::Any(list) => {
            any_of(list.iter().map(of_scopes)).map(|all| minimal(all, Scopes::is_subset))
        }
    }
}

/// Joins one item of each list, in all combinations. Leaves out combinations for which `join` returns `None`.
///
/// The lists are joined one after the other, and each list is a step. Returns `None` if a list is `None`, or
/// if a step has more than [`MOST`] combinations.
pub(super) fn all_of<T>(
    first: Vec<T>,
    others: impl IntoIterator<Item = Option<Vec<T>>>,
    join: impl Fn(&T, &T) -> Option<T>,
) -> Option<Vec<T>> {
    others.into_iter().try_fold(first, |all, list| {
        let list = list?;
        let joined = all
            .iter()
            .flat_map(|one| list.iter().filter_map(|other| join(one, other)));
        (all.len() * list.len() <= MOST).then(|| joined.collect())
    })
}

/// Concatenates the lists. Returns `None` if one of them is `None`. Also returns `None` if the result has
/// more than [`MOST`] items.
pub(super) fn any_of<T>(lists: impl IntoIterator<Item = Option<Vec<T>>>) -> Option<Vec<T>> {
    let mut any = Vec::new();
    for list in lists {
        any.extend(list?);
    }
    (any.len() <= MOST).then_some(any)
}

/// Removes an item if another item asks for the same or less. Of equal items, keeps the first.
pub(super) fn minimal<T>(all: Vec<T>, asks_no_more: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(all.len());
    for one in all {
        if !kept.iter().any(|other| asks_no_more(other, &one)) {
            kept.retain(|other| !asks_no_more(&one, other));
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{
        ScopeExpr::{All, Any, One},
        *,
    };

    const ANY_OF_FIVE: ScopeExpr = Any(&[One("a"), One("b"), One("c"), One("d"), One("e")]);
    const ANY_OF_OTHER_FIVE: ScopeExpr = Any(&[One("f"), One("g"), One("h"), One("i"), One("j")]);
    const ANY_OF_THREE: ScopeExpr = Any(&[One("k"), One("l"), One("m")]);

    fn shown(expr: &ScopeExpr) -> Option<Vec<String>> {
        let show = |scopes: Scopes| Vec::from_iter(scopes).join("+");
        of_scopes(expr).map(|all| all.into_iter().map(show).collect())
    }

    #[test]
    fn alternatives_are_the_minimal_sets_that_satisfy_the_expression() {
        for (expr, expected) in [
            (One("a"), vec!["a"]),
            (All(&[One("b"), One("a")]), vec!["a+b"]),
            (Any(&[One("b"), One("a")]), vec!["b", "a"]),
            (
                All(&[One("a"), Any(&[One("b"), All(&[One("c"), One("d")])])]),
                vec!["a+b", "a+c+d"],
            ),
            (
                All(&[Any(&[One("a"), One("b")]), Any(&[One("c"), One("d")])]),
                vec!["a+c", "a+d", "b+c", "b+d"],
            ),
            (Any(&[All(&[One("a"), One("b")]), One("a")]), vec!["a"]),
            (All(&[Any(&[One("a"), One("b")]), One("a")]), vec!["a"]),
            (All(&[]), vec![]),
            (Any(&[]), vec![]),
            (All(&[One("a"), Any(&[])]), vec![]),
            (Any(&[One("a"), All(&[])]), vec!["a"]),
        ] {
            let alternatives = shown(&expr).unwrap();
            assert_eq!(alternatives, expected, "{expr:?}");
        }
    }

    #[test]
    fn too_many_alternatives_are_not_listed() {
        let count = |expr| shown(&expr).map(|all| all.len());
        assert_eq!(count(All(&[ANY_OF_FIVE, ANY_OF_OTHER_FIVE])), Some(25));
        let more = All(&[ANY_OF_FIVE, ANY_OF_OTHER_FIVE, ANY_OF_THREE]);
        assert_eq!(count(more), None);
    }
}
