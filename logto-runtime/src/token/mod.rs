//! Parses the token in the headers of a request into typed but unverified values.
//!
//! Everything here is input that an attacker can control. Parsing returns a typed value or an
//! error that says which rule was broken; nothing is trusted before [`verify`](crate::verify) has
//! checked the signature.
//!
//! - Base64url must be canonical, and JSON objects must not have duplicate members. Otherwise two
//!   programs could read different values from one token.
//! - A missing claim, a claim of the wrong type and an empty claim are three different errors.
//! - Parsing takes time linear in the length of a token, or `n log n` to find duplicate members.
//! - Tokens never appear in `Debug` output or in errors.
//!
//! In reading order:
//!
//! - `source` finds the token where the settings say, and `bearer` finds the token in the `Authorization`
//!   header; both return an `access_token`;
//! - `segments` splits the token at its dots and decodes the parts with `base64url`;
//! - `not_a_jwt` guesses what a client sent instead of a JWT, if the token can't be split or decoded;
//! - `header` reads which key (`kid`) and which `algorithm` signed the token;
//! - `claims` reads the claims that RFC 9068 requires, and a few more;
//! - `json` has the rules that `header` and `claims` share.

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
