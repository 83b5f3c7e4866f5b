//! Arbitrary requests: the guards accept only tokens that are signed with a key of the key set.

use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, header::AUTHORIZATION},
    routing::get as on_get,
};
use logto_runtime::{
    Algorithm, AuthInfo, Logto, require_auth, require_scopes,
    test_util::{SigningKey, TestTenant},
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::json;
use tower::ServiceExt;

use crate::{
    corpora::{base64url, segments},
    support::{NOW, ORG, PRODUCTS, at},
};

#[require_scopes("read:products")]
async fn scoped() {}

#[require_auth]
async fn authenticated() {}

#[require_auth]
struct Authenticated;

const ROUTES: [&str; 4] = ["/scoped", "/authenticated", "/extracted", "/layered"];

/// A tenant and its guarded API.
struct World {
    app: Router,
    /// Tokens that the API accepts.
    genuine: Vec<String>,
    /// Keys that are not in the key set, but have the `kid` of the tenant's signing key.
    strangers: Vec<SigningKey>,
    tenant: TestTenant,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products"])
        .resource(ORG, ["read:data"])
        .start();
    tenant.set_now(at(NOW));
    tenant.rotate(Algorithm::RS256);
    tenant.rotate(Algorithm::ES384);
    let token = || tenant.token().user("alice").scopes(["read:products"]);
    let genuine = vec![
        token().mint(),
        token().algorithm(Algorithm::RS256).mint(),
        token().client("app").mint(),
    ];
    let kid = tenant.signing_kid();
    let stranger = |algorithm| SigningKey::generate(algorithm).with_kid(kid.as_str());
    let strangers = [
        Algorithm::ES384,
        Algorithm::ES256,
        Algorithm::EdDSA,
        Algorithm::RS256,
    ];
    World {
        app: app(&tenant.logto().build().unwrap()),
        genuine,
        strangers: strangers.map(stranger).into(),
        tenant,
    }
});

fn app(logto: &Logto) -> Router {
    let layered = on_get(async || {}).route_layer(logto.require::<Authenticated>());
    Router::new()
        .route("/scoped", on_get(scoped))
        .route("/authenticated", on_get(authenticated))
        .route("/extracted", on_get(async |_: AuthInfo| {}))
        .route("/layered", layered)
        .with_state(logto.clone())
}

/// Returns the status of every route for these values of `Authorization`.
fn answers(values: &[Vec<u8>]) -> Vec<u16> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let ask = |route| {
        let mut request = Request::get(route).body(Body::empty()).unwrap();
        for value in values {
            let value = HeaderValue::from_bytes(value).unwrap();
            request.headers_mut().append(AUTHORIZATION, value);
        }
        let answer = runtime.block_on(WORLD.app.clone().oneshot(request));
        answer.unwrap().status().as_u16()
    };
    ROUTES.map(ask).into()
}

/// Generates the segment at this position of a token: genuine, forged or arbitrary.
fn segment(position: usize) -> impl Strategy<Value = String> {
    let genuine = any::<Index>()
        .prop_map(move |index| segments(index.get::<String>(&WORLD.genuine))[position].to_owned());
    let bytes = vec(any::<u8>(), 0..140).prop_map(base64url);
    let header = select(vec!["ES384", "RS256", "HS256", "none", "EdDSA"]).prop_map(|algorithm| {
        let kid = WORLD.tenant.signing_kid();
        base64url(json!({"alg": algorithm, "typ": "at+jwt", "kid": kid}).to_string())
    });
    let claims = "[a-z]{1,8}".prop_map(|subject| {
        base64url(
            json!({
                "iss": WORLD.tenant.issuer(), "aud": PRODUCTS, "sub": subject, "client_id": "app",
                "jti": "1", "iat": NOW, "exp": NOW + 3_600, "scope": "read:products",
            })
            .to_string(),
        )
    });
    let other = match position {
        0 => header.boxed(),
        1 => claims.boxed(),
        _ => select(vec!["", "AA"]).prop_map(str::to_owned).boxed(),
    };
    prop_oneof![5 => genuine, 3 => other, 1 => bytes, 1 => "[A-Za-z0-9_.=-]{0,40}"]
}

/// Generates tokens that are assembled from segments, or signed with a key outside the key set.
fn token() -> impl Strategy<Value = String> {
    let patched = (segment(0), segment(1), segment(2)).prop_map(|(h, c, s)| format!("{h}.{c}.{s}"));
    let forged = (any::<Index>(), any::<bool>()).prop_map(|(stranger, posing)| {
        let key = stranger.get(&WORLD.strangers);
        let token = WORLD
            .tenant
            .token()
            .user("mallory")
            .scopes(["read:products"])
            .signed_by(key);
        if posing {
            token.header("alg", "ES384").mint()
        } else {
            token.mint()
        }
    });
    prop_oneof![4 => patched, 1 => forged]
}

/// Generates a byte that a header can hold.
fn byte() -> impl Strategy<Value = u8> {
    let legal = |byte: &u8| HeaderValue::from_bytes(&[b'a', *byte, b'a']).is_ok();
    select((0..=u8::MAX).filter(legal).collect::<Vec<_>>())
}

/// Generates values of `Authorization`, with up to two bytes changed, removed or inserted.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let scheme = select(vec![
        "Bearer ",
        "bearer   ",
        "BEARER ",
        "Basic ",
        "Bearer\t",
        "",
    ]);
    let edits = vec((any::<Index>(), option::of(byte()), any::<bool>()), 0..3);
    (scheme, token(), edits).prop_map(|(scheme, token, edits)| {
        let mut value = format!("{scheme}{token}").into_bytes();
        for (at, byte, insert) in edits {
            let at = at.index(value.len() + 1);
            match byte {
                Some(byte) if insert || at == value.len() => value.insert(at, byte),
                Some(byte) => value[at] = byte,
                None if at < value.len() => drop(value.remove(at)),
                None => {}
            }
        }
        value
    })
}

/// Whether the value contains the header and the claims of a genuine token.
fn is_genuine(value: &[u8]) -> bool {
    let signed = |token: &str| token.rsplit_once('.').unwrap().0.to_owned() + ".";
    let text = String::from_utf8_lossy(value);
    WORLD
        .genuine
        .iter()
        .any(|token| text.contains(&signed(token)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_048) })]

    #[test]
    fn only_requests_with_signed_claims_are_accepted(values in vec(value(), 0..3)) {
        for status in answers(&values) {
            prop_assert!([200, 400, 401].contains(&status), "{}", status);
            prop_assert!(status != 200 || values.iter().any(|value| is_genuine(value)));
        }
    }

    #[test]
    fn arbitrary_bytes_as_a_token_are_answered_with_401(bytes in vec(byte(), 0..2_000)) {
        let value = [b"Bearer ", &bytes[..]].concat();
        for status in answers(&[value]) {
            prop_assert_eq!(status, 401);
        }
    }
}

#[test]
fn genuine_tokens_are_accepted() {
    for token in &WORLD.genuine {
        assert_eq!(
            answers(&[format!("Bearer {token}").into_bytes()]),
            [200; 4],
            "{token}"
        );
    }
}
