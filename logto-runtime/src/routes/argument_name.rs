//! Recognizes arguments of handlers by the names of their types. This crate can't compare all of the
//! types themselves. Some belong to crates that this crate does not use. Others have type parameters that
//! this crate does not know.
//!
//! An argument that is not recognized counts as a check that can reject callers. If all other checks accept a
//! caller, the explorer then shows the decision as unknown.

use std::any::type_name;

use crate::extract::{claims::Claims, under::Under};

/// The names of extractors that accept every caller. A prefix such as `http::` is not enough, because a
/// crate of the program may be called `http`.
const ABOUT_THE_REQUEST: [&str; 10] = [
    "()",
    "alloc::string::String",
    "bytes::bytes::Bytes",
    "http::extensions::Extensions",
    "http::header::map::HeaderMap",
    "http::method::Method",
    "http::request::Parts",
    "http::request::Request",
    "http::uri::Uri",
    "http::version::Version",
];

/// The modules of further extractors that accept every caller.
const MODULES_ABOUT_THE_REQUEST: [&str; 9] = [
    "axum::body::",
    "axum::extract::",
    "axum::form::",
    "axum::json::",
    "axum_core::body::",
    "axum_extra::extract::cookie::",
    "axum_extra::extract::form::",
    "axum_extra::extract::multipart::",
    "axum_extra::extract::query::",
];

/// Whether an argument whose type has this name accepts every caller. Such an argument can reject a request
/// for another reason, such as an invalid body.
pub(super) fn accepts_every_caller(name: &str) -> bool {
    if let Some(inner) = inside(name, "core::option::Option<") {
        return accepts_every_caller(inner);
    }
    if let Some(header) = inside(name, "axum_extra::typed_header::TypedHeader<") {
        return is_about_the_request(header);
    }
    // A `Result` passes a rejection to the handler, so the handler runs in any case.
    name.starts_with("core::result::Result<")
        || ABOUT_THE_REQUEST.contains(&name.split('<').next().unwrap_or_default())
        || MODULES_ABOUT_THE_REQUEST
            .iter()
            .any(|it| name.starts_with(it))
}

/// Whether this is the type of a header that never identifies the caller. `Authorization`,
/// `ProxyAuthorization` and `Cookie` identify the caller. A type that the program defines could do so, too.
fn is_about_the_request(header: &str) -> bool {
    header
        .strip_prefix("headers::common::")
        .is_some_and(|it| !it.contains("Authorization<") && !it.starts_with("cookie::"))
}

/// Whether this is [`Claims`], alone or wrapped in [`Under`] by an attribute with `logto = …`.
pub(super) fn is_claims(name: &str) -> bool {
    [
        type_name::<Claims<()>>(),
        type_name::<Under<Claims<()>, ()>>(),
    ]
    .iter()
    .filter_map(|known| known.split("()").next())
    .any(|beginning| name.starts_with(beginning))
}

/// Returns the name as a program writes it, such as `Claims<Plan>`. Leaves out the paths of modules, and
/// [`Under`].
pub(crate) fn short(name: &str) -> String {
    let mut short = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest
            .find(|character: char| !(character.is_alphanumeric() || "_:".contains(character)))
            .unwrap_or(rest.len());
        let (path, after) = rest.split_at(end);
        short.push_str(path.rsplit("::").next().unwrap_or_default());
        let separators =
            after.find(|character: char| character.is_alphanumeric() || character == '_');
        let (between, next) = after.split_at(separators.unwrap_or(after.len()));
        short.push_str(between);
        rest = next;
    }
    match inside(&short, "Under<").and_then(|arguments| arguments.rsplit_once(", ")) {
        Some((argument, _)) => argument.to_owned(),
        None => short,
    }
}

/// Returns the name of the type inside a wrapper such as `core::option::Option<`.
fn inside<'n>(name: &'n str, wrapper: &str) -> Option<&'n str> {
    name.strip_prefix(wrapper)?.strip_suffix('>')
}

#[cfg(test)]
mod tests {
    use axum::{
        Extension, Json,
        body::{Body, Bytes},
        extract::{MatchedPath, Path, RawQuery, Request, State, rejection::PathRejection},
    };
    use http::{Extensions, HeaderMap, Method, Uri, Version, request::Parts};

