//! Tests of token sources: where tokens are read, from which origins cookies are accepted, and which settings
//! are refused.

mod cross_site;
mod reading;
mod settings;

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{NoToken, Origins, Sources, TokenSource};

const SAME: &str = "sec-fetch-site: same-origin";

fn cookie(name: &str, origins: Origins) -> TokenSource {
    TokenSource::Cookie {
        name: name.to_owned(),
        origins,
    }
}

fn sources(sources: Vec<TokenSource>) -> Sources {
    Sources::new(sources, false).unwrap()
}

fn headers(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn read(sources: &Sources, method: &Method, lines: &[&str]) -> Result<String, NoToken> {
    let headers = headers(lines);
    let token = sources.read(method, &headers)?;
    Ok(String::from_utf8(token.as_bytes().to_vec()).unwrap())
}

fn expect(sources: &Sources, cases: &[(&[&str], Result<&str, NoToken>)]) {
    for (lines, expected) in cases {
        let expected = expected.map(str::to_owned);
        assert_eq!(read(sources, &Method::GET, lines), expected, "{lines:?}");
    }
}
