//! The only file that writes code for the user's crate.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, Pat, PatType, PatWild, Path, Token, Type, ext::IdentExt as _};

use crate::{
    args::Args,
    errors::Errors,
    item::{Definition, Function, Item},
    kind::Kind,
    model::{Organization, Requirement, ScopeExpr},
    validate,
};

/// The default of `clippy::too_many_arguments`.
const CLIPPY_ARGUMENTS: usize = 7;

/// Expands one attribute.
pub(crate) fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut item = Item::parse(item);
    let mut args = Args::parse(kind, args, &mut errors);
    let private = Private(args.krate.take().and_then(|keyed| keyed.value));
    let requirement = validate::requirement(kind, args, &mut errors);
    validate::item(kind, &mut item, &mut errors);
    match (requirement, errors.into_error()) {
        (Some(requirement), None) => guarded(&private, &requirement, item),
        (_, error) => refused(&private, &item, error),
    }
}

fn guarded(private: &Private, requirement: &Requirement, item: Item) -> TokenStream {
    let requirement = Emitted {
        private,
        requirement,
    };
    match item {
        Item::Function(function) => guarded_function(private, &requirement, *function),
        Item::UnitStruct(definition) => {
            let policy = implement_policy(private, &definition.ident, &requirement);
            quote!(#definition #policy)
        }
        other => other.into_token_stream(),
    }
}

fn guarded_function(
    private: &Private,
    requirement: &Emitted<'_>,
    mut function: Function,
) -> TokenStream {
    let guards = function.guards();
    let name = hidden_name(&function.sig.ident, guards);
    let vis = &function.vis;
    let policy = implement_policy(private, &name, requirement);
    let hidden = quote! {
        #[doc(hidden)]
        #vis struct #name;
        #policy
    };
    let guard = leading_argument(quote!(#private::Guard<#name>));
    let arguments = function.sig.inputs.len();
    function.sig.inputs.insert(guards, guard);
    // The user's own arguments are within Clippy's limit; ours shall not be what exceeds it.
    let allow =
        (arguments == CLIPPY_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote!(#hidden #allow #function)
}

/// Numbered by attribute, since attributes stack. It stands at the attribute, as what rustc says
/// of it is about the attribute.
fn hidden_name(function: &Ident, guards: usize) -> Ident {
    format_ident!(
        "__logto_{}_{}",
        function.unraw(),
        guards,
        span = Span::call_site()
    )
}

fn leading_argument(ty: TokenStream) -> FnArg {
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Wild(PatWild {
            attrs: Vec::new(),
            underscore_token: <Token![_]>::default(),
        })),
        colon_token: <Token![:]>::default(),
        ty: Box::new(Type::Verbatim(ty)),
    })
}

fn implement_policy(private: &Private, name: &Ident, requirement: &impl ToTokens) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #private::Policy for #name {
            const REQUIREMENT: #private::Requirement = #requirement;
        }
    }
}

/// The item, beside the errors. A type still gets a policy, one that nobody satisfies, so that its
/// uses cause no further errors.
fn refused(private: &Private, item: &Item, error: Option<syn::Error>) -> TokenStream {
    let error = error.map(|error| error.to_compile_error());
    let policy = match item {
        Item::UnitStruct(definition) | Item::OtherType(definition) => {
            Some(unsatisfiable_policy(private, definition))
        }
        Item::Function(_) | Item::Other { .. } | Item::Unreadable(..) => None,
    };
    quote!(#error #item #policy)
}

fn unsatisfiable_policy(private: &Private, definition: &Definition) -> TokenStream {
    let Definition {
        ident,
        generics,
        spent,
        ..
    } = definition;
    let (params, arguments, clauses) = generics.split_for_impl();
    let clauses = clauses.map(|clauses| &clauses.predicates);
    quote! {
        #[automatically_derived]
        impl #params #private::Policy for #ident #arguments
        where
            Self: 'static,
            #clauses
        {
            const REQUIREMENT: #private::Requirement =
                #private::Requirement::scopes(#private::ScopeExpr::All(&[]));
        }
        #(
            #[allow(unused_imports)]
            use #spent as _;
        )*
    }
}

/// The path of everything that generated code may name.
struct Private(Option<Path>);

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::logto_runtime)),
        }
        tokens.extend(quote!(::__private));
    }
}

/// A requirement as constant data.
struct Emitted<'a> {
    private: &'a Private,
    requirement: &'a Requirement,
}

impl ToTokens for Emitted<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            private,
            requirement,
        } = self;
        let Requirement {
            kind,
            scopes,
            resource,
            organization,
        } = requirement;
        let constructor = match kind {
            Kind::Authenticated => quote!(authenticated),
            Kind::Scopes => quote!(scopes),
            Kind::OrganizationPermission => quote!(organization_permission),
            Kind::OrganizationScopes => quote!(organization_scopes),
        };
        let scopes = scopes.as_ref().map(|scopes| scope_expr(private, scopes));
        let resource = resource
            .as_ref()
            .map(|resource| quote!(.with_resource(#resource)));
        let organization = organization
            .as_ref()
            .map(|source| organization_source(private, source));
        tokens.extend(quote! {
            #private::Requirement::#constructor(#scopes) #resource #organization
        });
    }
}

fn scope_expr(private: &Private, scopes: &ScopeExpr) -> TokenStream {
    match scopes {
        ScopeExpr::One(scope) => quote!(#private::ScopeExpr::One(#scope)),
        ScopeExpr::Constant(path) => quote!(#private::ScopeExpr::One(#path)),
        ScopeExpr::All(members) => {
            let members = members.iter().map(|member| scope_expr(private, member));
            quote!(#private::ScopeExpr::All(&[#(#members),*]))
        }
        ScopeExpr::Any(members) => {
            let members = members.iter().map(|member| scope_expr(private, member));
            quote!(#private::ScopeExpr::Any(&[#(#members),*]))
        }
    }
}

fn organization_source(private: &Private, source: &Organization) -> TokenStream {
    let source = match source {
        Organization::Path(name) => quote!(Path(#name)),
        Organization::Header(name) => quote!(Header(#name)),
        Organization::Token => quote!(Token),
    };
    quote!(.with_organization(#private::OrganizationSource::#source))
}
