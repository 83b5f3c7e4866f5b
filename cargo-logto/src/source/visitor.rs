//! Walks through a file. Collects guards, scopes in other code, settings of revocation, and declared modules.

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Attribute, Expr, Lit, Meta, Token,
    ext::IdentExt as _,
    punctuated::Punctuated,
    spanned::Spanned as _,
    visit::{self, Visit},
};

use super::{
    arguments,
    contents::{Source, UsedScope},
    guard::{Arguments, Guard, Kind},
    modules::Modules,
};

pub(super) struct Visitor<'a> {
    path: &'a Path,
    file: &'a str,
    source: &'a mut Source,
    modules: &'a mut Modules,
    /// The names of the modules around the current item, within the file.
    inner: Vec<String>,
}

impl<'a> Visitor<'a> {
    /// Creates a visitor of the file at `path`. Messages show this path as `file`.
    pub(super) fn new(
        path: &'a Path,
        file: &'a str,
        source: &'a mut Source,
        modules: &'a mut Modules,
    ) -> Self {
        Self {
            path,
            file,
            source,
            modules,
            inner: Vec::new(),
        }
    }

    pub(super) fn file(&mut self, file: &syn::File) {
        if !is_test(&file.attrs) {
            self.visit_file(file);
        }
    }

    fn guards(&mut self, attributes: &[Attribute], item: &syn::Ident, is_policy: bool) {
        for attribute in attributes {
            self.guard(&attribute.meta, item, is_policy);
        }
    }

    fn guard(&mut self, meta: &Meta, item: &syn::Ident, is_policy: bool) {
        let Some(name) = meta.path().segments.last() else {
            return;
        };
        if name.ident == "cfg_attr" {
            let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
            let list = meta
                .require_list()
                .and_then(|list| list.parse_args_with(parse));
            for meta in list.iter().flatten().skip(1) {
                self.guard(meta, item, is_policy);
            }
            return;
        }
        let Some(kind) = Kind::named(&name.ident.to_string()) else {
            return;
        };
        let arguments = match meta {
            Meta::Path(_) => Some(Arguments::default()),
            Meta::List(list) => Some(arguments::parse(kind, list.tokens.clone(), self.file)),
            Meta::NameValue(_) => None,
        };
        if let Some(arguments) = arguments {
            self.source.guards.push(Guard {
                kind,
                item: item.unraw().to_string(),
                is_policy,
                place: arguments::place(meta.span(), self.file),
                arguments,
            });
        }
    }

    /// Remembers the scope in the first argument of `has_scope(…)` or `One(…)`, if the argument is a string.
    fn remember_scope(&mut self, arguments: &Punctuated<Expr, Token![,]>) {
        if let Some(Expr::Lit(literal)) = arguments.first()
            && let Lit::Str(scope) = &literal.lit
        {
            self.source.used.push(UsedScope(scope.value()));
        }
    }
}

impl Visitor<'_> {
    /// Remembers the scopes of `has_scope("…")` and `One("…")` in the tokens of a macro call.
    fn remember_scopes_in_macro(&mut self, tokens: TokenStream) {
        let mut open = vec![tokens];
        while let Some(tokens) = open.pop() {
            let mut names_scope = false;
            for token in tokens {
                if let TokenTree::Group(group) = token {
                    if names_scope && group.delimiter() == Delimiter::Parenthesis {
                        let first = group.stream().into_iter().next();
                        let first = TokenStream::from_iter(first);
                        if let Ok(scope) = syn::parse2::<syn::LitStr>(first) {
                            self.source.used.push(UsedScope(scope.value()));
                        }
                    }
                    open.push(group.stream());
                    names_scope = false;
                } else {
                    names_scope = matches!(
                        &token,
                        TokenTree::Ident(word) if word == "has_scope" || word == "One"
                    );
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            self.guards(&item.attrs, &item.sig.ident, false);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.guards(&item.attrs, &item.sig.ident, false);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if !is_test(&item.attrs) {
            self.guards(&item.attrs, &item.ident, true);
            visit::visit_item_struct(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = is_test(&item.attrs);
        if item.content.is_none() {
            self.modules.add(self.path, &self.inner, item, is_test);
        } else if !is_test {
            self.inner.push(item.ident.unraw().to_string());
            visit::visit_item_mod(self, item);
            self.inner.pop();
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_test(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "has_scope" {
            self.remember_scope(&call.args);
        }
        self.source.revocation.method(call);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && function
                .path
                .segments
                .last()
                .is_some_and(|it| it.ident == "One")
        {
            self.remember_scope(&call.args);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.remember_scopes_in_macro(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        self.source.revocation.is_used |= segment.ident == "Revocations";
        visit::visit_path_segment(self, segment);
    }
}

/// Checks for conditions such as `#[cfg(test)]`, and for test functions such as `#[tokio::test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        let is_test_function = last.is_some_and(|last| last.ident == "test");
        let is_cfg = attribute.path().is_ident("cfg");
        is_test_function || (is_cfg && attribute.parse_args().is_ok_and(|it| needs_test(&it)))
    })
}

/// Checks whether a condition holds only in tests. Recognizes `test`, and `all(…)` with such a condition in
/// it.
fn needs_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => {
            let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
            let parts = list.parse_args_with(parse);
            parts.is_ok_and(|parts| parts.iter().any(needs_test))
        }
        Meta::List(_) | Meta::NameValue(_) => false,
    }
}
