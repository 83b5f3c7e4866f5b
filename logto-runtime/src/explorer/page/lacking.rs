//! The scopes that a rejected token lacks.

use crate::policy::requirement::{Requirement, RequirementKind, ScopeExpr};

/// Returns the scopes that a token lacks for a requirement, such as `a (b or c)`. `None` if its scopes meet the
/// requirement.
pub(super) fn lacking(requirement: &Requirement, scope: &str) -> Option<String> {
    let has: Vec<_> = scope.split(' ').collect();
    if requirement.kind() != RequirementKind::Alternatives {
        return of_expression(requirement.scope_expr()?, &has, false);
    }
    let alternatives = requirement.alternatives().iter();
    let each: Option<Vec<_>> = alternatives.map(|it| lacking(it, scope)).collect();
    Some(each?.join(" or "))
}

/// Returns the lacking scopes, separated by spaces. `is_inside` adds parentheses to alternatives.
fn of_expression(expr: &ScopeExpr, has: &[&str], is_inside: bool) -> Option<String> {
    match expr {
        ScopeExpr::One(scope) => (!has.contains(scope)).then(|| (*scope).to_owned()),
        ScopeExpr::All(list) => {
            let lacking = list.iter().filter_map(|it| of_expression(it, has, true));
            Some(lacking.collect::<Vec<_>>().join(" ")).filter(|lacking| !lacking.is_empty())
        }
        ScopeExpr::Any(list) => {
            let each: Option<Vec<_>> = list
                .iter()
                .map(|it| of_expression(it, has, false))
                .collect();
            let text = each?.join(" or ");
            Some(if is_inside && list.len() > 1 {
                format!("({text})")
            } else {
                text
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ScopeExpr = ScopeExpr::One("a");
    const B_OR_C: ScopeExpr = ScopeExpr::Any(&[ScopeExpr::One("b"), ScopeExpr::One("c")]);
    static ALL: Requirement = Requirement::scopes(ScopeExpr::All(&[A, B_OR_C]));
    static ANY: Requirement = Requirement::scopes(B_OR_C);
    static EITHER: Requirement = Requirement::any_of(&[
        Requirement::scopes(A),
        Requirement::scopes(ScopeExpr::One("d")),
    ]);

    #[test]
    fn the_scopes_that_the_token_lacks_are_those_that_the_requirement_still_needs() {
        for (requirement, scope, expected) in [
            (&ALL, "", Some("a (b or c)")),
            (&ALL, "c", Some("a")),
            (&ALL, "a x", Some("(b or c)")),
            (&ALL, "c a", None),
            (&ANY, "", Some("b or c")),
            (&ANY, "b", None),
            (&EITHER, "b c", Some("a or d")),
            (&EITHER, "d", None),
            (&Requirement::authenticated(), "", None),
        ] {
            assert_eq!(
                lacking(requirement, scope).as_deref(),
                expected,
                "{scope:?}"
            );
        }
    }
}
