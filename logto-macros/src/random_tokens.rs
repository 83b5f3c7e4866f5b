//! Feeds random tokens to the attributes and to `scopes!`. Neither may panic.
//!
//! The output of an attribute must contain a compile error, an added argument, or an added policy.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::{expand, kind::Kind};

/// Tokens that attributes and items are made of, and tokens that are wrong there.
const PIECES: &str = r##"
    any all path header token user machine resource org subject client credential logto state crate scopes self Self super
    r#type r#any async await fn const unsafe struct enum union trait impl mod where for dyn move
    let static mut ref in if loop _ a A Vec Public Guard Passed __private __logto_list_0
    , , , , = = == => :: : ; . .. ... -> < > << >> & && | || ! ? # $ @ + - * / % ^ ~ 'a
    "read:products" "a" "" " " "a b" "é" "\u{0}" "\\" "https://api.example.com" "Products"
    "{id}" "a"x b"a" c"a" r"a" r#"a"# br"a" 'a' b'a' 0 1u8 0xff 1.5 1e9 1_000 true false
    require_scopes require_auth #[require_scopes("a")] #[public] #[doc = "x"] #[cfg(any())]
    pub(crate) pub(in a::b) <T: Copy> where T: Copy, () (a) (,) [] [a] {} {a} (a: A) (&self)
    (_: ::logto_runtime::__private::Passed<X>) -> impl Future<Output = ()>
    utoipa path cfg_attr extensions security json #[path(get, security(()), extensions(("x" = a)))]
"##;

/// Valid arguments that the mutations start from.
const ARGS: [&str; 9] = [
    r#""read:products""#,
    r#""a", any("b", all("c", "d")), resource = "https://api.example.com""#,
    r#""a", org = path("id"), subject = user, state = App<(A, B)>, crate = ::a::b"#,
    r#"org = header("x-id"), scopes::A, resource = "products""#,
    "Admin, a::Member, state = App",
    "Admin, credential = keys::ApiKey",
    r#""a", subject = path("id"), client = "my-spa", state = App, logto = a::logto_of"#,
    r#""API key""#,
    "",
];
/// Items that the mutations start from.
const ITEMS: [&str; 11] = [
    "async fn list(State(db): State<Db>, body: impl X) -> Result<A, B> where A: C { body }",
    "pub(crate) async fn list<'a, T: X<'a>, const N: usize>(_: T, #[cfg(x)] _: U) { x }",
    "#[require_auth] #[doc = \"a\"] async fn r#type(_: ::logto_runtime::__private::Passed<X>) {}",
    "async fn list(a: A, b: A, c: A, d: A, e: A, f: A, g: A, h: A, i: A, j: A, k: A, l: A, m: A, \
     n: A, o: A, p: A, q: A) {}",
    "#[cfg_attr(x, a, utoipa::path(get, path = \"/a\", extensions((\"x-a\" = json!(1)),)))] \
     #[utoipa::path(put, responses((status = 200)), security((\"a\" = [])))] async fn list() {}",
    "pub struct WriteOrders;",
    "#[require_any(A, B)] struct Orders<'a, T>(A) where T: X;",
    "async fn list(AuthInfo(a): Option<b::AuthInfo>, Claims(c): Claims<C>, _: ::logto_runtime::__private::ByHand<X>) {}",
    "enum Orders { A, B }",
    "unsafe extern \"C\" { safe fn abs(of: i32) -> i32; }",
    "impl Orders { async fn list(&self) {} }",
];

