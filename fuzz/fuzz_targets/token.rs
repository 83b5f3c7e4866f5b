//! Verifies a whole token with the recorded key set. Checks that an accepted token has the header and the
//! claims of a recorded token.

#![no_main]

use std::{
    fs,
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
    time::{Duration, UNIX_EPOCH},
};

use logto_runtime::Logto;

const KEYS: &str = include_str!("../../tests/recorded/jwks.json");

/// 2026-11-23, 20:00:00 UTC. At this time, the token in `m2m-short-ttl.json` has expired. The other recorded
/// access tokens have not.
const TIME: Duration = Duration::from_secs(1_795_464_000);

static LOGTO: LazyLock<Logto> = LazyLock::new(|| {
    Logto::builder("http://127.0.0.1:3001")
        .resource("https://api.example.com/products")
        .resource("https://api.example.com/org")
        .jwks_json(KEYS)
        .clock(|| UNIX_EPOCH + TIME)
        .build()
        .unwrap()
});

libfuzzer_sys::fuzz_target!(|input: &str| {
    let verifying = pin!(LOGTO.verify(input));
    let Poll::Ready(verdict) = verifying.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("verification waits, although the key set is fixed");
    };
    match verdict {
        Ok(auth) => assert!(is_recorded(input), "{auth:?} was accepted"),
        Err(rejection) => assert_eq!(rejection.status(), 401),
    }
});

/// Returns whether a recorded token has the same header and the same claims. The signature can differ: for
/// each valid ECDSA signature there is a second one.
fn is_recorded(token: &str) -> bool {
    static RECORDED: LazyLock<String> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recorded/tokens");
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    });
    let signed = token
        .rsplit_once('.')
        .map(|(signed, _)| format!("\"{signed}."));
    signed.is_some_and(|signed| RECORDED.contains(&signed))
}
