//! Parses the argument of `scopes!()`. Makes the identifiers of the constants and of their modules.

use logto_manifest::{Manifest, constants};
use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Path, Result, Token,
    parse::{ParseStream, Parser as _},
};

use crate::{
    errors::Errors,
    model::{Constant, ConstantResource, Constants},
};

/// Parses `crate = path`, the only argument of `scopes!()`.
pub(crate) fn parse_crate(args: TokenStream, errors: &mut Errors) -> Option<Path> {
    let parsed = (|input: ParseStream| -> Result<Option<Path>> {
        if input.is_empty() {
            return Ok(None);
        }
        if !input.peek(Token![crate]) {
            return Err(input.error("expected no argument, or `crate = path`"));
        }
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Some(path))
    })
    .parse2(args);
    errors.take(parsed).flatten()
}

/// Returns the constants that `scopes!()` declares for this `logto.toml`.
pub(crate) fn of(manifest: &Manifest) -> Constants {
    let constants = manifest.constants();
    let modules = constants.modules.iter();
    Constants {
        unique: constants.unique.iter().map(constant).collect(),
        modules: modules
            .map(|(name, constants)| (module(name), constants.iter().map(constant).collect()))
            .collect(),
    }
}

fn constant(constant: &constants::Constant<'_>) -> Constant {
    Constant {
        ident: Ident::new(&constant.name, Span::call_site()),
        scope: constant.scope.to_owned(),
        resource: constant.resource.map(|resource| ConstantResource {
            indicator: resource.indicator.clone(),
            name: resource.name.clone(),
            default: resource.default,
        }),
    }
}

/// Returns the identifier of a module. A keyword such as `type` becomes a raw identifier.
fn module(name: &str) -> Ident {
    match syn::parse_str(name) {
        // `syn` accepts `gen`, which is a keyword since the edition 2024.
        Ok(ident) if name != "gen" => ident,
        _ => Ident::new_raw(name, Span::call_site()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_becomes_a_raw_identifier() {
        for (name, ident) in [
            ("products", "products"),
            ("type", "r#type"),
            ("gen", "r#gen"),
        ] {
            assert_eq!(module(name).to_string(), ident);
        }
    }
}
