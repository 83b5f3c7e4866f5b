//! Parses the token in the headers of a request into typed but unverified values.
//!
//! A token may come from an attacker. Parsing returns a typed value, or an error that says which rule was
//! broken. No value is trusted before [`verify`](crate::verify) has checked the signature.
//!
//! - Base64url must be canonical, and JSON objects must not have duplicate members. Otherwise two
//!   programs could read different values from one token.
//! - A missing claim, a claim of the wrong type and an empty claim are three different errors.
//! - The search for duplicate members takes `n log n` for `n` members. The rest of parsing takes time linear
//!   in the length of a token.
//! - Tokens never appear in `Debug` output or in errors. A client may send a text such as `undefined` instead
//!   of a token. An error shows such a text only if a fixed list in `not_a_jwt` has it.
//!
//! In reading order:
//!
//! - `source` reads the token from the configured headers. `bearer` reads it from `Authorization`. Both
//!   return an `access_token`.
//! - `segments` splits the token at its dots and decodes the parts with `base64url`.
//! - `not_a_jwt` guesses the kind of a token that can't be split or decoded.
//! - `header` reads the `kid` of the signing key, and the `algorithm`.
//! - `claims` reads the claims that RFC 9068 requires, and a few more.
//! - `json` parses the objects for `header` and `claims`.

pub(crate) mod access_token;
pub(crate) mod algorithm;
pub(crate) mod base64url;
pub(crate) mod bearer;
pub(crate) mod claims;
pub(crate) mod header;
pub(crate) mod json;
pub(crate) mod not_a_jwt;
pub(crate) mod segments;
pub(crate) mod source;
