//! Compares the parser of the `Authorization` header with a naive one.

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use crate::token::bearer::{BearerError, access_token};

/// Checks the parser of the `Authorization` header. Each line of the input is the value of one header. Leaves
/// out lines that are not valid values.
pub fn bearer(input: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(AUTHORIZATION, value);
        }
    }
    let ours = access_token(&headers).map(|token| token.as_bytes().to_vec());
    assert_eq!(ours, naive(&headers));
}

fn naive(headers: &HeaderMap) -> Result<Vec<u8>, BearerError> {
    let values: Vec<&HeaderValue> = headers.get_all(AUTHORIZATION).iter().collect();
    let value = match values.as_slice() {
        [] => return Err(BearerError::Missing),
        [value] => value.as_bytes(),
        _ => return Err(BearerError::Repeated),
    };
    let mut words = value.splitn(2, |byte| *byte == b' ');
    let scheme = words.next().unwrap_or_default().to_ascii_lowercase();
    let spaced = words.next().unwrap_or_default();
    let token: Vec<u8> = spaced
        .iter()
        .copied()
        .skip_while(|byte| *byte == b' ')
        .collect();
    if scheme != b"bearer" || token.is_empty() {
        return Err(BearerError::NotBearer);
    }
    Ok(token)
}
