//! Measures how deeply the tokens of Rust code nest. Code that nests too deeply would overflow the stack of a
//! recursive parser.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree, token_stream::IntoIter};

/// The depth that a group adds, in tokens. A group is a pair of brackets with its contents. A parser calls
/// more functions for a group than for another token.
const GROUP: usize = 20;

/// Returns an upper bound for the depth of the syntax tree, in tokens.
///
/// Each group adds a level to the tree. A token of an expression or type can also add one, as in `1 + 1 + 1`
/// or `V<V<V<u8>>>`. Such tokens form a run. A run ends at a semicolon and at a comma of a list. It also ends
/// behind a block, unless the next token continues the expression.
///
/// This function is not recursive, so it can measure any source.
pub(super) fn of(tokens: TokenStream) -> usize {
    let mut open = vec![Level::new(tokens, Delimiter::None)];
    let mut deepest = 0;
    while let Some(level) = open.last_mut() {
        if let Some(token) = level.rest.next() {
            level.end_run_behind_block(&token);
            match token {
                TokenTree::Group(group) => open.push(Level::new(group.stream(), group.delimiter())),
                TokenTree::Punct(punct) => level.punct(punct.as_char(), punct.spacing()),
                TokenTree::Ident(_) | TokenTree::Literal(_) => level.run += 1,
            }
            continue;
        }
        level.end_of_run();
        let (cost, delimiter) = (level.deepest + GROUP, level.delimiter);
        open.pop();
        match open.last_mut() {
            Some(outer) => outer.group(cost, delimiter),
            None => deepest = cost,
        }
    }
    deepest
}

/// The counts of a group, up to the current token.
struct Level {
    /// The tokens after the current one.
    rest: IntoIter,
    delimiter: Delimiter,
    /// The number of tokens in the current run. They can nest in each other.
    run: usize,
    /// The depth of the deepest group in the current run.
    inner: usize,
    /// The depth of the deepest run so far.
    deepest: usize,
    /// How many `<` are open. The `<` of a comparison is counted too, which can only raise the bound.
    angles: usize,
    /// Whether the next comma can separate the parameters of a closure.
    pipe: bool,
    /// Whether the previous token was a block.
    block: bool,
    /// The previous character, if the next character belongs to the same operator.
    joint: Option<char>,
}

impl Level {
    fn new(tokens: TokenStream, delimiter: Delimiter) -> Self {
        Self {
            rest: tokens.into_iter(),
            delimiter,
            run: 0,
            inner: 0,
            deepest: 0,
            angles: 0,
            pipe: false,
            block: false,
            joint: None,
        }
    }

    /// Ends the run behind a block, unless this token continues the expression.
    fn end_run_behind_block(&mut self, token: &TokenTree) {
        let continues = match token {
            // `in` continues a `for` loop whose pattern ends with `{ … }`.
            TokenTree::Ident(word) => word == "else" || word == "as" || word == "in",
            TokenTree::Literal(_) => false,
            // `#` begins an attribute of the next statement or item.
            TokenTree::Punct(punct) => punct.as_char() != '#',
            TokenTree::Group(_) => true,
        };
        if self.block && !continues {
            self.end_of_run();
        }
        self.block = false;
    }

    fn punct(&mut self, punct: char, spacing: Spacing) {
        let before = self.joint.take();
        self.joint = (spacing == Spacing::Joint).then_some(punct);
        self.run += 1;
        match (before, punct) {
            (_, ';') => self.end_of_run(),
            (_, ',') if self.angles == 0 && !self.pipe => self.end_of_run(),
            // A `=>` ends the pattern of a match arm.
            (Some('='), '>') => (self.angles, self.pipe) = (0, false),
            (Some('-'), '>') => {}
            (_, '<') => self.angles += 1,
            (_, '>') => self.angles = self.angles.saturating_sub(1),
            // Every `|` counts as part of a closure. If it is an operator, this can only raise the bound.
            (_, '|') => self.pipe = true,
            // An `=` outside of `<…>` is not between the parameters of a closure.
            (_, '=') if self.angles == 0 => self.pipe = false,
            _ => {}
        }
    }

    fn group(&mut self, cost: usize, delimiter: Delimiter) {
        self.run += 1;
        self.inner = self.inner.max(cost);
        self.block = delimiter == Delimiter::Brace;
    }

    fn end_of_run(&mut self) {
        self.deepest = self.deepest.max(self.run + self.inner);
        (self.run, self.inner, self.angles, self.pipe) = (0, 0, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_nest_add_up_and_tokens_in_sequence_do_not() {
        for (text, expected) in [
            ("", 0),
            ("1 + 1 + 1", 5),
            ("a; b; c;", 2),
            ("a, b, c", 2),
            ("V<A, V<A, V<A, B>>>", 16),
            ("|a, b| |a, b| 1", 11),
            ("x | |a, b| x | |a, b| 1", 15),
            ("|a: V<B = C>, b| 1", 13),
            ("((1))", 1 + 2 * (GROUP + 1)),
            ("fn f() {} fn g() {} fn h() {}", 4 + GROUP),
            ("if a {} else if b {} else {}", 9 + GROUP),
            ("for A {} in for A {} in a {} {}", 11 + GROUP),
            ("A | B => c, D | E => f,", 7),
            ("if a < b => c, d < e => f", 8),
        ] {
            let tokens: TokenStream = text.parse().unwrap();
            assert_eq!(of(tokens) - GROUP, expected, "{text}");
        }
    }
}
