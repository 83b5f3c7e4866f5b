//! Reads a pasted token from the form of the explorer, a page that shows who may call what.

use axum::body::{Body, to_bytes};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, HeaderName, ORIGIN},
    uri::Authority,
};
use url::{Url, form_urlencoded};

/// The longest body that is read, in bytes. A token is at most 16 KiB by default.
const LONGEST: usize = 64 * 1024;

pub(super) const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why the explorer refuses a pasted token. Each text ends with the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error(
        "another site sent this form, or the browser does not say which site sent it: paste the \
         token on the page of the explorer itself, over loopback or https"
    )]
    CrossOrigin,
    #[error("the body is not a form: send `token=…` as application/x-www-form-urlencoded")]
    NotAForm,
    #[error(
        "the body was cut off, or is longer than {} KiB: paste one access token, and \
         send the form again",
        LONGEST / 1024
    )]
    TooLong,
    #[error("the form has no token: paste an access token")]
    Empty,
}

impl Refused {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::CrossOrigin => StatusCode::FORBIDDEN,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Empty => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

/// Reads the token from a form. Accepts the form only if a page of the same origin sent it.
pub(super) async fn token(
    headers: &HeaderMap,
    authority: &Authority,
    body: Body,
) -> Result<String, Refused> {
    if !is_from_the_page(headers, authority) {
        return Err(Refused::CrossOrigin);
    }
    if !is_form(headers) {
        return Err(Refused::NotAForm);
    }
    let body = to_bytes(body, LONGEST)
        .await
        .map_err(|_| Refused::TooLong)?;
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "token");
    let token = token.map(|(_, token)| trimmed(&token).to_owned());
    token
        .filter(|token| !token.is_empty())
        .ok_or(Refused::Empty)
}

/// Whether a page of the same origin sent the request. `Sec-Fetch-Site` or `Origin` must say so, and the
/// other header must not contradict it.
///
/// The page has the referrer policy `no-referrer`, so the browser sends the form with `Origin: null`. Then
/// `Sec-Fetch-Site` decides. Browsers send `Sec-Fetch-Site` over loopback and https only (Fetch Metadata §3).
fn is_from_the_page(headers: &HeaderMap, authority: &Authority) -> bool {
    let site = headers.get_all(SEC_FETCH_SITE).iter();
    let site: Vec<_> = site.map(HeaderValue::as_bytes).collect();
    let origin: Vec<_> = headers.get_all(ORIGIN).iter().collect();
    let same_site = match *site {
        [] => None,
        [b"same-origin"] => Some(true),
        _ => Some(false),
    };
    let same_origin = match *origin {
        [] => None,
        [value] if value == "null" => None,
        [value] => Some(value.to_str().is_ok_and(|it| is_origin_of(it, authority))),
        _ => Some(false),
    };
    same_site.or(same_origin) == Some(true) && same_origin != Some(false)
}

/// Whether this is the origin of a page with this authority, over `http` or `https`.
pub(super) fn is_origin_of(origin: &str, authority: &Authority) -> bool {
    let same = |scheme: &str| {
        let own = Url::parse(&format!("{scheme}://{authority}/"));
        let named = Url::parse(origin);
        own.is_ok_and(|own| named.is_ok_and(|named| named.origin() == own.origin()))
    };
    same("http") || same("https")
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let essence = value.and_then(|it| it.split(';').next()).map(str::trim);
    essence.is_some_and(|it| it.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Removes white space around the token, and `Bearer` before it. People may paste the whole value of the
/// `Authorization` header. The scheme is case-insensitive (RFC 9110 §11.1).
fn trimmed(text: &str) -> &str {
    let text = text.trim();
    match text.split_at_checked("Bearer ".len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer ") => token.trim(),
        _ => text,
    }
}
