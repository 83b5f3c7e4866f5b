//! Did-you-mean.

/// Longer words are typed by machines; comparing them would only cost time.
const LONGEST_WORD: usize = 100;

/// The candidate that differs from `word` by the fewest typing mistakes, if there are few.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    ranked(word, candidates).into_iter().next()
}

/// `; did you mean …?` for the nearest candidate, or nothing.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    nearest(word, candidates).map_or_else(String::new, |found| format!("; did you mean `{found}`?"))
}

/// The candidates within a third of the word's length in typing mistakes, best first.
pub(crate) fn ranked<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() > LONGEST_WORD {
        return Vec::new();
    }
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.to_lowercase().chars().collect();
            let allowed = (word.len().max(other.len()) / 3).max(1);
            if other.len() > LONGEST_WORD || word.len().abs_diff(other.len()) > allowed {
                return None;
            }
            let distance = distance(&word, &other);
            (distance <= allowed).then_some((distance, candidate))
        })
        .collect();
    found.sort_by_key(|&(distance, _)| distance);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Optimal string alignment: insertions, deletions, substitutions and swapped neighbours.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &a) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &b) in to.iter().enumerate() {
            let mut best = (last[column] + usize::from(a != b))
                .min(last[column + 1] + 1)
                .min(current[column] + 1);
            let swapped = row > 0 && column > 0 && a == to[column - 1] && b == from[row - 1];
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(from: &str, to: &str) -> usize {
        let [from, to] = [from, to].map(|word| word.chars().collect::<Vec<_>>());
        distance(&from, &to)
    }

    #[test]
    fn distance_counts_typing_mistakes() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("read:products", "read:products", 0),
            ("raed:products", "read:products", 1),
            ("read:product", "read:products", 1),
            ("reed:prodücts", "read:products", 2),
            ("resuorce", "resource", 1),
            ("abc", "cba", 2),
        ] {
            assert_eq!(count(from, to), expected, "{from} -> {to}");
            assert_eq!(count(to, from), expected, "{to} -> {from}");
        }
    }

    #[test]
    fn the_nearest_candidate_comes_first() {
        let scopes = ["write:products", "read:product", "read:products"];
        assert_eq!(
            ranked("read:prodcts", scopes),
            ["read:products", "read:product"]
        );
    }

    #[test]
    fn another_case_is_no_mistake() {
        assert_eq!(nearest("RESOURCE", ["resource", "org"]), Some("resource"));
    }

    #[test]
    fn a_word_like_none_of_them_suggests_nothing() {
        assert_eq!(nearest("audience", ["resource", "org", "crate"]), None);
        assert_eq!(did_you_mean("audience", ["resource"]), "");
        assert_eq!(nearest(&"a".repeat(5000), ["a"]), None);
    }
}
