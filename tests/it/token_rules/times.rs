//! Tests `exp`, `iat` and `nbf`: each is checked to the second, with the leeway. This also holds for cached
//! tokens.

use std::time::Duration;

use serde_json::json;

use super::{Api, app};
use crate::support::{Answer, NOW, at};

#[tokio::test]
async fn a_token_is_valid_until_its_expiry_and_the_leeway_have_passed() {
    let api = Api::start();
    let token = api.token().expires_in(Duration::from_secs(600)).mint();
    for (seconds, holds) in [
        (0, true),
        (599, true),
        (600, true),
        (659, true),
        (660, false),
        (661, false),
    ] {
        api.tenant.set_now(at(NOW + seconds));
        if holds {
            api.accepts(&format!("after {seconds} s"), &token).await;
        } else {
            let expired = Answer::expired();
            let case = format!("after {seconds} s");
            api.answers(&case, "/products", &token, &expired).await;
        }
    }
    api.tenant.set_now(at(NOW + 659));
    api.accepts("a clock set back", &token).await;
}

#[tokio::test]
async fn a_cached_token_is_checked_against_the_time_of_each_request() {
    let api = Api::start();
    let not_before = api
        .token()
        .claim("nbf", NOW - 10)
        .claim("iat", NOW - 20)
        .mint();
    let issued = api.token().claim("iat", NOW - 10).mint();
    for (token, earliest) in [(not_before, NOW - 70), (issued, NOW - 70)] {
        api.tenant.set_now(at(NOW));
        api.accepts("now", &token).await;
        api.tenant.set_now(at(earliest));
        api.accepts("at the earliest second", &token).await;
        api.tenant.set_now(at(earliest - 1));
        api.refuses("a second earlier", &token).await;
    }
}

#[tokio::test]
async fn a_token_from_the_future_is_refused_beyond_the_leeway() {
    let api = Api::start();
    for claim in ["iat", "nbf"] {
        for (ahead, holds) in [
            (0, true),
            (59, true),
            (60, true),
            (61, false),
            (3_600, false),
        ] {
            let token = api.token().claim(claim, NOW + ahead).mint();
            let case = format!("{claim} {ahead} s ahead");
            if holds {
                api.accepts(&case, &token).await;
            } else {
                api.refuses(&case, &token).await;
            }
        }
    }
}

#[tokio::test]
async fn the_builder_sets_the_leeway() {
    let mut api = Api::start();
    for leeway in [0, 5, 600] {
        api.app = app(api.tenant.logto().leeway(Duration::from_secs(leeway)));
        let expired = |ago: u64| api.token().claim("exp", NOW - ago).mint();
        if leeway > 0 {
            api.accepts("just within", &expired(leeway - 1)).await;
        }
        let answer = Answer::expired();
        api.answers("just beyond", "/products", &expired(leeway), &answer)
            .await;
        for claim in ["iat", "nbf"] {
            let early = |ahead: u64| api.token().claim(claim, NOW + ahead).mint();
            api.accepts("just within", &early(leeway)).await;
            api.refuses("just beyond", &early(leeway + 1)).await;
        }
    }
}

#[tokio::test]
async fn times_are_64_bit_integers_and_their_arithmetic_does_not_overflow() {
    let api = Api::start();
    let claims = |claim: &str, value: &str| {
        let time = |name, otherwise: u64| match name == claim {
            true => format!(r#""{name}":{value}"#),
            false => format!(r#""{name}":{otherwise}"#),
        };
        format!(
            r#"{{"jti":"1","sub":"alice","client_id":"app","iss":"{}","aud":"{}","scope":"read:products",{},{},{}}}"#,
            api.tenant.issuer(),
            crate::support::PRODUCTS,
            time("exp", NOW + 60),
            time("iat", NOW),
            time("nbf", NOW),
        )
    };
    for claim in ["exp", "iat", "nbf"] {
        for value in [
            "1800000000.0",
            "1.8e9",
            "18e8",
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "1e400",
            "\"1800000000\"",
            "01800000000",
            "+1800000000",
            "0x6B49D200",
            "NaN",
            "Infinity",
            "-",
            "1_800_000_000",
        ] {
            let token = api.token().raw_claims(claims(claim, value)).mint();
            api.refuses(&format!("{claim}: {value}"), &token).await;
        }
    }
    for (claim, value) in [
        ("exp", i64::MAX.to_string()),
        ("iat", "0".to_owned()),
        ("iat", i64::MIN.to_string()),
        ("nbf", i64::MIN.to_string()),
        ("nbf", "-1".to_owned()),
    ] {
        let token = api.token().raw_claims(claims(claim, &value)).mint();
        api.accepts(&format!("{claim}: {value}"), &token).await;
    }
    for (claim, value) in [("iat", i64::MAX), ("nbf", i64::MAX)] {
        let token = api
            .token()
            .raw_claims(claims(claim, &value.to_string()))
            .mint();
        api.refuses(&format!("{claim}: {value}"), &token).await;
    }
    for value in [i64::MIN, -1, 0] {
        let token = api.token().claim("exp", json!(value)).mint();
        api.answers("long ago", "/products", &token, &Answer::expired())
            .await;
    }
}

#[tokio::test]
async fn the_longest_leeway_does_not_overflow() {
    let mut api = Api::start();
    api.app = app(api.tenant.logto().leeway(Duration::from_secs(600)));
    for (claim, value) in [("exp", i64::MAX), ("iat", i64::MIN), ("nbf", i64::MIN)] {
        let token = api.token().claim(claim, value).mint();
        api.accepts(&format!("{claim}: {value}"), &token).await;
    }
    for claim in ["iat", "nbf"] {
        let token = api.token().claim(claim, i64::MAX).mint();
        api.refuses(&format!("{claim} in the far future"), &token)
            .await;
    }
    let token = api.token().claim("exp", i64::MIN).mint();
    api.answers("long ago", "/products", &token, &Answer::expired())
        .await;
}
