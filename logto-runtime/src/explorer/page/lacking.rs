//! The scopes that a rejected token lacks.

use crate::policy::requirement::{Requirement, RequirementKind, ScopeExpr};

/// Returns the scopes that a token lacks for the first of these requirements that its scopes do not meet.
/// `None` if its scopes meet them all.
pub(super) fn lacking<'a>(
    requirements: impl IntoIterator<Item = &'a Requirement>,
    scope: &str,
) -> Option<String> {
    let has: Vec<_> = scope.split(' ').collect();
    requirements
        .into_iter()
        .find_map(|requirement| of_requirement(requirement, &has))
}

fn of_requirement(requirement: &Requirement, has: &[&str]) -> Option<String> {
    if requirement.kind() == RequirementKind::Alternatives {
        let alternatives = requirement.alternatives().iter();
        let each: Option<Vec<_>> = alternatives.map(|it| of_requirement(it, has)).collect();
        return Some(each?.join(" or "));
    }
    of_expression(requirement.scope_expr()?, has, false)
}

/// Returns the lacking scopes, separated by spaces, such as `a (b or c)`. `is_inside` adds the parentheses.
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
    static CALLER: Requirement = Requirement::authenticated();
    static EITHER: Requirement = Requirement::any_of(&[
        Requirement::scopes(A),
        Requirement::scopes(ScopeExpr::One("d")),
    ]);

    #[test]
    fn the_scopes_that_the_token_lacks_are_those_of_the_first_guard_that_it_does_not_meet() {
        for (guards, scope, expected) in [
            ([&ALL, &CALLER], "", Some("a (b or c)")),
            ([&ALL, &CALLER], "c", Some("a")),
            ([&ALL, &CALLER], "a x", Some("(b or c)")),
            ([&ALL, &CALLER], "c a", None),
            ([&ANY, &ALL], "", Some("b or c")),
            ([&ANY, &ALL], "b", Some("a")),
            ([&CALLER, &EITHER], "b c", Some("a or d")),
            ([&CALLER, &EITHER], "d", None),
        ] {
            assert_eq!(lacking(guards, scope).as_deref(), expected, "{scope:?}");
        }
    }
}
