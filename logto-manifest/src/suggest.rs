//! Finds the names that are similar to a misspelled word, for "did you mean" hints.

/// The maximum length of a word and of a candidate, in characters. Longer ones are not compared, because the
/// time of a comparison grows with the product of both lengths.
const LONGEST_WORD: usize = 100;

/// Returns the most similar candidate, or `None` if no candidate is similar enough.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(word, candidates).into_iter().next()
}

/// Returns `; did you mean …?` with the most similar candidate, or an empty string.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |found| format!("; did you mean `{found}`?"))
}

/// Returns the similar candidates, most similar first.
///
/// A candidate is similar if few typing mistakes change one word into the other. The limit is a third of the
/// length of the longer word, but at least one mistake. Case is ignored. A word of more than 100 characters
/// is not similar to any other.
#[must_use]
pub fn ranked<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
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

/// Returns the optimal string alignment distance.
///
/// It counts insertions, deletions, substitutions and swaps of adjacent characters.
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
    fn case_is_ignored() {
        assert_eq!(nearest("RESOURCE", ["resource", "org"]), Some("resource"));
    }

    #[test]
    fn an_unrelated_word_gets_no_suggestion() {
        assert_eq!(nearest("audience", ["resource", "org", "crate"]), None);
        assert_eq!(did_you_mean("audience", ["resource"]), "");
    }

    #[test]
    fn a_word_or_a_candidate_of_more_than_100_characters_is_not_compared() {
        let [short, long] = [100, 101].map(|length| "é".repeat(length));
        let typo = format!("{}e", "é".repeat(99));
        assert_eq!(nearest(&typo, [&*short]), Some(&*short));
        for (word, candidate) in [(&long, &short), (&short, &long), (&long, &long)] {
            assert_eq!(nearest(word, [&**candidate]), None);
        }
    }
}
