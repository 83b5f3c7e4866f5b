//! Feeds random tokens to the attributes and to `scopes!`. Neither may panic.
//!
//! The output of an attribute must contain a compile error, an added argument, or an added policy.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::{
    expand,
    item::{Function, Item},
    kind::Kind,
};

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
        // The random inputs do not contain this word.
        let rejected = output.to_string().contains("compile_error");
        assert!(
            rejected || is_guarded(kind, args, item, &output),
            "{shown}\nbecame\n{output}"
        );
    }
}

/// Returns whether the attribute has added its guard to a function, or its policy to a type. The input can
/// contain guards and policies too. They do not count.
fn is_guarded(kind: Kind, args: &TokenStream, item: &TokenStream, output: &TokenStream) -> bool {
    let output: Vec<TokenTree> = output.clone().into_iter().collect();
    match Item::parse(item.clone()) {
        Item::Function(before) => {
            let guards = before.guards();
            let expected: &[&str] = match kind {
                Kind::Public => &["__private :: Public"],
                Kind::ByHand => &["__private :: ByHand <"],
                Kind::Alternatives if args.to_string().contains("credential") => {
                    &["__private :: Passed <", "__private :: TokenOr <"]
                }
                _ => &["__private :: Passed <"],
            };
            function_named(&before.sig.ident, &output).is_some_and(|after| {
                let added = after.sig.inputs.iter().nth(guards).map(|it| quote!(#it));
                let added = added.map_or_else(String::new, |it| it.to_string());
                after.guards() == guards + 1
                    && after.sig.inputs.len() == before.sig.inputs.len() + 1
                    && expected.iter().any(|guard| added.contains(guard))
            })
        }
        Item::UnitStruct(definition) => {
            // The output begins with the item. The policy comes after it.
            let length = quote!(#definition).into_iter().count();
            let added: TokenStream = output.into_iter().skip(length).collect();
            let policy = format!("Policy for {} {{", definition.ident);
            !matches!(kind, Kind::Public | Kind::ByHand) && added.to_string().contains(&policy)
        }
        Item::OtherType(_) | Item::Other { .. } | Item::Unreadable(..) => false,
    }
}

/// Parses the function with this name, from the keyword `fn` on.
fn function_named(name: &Ident, tokens: &[TokenTree]) -> Option<Box<Function>> {
    let at = tokens.windows(2).position(|pair| {
        matches!(pair, [TokenTree::Ident(word), TokenTree::Ident(found)]
            if word == "fn" && found == name)
    })?;
    match Item::parse(tokens[at..].iter().cloned().collect()) {
        Item::Function(function) => Some(function),
        _ => None,
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
    for (before, opening, closing, expected) in [
        ("", "any(", ")", "groups nest at most"),
        ("state = ", "(", ")", "the type of the state is too long"),
        ("state = ", "[", "]", "the type of the state is too long"),
        ("state = ", "(A<", ">)", "the type of the state is too long"),
        ("state = ", "fn(", ")", "the type of the state is too long"),
        ("state = ", "A<", ">", "the type of the state is too long"),
        ("state = ", "&", "", "the type of the state is too long"),
        ("state = (", "&", "", "the type of the state is too long"),
    ] {
        let end = if before.ends_with('(') { ")" } else { "" };
        let [openings, closings] = [opening, closing].map(|it| it.repeat(3_000));
        let args = format!("{before}{openings}u8{closings}{end}");
        let item = parse("async fn list() {}");
        let output = expand::attribute(Kind::Scopes, parse(&args), item).to_string();
        assert!(
            output.contains("compile_error") && output.contains(expected),
            "{before}{opening}: {output}"
        );
    }
}

/// rustc and rust-analyzer expand attributes in a thread with 8 MiB of stack. The default of tests is less.
#[test]
fn a_state_of_200_tokens_is_accepted_and_a_longer_one_is_rejected() {
    let test = || {
        for (opening, closing, most) in [
            ("(", ")", 199),
            ("[", "]", 199),
            ("&", "", 199),
            ("fn(", ")", 99),
            ("A<", ">", 66),
        ] {
            for (levels, accepted) in [(most, true), (most + 1, false)] {
                let [openings, closings] = [opening, closing].map(|it| it.repeat(levels));
                let args = parse(&format!(r#""a", state = {openings}u8{closings}"#));
                let item = parse("async fn list() {}");
                let output = expand::attribute(Kind::Scopes, args, item).to_string();
                let rejected = output.contains("the type of the state is too long");
                assert_eq!(rejected, !accepted, "{opening} {levels}: {output}");
                assert_eq!(rejected, output.contains("compile_error"), "{output}");
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(test);
    thread.unwrap().join().unwrap();
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
