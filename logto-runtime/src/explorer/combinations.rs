//! Combines the alternatives of several guards.

/// The maximum number of combinations. Each caller with a token gets a token for each combination, and the
/// page shows all of them. Without a limit, a list could get very long, because [`of_both`] multiplies the
/// lengths of lists.
const MOST: usize = 64;

/// Joins each item of one list with each item of the other. Leaves out combinations for which `join` returns
/// `None`, and combinations that need more than another one. Returns at most [`MOST`] combinations.
pub(super) fn of_both<T>(
    first: &[T],
    second: &[T],
    join: impl Fn(&T, &T) -> Option<T>,
    needs_no_more: impl Fn(&T, &T) -> bool,
) -> Vec<T> {
    let joined = first
        .iter()
        .flat_map(|one| second.iter().filter_map(|other| join(one, other)));
    let mut kept: Vec<T> = Vec::new();
    for new in joined {
        if kept.iter().any(|known| needs_no_more(known, &new)) {
            continue;
        }
        kept.retain(|known| !needs_no_more(&new, known));
        if kept.len() < MOST {
            kept.push(new);
        }
    }
    kept
}