/// A seeded random number generator (xorshift64) that gives the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn text(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    fn tokens(&mut self, pieces: &[TokenTree], longest: usize, depth: usize) -> TokenStream {
        (0..self.below(longest))
            .map(|_| match self.below(6) {
                0 if depth > 0 => self.group(pieces, depth).into(),
                _ => self.pick(pieces).clone(),
            })
            .collect()
    }

    fn group(&mut self, pieces: &[TokenTree], depth: usize) -> Group {
        let delimiter = *self.pick(&[
            Delimiter::Parenthesis,
            Delimiter::Parenthesis,
            Delimiter::Brace,
            Delimiter::Bracket,
            Delimiter::None,
        ]);
        Group::new(delimiter, self.tokens(pieces, 6, depth - 1))
    }

    /// Removes, doubles, swaps or replaces some tokens, at any depth.
    fn mutate(&mut self, tokens: TokenStream, pieces: &[TokenTree]) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for _ in 0..=self.below(3) {
            if tokens.is_empty() {
                return self.tokens(pieces, 4, 2);
            }
            let at = self.below(tokens.len());
            match self.below(6) {
                0 => drop(tokens.remove(at)),
                1 => tokens.insert(at, tokens[at].clone()),
                2 => {
                    let other = self.below(tokens.len());
                    tokens.swap(at, other);
                }
                3 => tokens[at] = self.pick(pieces).clone(),
                4 => tokens[at] = self.group(pieces, 2).into(),
                _ => {
                    if let TokenTree::Group(group) = &tokens[at] {
                        let inner = self.mutate(group.stream(), pieces);
                        tokens[at] = Group::new(group.delimiter(), inner).into();
                    }
                }
            }
        }
        tokens.into_iter().collect()
    }
}

fn parse(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// Asserts that the output contains a compile error, an added argument, or an added policy.
fn assert_rejected_or_guarded(kind: Kind, args: &TokenStream, item: &TokenStream) {
    let shown = format!("#[{}({args})] {item}", kind.name());
    for describes in [false, true] {
        let output = expand::attribute_for(describes, kind, args.clone(), item.clone());
        let output = output.to_string();
        let marked = match kind {
            Kind::Public => output.contains("__private :: Public"),
            Kind::ByHand => output.contains("__private :: ByHand <"),
            _ => {
                output.contains("__private :: Passed <")
                    || output.contains("__private :: TokenOr <")
                    || output.contains("Policy for")
            }
        };
        assert!(
            output.contains("compile_error") || marked,
            "{shown}\nbecame\n{output}"
        );
    }
}

#[test]
fn random_tokens_are_rejected_or_guarded() {
    let pieces: Vec<TokenTree> = parse(PIECES).into_iter().collect();
    let mut random = Random(0x5eed_0001);
    for round in 0..5_000 {
        let kind = *random.pick(&Kind::ALL);
        let args = random.tokens(&pieces, 12, 4);
        let item = if round % 2 == 0 {
            random.tokens(&pieces, 16, 4)
        } else {
            parse(random.text(&ITEMS))
        };
        assert_rejected_or_guarded(kind, &args, &item);
    }
}

#[test]
fn inputs_with_a_few_wrong_tokens_are_rejected_or_guarded() {
    let pieces: Vec<TokenTree> = parse(PIECES).into_iter().collect();
    let mut random = Random(0x5eed_0002);
    for _ in 0..5_000 {
        let kind = *random.pick(&Kind::ALL);
        let mut args = parse(random.text(&ARGS));
        let mut item = parse(random.text(&ITEMS));
        if random.below(3) > 0 {
            args = random.mutate(args, &pieces);
        }
        if random.below(3) > 0 {
            item = random.mutate(item, &pieces);
        }
        assert_rejected_or_guarded(kind, &args, &item);
    }
}

#[test]
fn deep_nesting_is_rejected_without_a_stack_overflow() {
    for (opening, closing) in [
        ("any(", ")"),
        ("state = (", ")"),
        ("state = A<", ">"),
        ("state = &", ""),
    ] {
        let args = format!("{}{}", opening.repeat(3_000), closing.repeat(3_000));
        let args = parse(&args);
        let item = parse("async fn list() {}");
        let output = expand::attribute(Kind::Scopes, args, item).to_string();
        assert!(output.contains("compile_error"), "{opening}");
    }
}

/// This crate does not have a `logto.toml`, so `scopes!()` without arguments is rejected, too.
#[test]
fn the_scopes_macro_rejects_random_arguments_without_a_panic() {
    let pieces: Vec<TokenTree> = parse(PIECES).into_iter().collect();
    let mut random = Random(0x5eed_0003);
    for _ in 0..1_000 {
        let output = expand::expand_scopes(random.tokens(&pieces, 6, 2)).to_string();
        assert!(output.contains("compile_error"), "{output}");
    }
}
