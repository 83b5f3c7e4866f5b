//! Changes the segments of a token. Every changed token must be rejected.

use super::super::{Case, Expected, base64url, decoded, segments};
use Expected::{Invalid, Refused};

const NAMES: [&str; 3] = ["header", "claims", "signature"];

/// The positions, in percent of a segment, at which a bit is flipped or a character is inserted.
const POSITIONS: [usize; 5] = [0, 25, 50, 75, 100];

pub(super) fn of(case: &Case, other: &Case) -> Vec<Case> {
    let mut cases = Vec::new();
    for (segment, name) in NAMES.into_iter().enumerate() {
        cases.extend(corrupted(case, segment));
        cases.extend(wrongly_encoded(case, segment));
        let foreign = segments(&other.token)[segment];
        let swapped = replaced(&case.token, segment, foreign);
        if swapped != case.token {
            let change = format!("{name} of another token");
            cases.push(case.with(&change, swapped, Refused));
        }
    }
    cases.extend(other_segments(case));
    cases
}

fn replaced(token: &str, segment: usize, text: &str) -> String {
    let mut all = segments(token);
    all[segment] = text;
    all.join(".")
}

/// Removes, adds or changes bytes of a segment.
fn corrupted(case: &Case, segment: usize) -> Vec<Case> {
    let text = segments(&case.token)[segment];
    let name = NAMES[segment];
    let mut cases = Vec::new();
    let mut add = |change: &str, text: &str| {
        let token = replaced(&case.token, segment, text);
        cases.push(case.with(&format!("{name} {change}"), token, Refused));
    };
    add("emptied", "");
    add("doubled", &text.repeat(2));
    for (cut, by) in [
        ("one character", 1),
        ("four characters", 4),
        ("half of the characters", text.len() / 2),
    ] {
        add(&format!("lacks its last {cut}"), &text[..text.len() - by]);
        add(&format!("lacks its first {cut}"), &text[by..]);
    }
    let bytes = decoded(text);
    for at in POSITIONS {
        let index = (bytes.len() - 1) * at / 100;
        for bit in [0, 7] {
            let mut flipped = bytes.clone();
            flipped[index] ^= 1 << bit;
            add(&format!("bit {bit} flipped at {at} %"), &base64url(flipped));
        }
    }
    for (change, byte) in [
        ("a zero byte more", 0),
        ("a brace more", b'}'),
        ("a space more", b' '),
    ] {
        let mut longer = bytes.clone();
        longer.push(byte);
        add(change, &base64url(longer));
    }
    cases
}

/// Encodes the same bytes in ways that base64url does not allow. Also inserts characters that are not in the
/// alphabet of base64url.
fn wrongly_encoded(case: &Case, segment: usize) -> Vec<Case> {
    let text = segments(&case.token)[segment];
    let name = NAMES[segment];
    let mut cases = Vec::new();
    let mut add = |change: &str, text: &str| {
        let token = replaced(&case.token, segment, text);
        cases.push(case.with(&format!("{name} {change}"), token, Invalid));
    };
    for padding in ["=", "==", "===", "%3D"] {
        add(
            &format!("padded with {padding}"),
            &format!("{text}{padding}"),
        );
    }
    if let Some(left_over) = left_over_bits(text) {
        add("with left-over bits", &left_over);
    }
    let standard = text.replace('-', "+").replace('_', "/");
    if standard != text {
        add("in standard base64", &standard);
    }
    for (what, stray) in [
        ("a space", ' '),
        ("a tab", '\t'),
        ("a line feed", '\n'),
        ("a carriage return", '\r'),
        ("NUL", '\0'),
        ("DEL", '\x7f'),
        ("é", 'é'),
        ("a full-width A", 'Ａ'),
        ("a zero-width space", '\u{200b}'),
        ("a byte order mark", '\u{feff}'),
        ("an emoji", '\u{1f511}'),
        ("a comma", ','),
        ("a percent sign", '%'),
    ] {
        for at in POSITIONS {
            let mut stained = text.to_owned();
            stained.insert(text.len() * at / 100, stray);
            add(&format!("with {what} at {at} %"), &stained);
        }
    }
    cases
}

/// Sets unused bits of the last character. A segment has such bits if its length is not a multiple
/// of four.
fn left_over_bits(text: &str) -> Option<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if text.len().is_multiple_of(4) {
        return None;
    }
    let (rest, last) = text.split_at(text.len() - 1);
    let value = ALPHABET.find(last)?;
    let next = &ALPHABET[value + 1..=value + 1];
    Some(format!("{rest}{next}"))
}

/// Changes the token as a whole, for example the number or the order of its segments.
fn other_segments(case: &Case) -> Vec<Case> {
    let [header, claims, signature] = segments(&case.token);
    [
        ("one segment", header.to_owned()),
        ("two segments", format!("{header}.{claims}")),
        ("a dot in front", format!(".{}", case.token)),
        ("a dot behind", format!("{}.", case.token)),
        ("four segments", format!("{}.{signature}", case.token)),
        (
            "five segments, as encrypted tokens have",
            format!("{}.{header}.{claims}", case.token),
        ),
        (
            "a hundred segments",
            format!("{}{}", case.token, ".YQ".repeat(97)),
        ),
        ("only dots", ".".repeat(2)),
        ("a thousand dots", ".".repeat(1_000)),
        ("twice", format!("{0}{0}", case.token)),
        ("twice, with a comma", format!("{0}, {0}", case.token)),
        ("in quotes", format!("\"{}\"", case.token)),
        ("with Bearer again", format!("Bearer {}", case.token)),
        ("claims first", format!("{claims}.{header}.{signature}")),
        ("signature first", format!("{signature}.{header}.{claims}")),
        ("reversed", case.token.chars().rev().collect()),
        ("in capitals", case.token.to_uppercase()),
        ("separated by colons", case.token.replace('.', ":")),
        (
            "separated by full-width dots",
            case.token.replace('.', "．"),
        ),
        ("longer than any token may be", case.token.repeat(100)),
    ]
    .into_iter()
    .map(|(change, token)| case.with(change, token, Invalid))
    .collect()
}
