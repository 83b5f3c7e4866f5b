//! Generates the constant expression of a requirement.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Path, spanned::Spanned as _};

use super::private::Private;
use crate::{
    kind::Kind,
    model::{Declared, Organization, Requirement, ScopeExpr, Subject},
};

/// Writes a requirement as tokens.
pub(super) struct RequirementTokens<'a> {
    pub(super) private: &'a Private,
    pub(super) requirement: &'a Requirement,
}

impl ToTokens for RequirementTokens<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let private = self.private;
        let Requirement {
            kind,
            scopes,
            resource,
            organization,
            subject,
            client,
            declared: _,
        } = self.requirement;
        let constructor = match kind {
            Kind::Scopes => quote!(scopes),
            Kind::OrganizationPermission => quote!(organization_permission),
            Kind::OrganizationScopes => quote!(organization_scopes),
            // The last three kinds never have a `Requirement`.
            Kind::Authenticated | Kind::Alternatives | Kind::Public | Kind::ByHand => {
                quote!(authenticated)
            }
        };
        let scopes = scopes.as_ref().map(|scopes| self.scope_expr(scopes));
        let resource = resource
            .as_ref()
            .map(|resource| quote!(.with_resource(#resource)));
        let organization = organization.as_ref().map(|source| {
            let source = match source {
                Organization::Path(name) => quote!(Path(#name)),
                Organization::Header(name) => quote!(Header(#name)),
                Organization::Token => quote!(Token),
                Organization::Any => quote!(Any),
            };
            quote!(.with_organization(#private::OrganizationSource::#source))
        });
        let subject = subject.as_ref().map(|subject| {
            let subject = match subject {
                Subject::User => quote!(User),
                Subject::Machine => quote!(Machine),
                Subject::Path(name) => quote!(Path(#name)),
            };
            quote!(.with_subject(#private::Subject::#subject))
        });
        let client = client.as_ref().map(|client| quote!(.with_client(#client)));
        tokens.extend(quote! {
            #private::Requirement::#constructor(#scopes) #resource #organization #subject #client
        });
    }
}

impl RequirementTokens<'_> {
    fn scope_expr(&self, scopes: &ScopeExpr) -> TokenStream {
        let private = self.private;
        let group = |name: TokenStream, members: &[ScopeExpr]| {
            let members = members.iter().map(|member| self.scope_expr(member));
            quote!(#private::#name(&[#(#members),*]))
        };
        match scopes {
            ScopeExpr::One(scope) => quote!(#private::One(#scope)),
            ScopeExpr::Constant(path) => {
                let name = self.constant(path);
                quote!(#private::One(#name))
            }
            ScopeExpr::All(members) => group(quote!(All), members),
            ScopeExpr::Any(members) => group(quote!(Any), members),
        }
    }

    /// Returns an expression for the name of the `Scope` at `path`.
    ///
    /// An attribute sees only the path of the constant, not its value. So the expression contains the check.
    /// The evaluation of the expression fails if the constant does not fit the attribute.
    ///
    /// If this crate has a `logto.toml`, compares the indicator of the constant's resource with that of the
    /// attribute's resource. The default resource and the names in the constant come from the file of its own
    /// crate, where they can mean another resource.
    fn constant(&self, path: &Path) -> TokenStream {
        // Errors point at the last segment, because stable Rust can't join the spans of a whole path.
        let place = path
            .segments
            .last()
            .map_or_else(|| path.span(), |last| last.ident.span());
        let private = self.private.at(place);
        let Requirement {
            kind,
            resource,
            declared,
            ..
        } = self.requirement;
        let indicator = declared.as_ref().and_then(|it| it.indicator.as_ref());
        let wanted = match (kind, resource, indicator) {
            (Kind::OrganizationPermission, ..) => quote!(Permission),
            (_, Some(_), Some(indicator)) => quote!(ScopeOf(#indicator)),
            (_, Some(resource), None) => quote!(ScopeOf(#resource)),
            (_, None, Some(indicator)) => quote!(ScopeOfDefaultAt(#indicator)),
            (_, None, None) => quote!(ScopeOfDefault),
        };
        let name = quote_spanned! {place=>
            #private::scope_name(&#path, #private::ScopeOrigin::#wanted)
        };
        match declared {
            None => name,
            Some(Declared { names, .. }) => {
                let names = likely_first(names, path);
                quote_spanned!(place=> #private::declared_name(#name, #names))
            }
        }
    }
}

/// Joins the names with spaces. The name that the constant most likely has comes first.
///
/// `declared_name` stops at the first equal name. In a file with 200 scopes, rustc needs 20 ms to compare a
/// constant with all of them.
fn likely_first(names: &[String], constant: &Path) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_uppercase()).collect()
    };
    let last = constant.segments.last();
    let constant = last.map(|last| letters(&last.ident.to_string()));
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    names.sort_by_cached_key(|name| Some(letters(name)) != constant);
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::likely_first;

    #[test]
    fn the_likely_name_of_a_constant_comes_first_and_no_name_is_lost() {
        let names = ["read:data", "write:data", "write-data"].map(str::to_owned);
        for (constant, joined) in [
            (
                "catalog::scopes::WRITE_DATA",
                "write:data write-data read:data",
            ),
            ("READ_DATA", "read:data write:data write-data"),
            ("ALIAS", "read:data write:data write-data"),
        ] {
            let constant = syn::parse_str(constant).unwrap();
            assert_eq!(likely_first(&names, &constant), joined);
        }
    }
}
