//! Changes a list of scopes. Keeps the order and the comments of the scopes that remain.

use std::collections::BTreeSet;

use toml_edit::{Array, Value};

/// The maximum length of a new list on one line, in characters. In a longer list, each scope has a line.
const LONGEST_LINE: usize = 90;

/// Makes the list contain exactly `wanted`. Returns the removed values.
pub(super) fn update(list: &mut Array, wanted: &BTreeSet<&str>) -> Vec<String> {
    let mut removed = Vec::new();
    let mut at = 0;
    while at < list.len() {
        let scope = list.get(at).and_then(Value::as_str).unwrap_or_default();
        if wanted.contains(scope) {
            at += 1;
        } else {
            removed.push(scope.to_owned());
            remove(list, at);
        }
    }
    let present: BTreeSet<String> = list
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    for scope in wanted.iter().filter(|scope| !present.contains(**scope)) {
        push(list, scope);
    }
    removed
}

/// Creates a list, on one line or with a line for each scope.
pub(super) fn new(scopes: &BTreeSet<&str>) -> Array {
    let mut list: Array = scopes.iter().copied().collect();
    let length: usize = scopes.iter().map(|scope| scope.len() + 4).sum();
    if length > LONGEST_LINE {
        for value in list.iter_mut() {
            value.decor_mut().set_prefix("\n    ");
        }
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
    list
}

/// Removes a value. Also removes a comment between the value and the next comma or bracket. Keeps a comment
/// before the value, because that comment can be about the previous value.
fn remove(list: &mut Array, at: usize) {
    let comment = comment_of(prefix(list, at));
    let was_first = at == 0;
    let first_prefix = prefix(list, 0).to_owned();
    list.remove(at);
    if at < list.len() {
        let on_one_line = comment.is_empty() && !prefix(list, 0).contains('\n');
        let kept = if was_first && on_one_line {
            // The new first value gets the space that the old first value had after the bracket.
            first_prefix
        } else {
            after_comment(&comment, prefix(list, at), "    ")
        };
        set_prefix(list, at, &kept);
    } else if !comment.is_empty() {
        list.set_trailing(after_comment(&comment, &raw(list.trailing()), ""));
    }
}

/// Adds a value at the end. The new value begins a line if the previous value does, or after a comment.
fn push(list: &mut Array, scope: &str) {
    let indent = match list.len().checked_sub(1) {
        Some(last) => {
            move_suffix_to_end(list, last);
            match prefix(list, last).rsplit_once('\n') {
                Some((_, indent)) => format!("\n{indent}"),
                None => " ".to_owned(),
            }
        }
        None => String::new(),
    };
    // A comment after the last value keeps its place, so it becomes part of the new value's prefix.
    let comment = comment_of(&raw(list.trailing()));
    let indent = if comment.is_empty() || indent.starts_with('\n') {
        indent
    } else {
        "\n    ".to_owned()
    };
    let mut value = Value::from(scope);
    value.decor_mut().set_prefix(format!("{comment}{indent}"));
    list.push_formatted(value);
    if !comment.is_empty() {
        list.set_trailing("\n");
    }
}

/// Moves the text after the last value, such as a comment, to the end of the list. The next comma is then
/// written directly after the value.
fn move_suffix_to_end(list: &mut Array, last: usize) {
    let Some(value) = list.get_mut(last) else {
        return;
    };
    let suffix = value.decor().suffix().and_then(|it| it.as_str());
    let suffix = suffix.unwrap_or_default().to_owned();
    value.decor_mut().set_suffix("");
    let trailing = format!("{suffix}{}", raw(list.trailing()));
    list.set_trailing(trailing);
}

/// Returns the text up to the end of the last comment, or an empty string if the text has no comment.
fn comment_of(text: &str) -> String {
    if text.contains('#') {
        text.trim_end().to_owned()
    } else {
        String::new()
    }
}

/// Returns a comment and the text after it. A comment hides the rest of its line, so the text begins a new
/// line. If the text is only white space, this line is indented by `indent`, and otherwise by four spaces.
fn after_comment(comment: &str, text: &str, indent: &str) -> String {
    let on_same_line = text.trim_start_matches([' ', '\t', '\r']);
    if comment.is_empty() || on_same_line.starts_with('\n') {
        return format!("{comment}{text}");
    }
    let indent = if on_same_line.is_empty() {
        indent
    } else {
        "    "
    };
    format!("{comment}\n{indent}{on_same_line}")
}

fn prefix(list: &Array, at: usize) -> &str {
    let value = list.get(at);
    let prefix = value.and_then(|value| value.decor().prefix());
    prefix.and_then(|raw| raw.as_str()).unwrap_or_default()
}

fn set_prefix(list: &mut Array, at: usize, prefix: &str) {
    if let Some(value) = list.get_mut(at) {
        value.decor_mut().set_prefix(prefix);
    }
}

fn raw(text: &toml_edit::RawString) -> String {
    text.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    #[test]
    fn comments_and_order_stay() {
        for (before, wanted, after) in [
            (r#"[ "b", "a" ]"#, ["a", "b"].as_slice(), r#"[ "b", "a" ]"#),
            (r#"["b", "a"]"#, &["a", "b", "c"], r#"["b", "a", "c"]"#),
            (r#"["b", "a"]"#, &["a"], r#"["a"]"#),
            (r#"["b", "a"]"#, &["b"], r#"["b"]"#),
            ("[]", &["a", "b"], r#"["a", "b"]"#),
            (r#"["a"]"#, &[], "[]"),
            (
                "[\n    \"b\",\n    \"a\",\n]",
                &["a", "b", "c"],
                "[\n    \"b\",\n    \"a\",\n    \"c\",\n]",
            ),
            (
                "[\n  \"b\",\n  \"a\"\n]",
                &["a", "b", "c"],
                "[\n  \"b\",\n  \"a\",\n  \"c\"\n]",
            ),
            (
                "[\n    \"b\", # about b\n    \"a\", # about a\n]",
                &["a", "b", "c"],
                "[\n    \"b\", # about b\n    \"a\", # about a\n    \"c\",\n]",
            ),
            (
                "[\n    \"b\", # about b\n    \"a\", # about a\n]",
                &["b"],
                "[\n    \"b\", # about b\n    # about a\n]",
            ),
            (
                "[\n    # reading\n    \"b\",\n    # writing\n    \"a\",\n]",
                &["a"],
                "[\n    # reading\n    # writing\n    \"a\",\n]",
            ),
        ] {
            let mut document: DocumentMut = format!("x = {before}\n").parse().unwrap();
            let list = document["x"].as_array_mut().unwrap();
            update(list, &wanted.iter().copied().collect());
            let text = document.to_string();
            let comments = |text: &str| text.matches('#').count();
            assert_eq!(comments(&text), comments(before), "{text}");
            assert!(text.parse::<DocumentMut>().is_ok(), "{text}");
            assert_eq!(text, format!("x = {after}\n"), "{before}");
        }
    }

    #[test]
    fn a_kept_comment_ends_before_the_next_value_or_bracket() {
        for (before, wanted, after) in [
            (
                "[ # reading\n  \"a\", \"b\",\n  \"c\"]",
                ["b", "c"].as_slice(),
                "[ # reading\n    \"b\",\n  \"c\"]",
            ),
            (
                "[ # reading\n  \"a\", \"b\"]",
                &["b"],
                "[ # reading\n    \"b\"]",
            ),
            (
                "[ # reading\n  \"a\",\"b\"]",
                &["b"],
                "[ # reading\n    \"b\"]",
            ),
            (
                "[\"b\", # about a\n  \"a\", ]",
                &["b"],
                "[\"b\", # about a\n]",
            ),
            (
                "[\"b\", # about a\r\n  \"a\" ]",
                &["b"],
                "[\"b\" # about a\n]",
            ),
            ("[ # reading\n  \"a\", ]", &[], "[ # reading\n]"),
            (
                "[ # reading\n  \"a\", ]",
                &["b"],
                "[ # reading\n    \"b\",\n]",
            ),
        ] {
            let mut document: DocumentMut = format!("x = {before}\n").parse().unwrap();
            let list = document["x"].as_array_mut().unwrap();
            update(list, &wanted.iter().copied().collect());
            assert_eq!(document.to_string(), format!("x = {after}\n"), "{before}");
        }
    }

    #[test]
    fn comments_anywhere_neither_hide_scopes_nor_disappear() {
        let spaces = ["", "\n    ", " # x\n", "\n  # x\n    "];
        let each = || spaces.into_iter();
        for (a, b, c) in
            each().flat_map(|a| each().flat_map(move |b| each().map(move |c| (a, b, c))))
        {
            for (end, comma) in each().flat_map(|end| [(end, ""), (end, ",")]) {
                // A comment between a value and the bracket is about the value, and is removed with it.
                if comma.is_empty() && end.contains('#') {
                    continue;
                }
                let before = format!("x = [{a}\"a\",{b}\"b\",{c}\"c\"{comma}{end}]\n");
                for wanted in 0..16_usize {
                    let wanted: BTreeSet<&str> = (["a", "b", "c", "d"].into_iter().enumerate())
                        .filter(|(bit, _)| wanted >> bit & 1 == 1)
                        .map(|(_, scope)| scope)
                        .collect();
                    let mut document: DocumentMut = before.parse().unwrap();
                    update(document["x"].as_array_mut().unwrap(), &wanted);
                    let text = document.to_string();
                    let read: DocumentMut = text.parse().unwrap_or_else(|error| {
                        panic!("{before} became {text}: {error}");
                    });
                    let list = read["x"].as_array().unwrap();
                    let scopes: BTreeSet<&str> = list.iter().filter_map(Value::as_str).collect();
                    assert_eq!(scopes, wanted, "{before} became {text}");
                    let comments = |text: &str| text.matches("# x").count();
                    assert_eq!(comments(&text), comments(&before), "{before} became {text}");
                }
            }
        }
    }

    #[test]
    fn a_long_list_has_a_line_for_each_scope() {
        let names: Vec<String> = (0..20).map(|n| format!("scope:{n}")).collect();
        let text = new(&names.iter().map(String::as_str).collect()).to_string();
        assert_eq!(text.lines().count(), 22, "{text}");
        assert_eq!(
            new(&BTreeSet::from(["a", "b"])).to_string(),
            r#"["a", "b"]"#
        );
    }
}