    use super::*;
    use crate::{Guard, Logto, TokenOr, logto::auth_info::AuthInfo};

    struct Own;
    struct Wraps<T>(T);

    #[test]
    fn only_results_and_arguments_about_the_request_accept_every_caller() {
        macro_rules! names {
            ($($name:ty),* $(,)?) => { [$(type_name::<$name>()),*] };
        }
        for name in names![
            (),
            String,
            Bytes,
            Body,
            Request,
            HeaderMap,
            Method,
            Uri,
            Version,
            Extensions,
            Parts,
            State<Logto>,
            State<Own>,
            Path<Own>,
            RawQuery,
            Json<Own>,
            MatchedPath,
            Option<Path<Own>>,
            Result<Path<Own>, PathRejection>,
            Result<AuthInfo, Own>,
        ] {
            assert!(accepts_every_caller(name), "{name}");
        }
        for name in [
            "axum::extract::query::Query<app::Filter>",
            "axum::form::Form<app::Login>",
            "axum_extra::extract::cookie::CookieJar",
            "axum_extra::typed_header::TypedHeader<headers::common::range::Range>",
            "core::option::Option<axum_extra::typed_header::TypedHeader<headers::common::host::Host>>",
            "http::header::map::HeaderMap<app::Value>",
        ] {
            assert!(accepts_every_caller(name), "{name}");
        }
        for name in [
            "axum_extra::extract::cached::Cached<app::CurrentUser>",
            "axum_extra::extract::with_rejection::WithRejection<app::CurrentUser, app::Error>",
            "axum_extra::typed_header::TypedHeader<headers::common::authorization::Authorization<headers::common::authorization::Bearer>>",
            "axum_extra::typed_header::TypedHeader<headers::common::authorization::Authorization<app::Digest>>",
            "axum_extra::typed_header::TypedHeader<headers::common::proxy_authorization::ProxyAuthorization<headers::common::authorization::Basic>>",
            "core::option::Option<axum_extra::typed_header::TypedHeader<headers::common::authorization::Authorization<headers::common::authorization::Basic>>>",
            "axum_extra::typed_header::TypedHeader<headers::common::cookie::Cookie>",
            "axum_extra::typed_header::TypedHeader<app::ApiKey>",
            // A crate of the program may be called `http`.
            "http::Session",
            "http::auth::CurrentUser",
            "http::request::CurrentUser",
            "http::method::MethodOfTheCaller",
            "core::option::Option<http::Session>",
            "axumcrate::extract::X",
            "app::axum::extract::X",
        ] {
            assert!(!accepts_every_caller(name), "{name}");
        }
        for name in names![
            Own,
            Option<Own>,
            Wraps<Json<Own>>,
            Extension<AuthInfo>,
            AuthInfo,
            Claims<Own>,
            Under<AuthInfo, Own>,
            Guard<Own>,
            TokenOr<Own, Own>,
            Option<Wraps<Own>>,
            (Own,),
            [Own; 2],
        ] {
            assert!(!accepts_every_caller(name), "{name}");
        }
    }

    #[test]
    fn claims_of_any_type_are_recognized() {
        assert!(is_claims(type_name::<Claims<Own>>()));
        assert!(is_claims(type_name::<Under<Claims<Own>, Own>>()));
        assert!(!is_claims(type_name::<Under<AuthInfo, Own>>()));
        assert!(!is_claims(type_name::<Wraps<Claims<Own>>>()));
    }

    #[test]
    fn names_are_shown_as_programs_write_them() {
        for (name, expected) in [
            (type_name::<Own>(), "Own"),
            (type_name::<Claims<Own>>(), "Claims<Own>"),
            (type_name::<Option<Wraps<Own>>>(), "Option<Wraps<Own>>"),
            (type_name::<Under<Claims<Own>, Own>>(), "Claims<Own>"),
            (type_name::<TokenOr<Own, Own>>(), "TokenOr<Own, Own>"),
            (type_name::<(Own, [Own; 2])>(), "(Own, [Own; 2])"),
            ("", ""),
            ("::", ""),
            ("<a::B as c::D>::E", "<B as D>::E"),
        ] {
            assert_eq!(short(name), expected);
        }
    }
}
