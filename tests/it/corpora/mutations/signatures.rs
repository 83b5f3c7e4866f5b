//! Changed signatures: other encodings and lengths, and numbers such as zero or the order of the curve's
//! group. All are invalid, except the second valid form that each ECDSA signature has.

use logto_runtime::Algorithm;

use super::{
    super::{base64url, decoded, segments},
    Case, Expected, Forge,
};
use Algorithm::{ES256, ES384, ES512, EdDSA, PS256, RS256};
use Expected::{Accepted, Invalid};

/// Returns the order of the curve's group, big-endian.
fn order(algorithm: Algorithm) -> Vec<u8> {
    let digits = match algorithm {
        ES256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ES384 => {
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        }
        ES512 => {
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
        }
        _ => panic!("{algorithm} does not use a curve of NIST"),
    };
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// The order of Ed25519's group (RFC 8032 §5.1), little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Changes the signature of a token, in ways that fit every algorithm.
pub(super) fn of(case: &Case) -> Vec<Case> {
    let signature = decoded(segments(&case.token)[2]);
    for_any_algorithm(&signature)
        .into_iter()
        .map(|(change, signature)| {
            case.with(&change, with_signature(&case.token, &signature), Invalid)
        })
        .collect()
}

/// Changes signatures of six algorithms. Most changes use a special number, such as zero.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for algorithm in [ES256, ES384, ES512] {
        let forge = Forge::new(algorithm).named(&format!("signature {algorithm}"));
        let token = forge.tenant.token().mint();
        let signature = decoded(segments(&token)[2]);
        for (change, signature, expected) in ecdsa(&signature, &order(algorithm)) {
            cases.push(forge.case(change, with_signature(&token, &signature), expected));
        }
    }
    let forge = Forge::new(EdDSA).named("signature EdDSA");
    let token = forge.tenant.token().mint();
    for (change, signature) in ed25519(&decoded(segments(&token)[2])) {
        cases.push(forge.case(change, with_signature(&token, &signature), Invalid));
    }
    for algorithm in [RS256, PS256] {
        let forge = Forge::new(algorithm).named(&format!("signature {algorithm}"));
        let token = forge.tenant.token().mint();
        for (change, signature) in rsa(&decoded(segments(&token)[2])) {
            cases.push(forge.case(change, with_signature(&token, &signature), Invalid));
        }
    }
    cases
}

fn with_signature(token: &str, signature: &[u8]) -> String {
    format!(
        "{}.{}",
        token.rsplit_once('.').unwrap().0,
        base64url(signature)
    )
}

fn for_any_algorithm(signature: &[u8]) -> Vec<(String, Vec<u8>)> {
    let length = signature.len();
    let mut all = vec![
        (
            "signature: a zero in front".to_owned(),
            [&[0], signature].concat(),
        ),
        (
            "signature: a zero behind".to_owned(),
            [signature, &[0]].concat(),
        ),
        (
            "signature: twice".to_owned(),
            [signature, signature].concat(),
        ),
        (
            "signature: reversed".to_owned(),
            signature.iter().rev().copied().collect(),
        ),
        (
            "signature: the halves swapped".to_owned(),
            [&signature[length / 2..], &signature[..length / 2]].concat(),
        ),
        (
            "signature: inverted".to_owned(),
            signature.iter().map(|byte| !byte).collect(),
        ),
    ];
    for byte in [0x00, 0x01, 0xff] {
        for length in [1, 63, 64, 96, 132, 256, 512, 1_024, 1_025, 4_096] {
            let change = format!("signature: {length} times {byte:#04x}");
            all.push((change, vec![byte; length]));
        }
    }
    for missing in [1, length / 2, length - 1] {
        let change = format!("signature: {missing} bytes missing");
        all.push((change, signature[..length - missing].to_vec()));
    }
    all
}

fn ecdsa(signature: &[u8], order: &[u8]) -> Vec<(&'static str, Vec<u8>, Expected)> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let zero = vec![0; r.len()];
    let one = [&zero[1..], &[1]].concat();
    let less = [&order[..order.len() - 1], &[order[order.len() - 1] - 1]].concat();
    let join = |r: &[u8], s: &[u8]| [r, s].concat();
    vec![
        ("r is 0", join(&zero, s), Invalid),
        ("s is 0", join(r, &zero), Invalid),
        ("both are 0", join(&zero, &zero), Invalid),
        ("both are 1", join(&one, &one), Invalid),
        ("r is the order", join(order, s), Invalid),
        ("s is the order", join(r, order), Invalid),
        ("both are the order", join(order, order), Invalid),
        ("both are the order less 1", join(&less, &less), Invalid),
        ("r is the order, s is 0", join(order, &zero), Invalid),
        ("r and s swapped", join(s, r), Invalid),
        ("r twice", join(r, r), Invalid),
        ("s twice", join(s, s), Invalid),
        ("in DER", der(r, s), Invalid),
        (
            "in DER, cut to the right length",
            cut(der(r, s), signature.len()),
            Invalid,
        ),
        // Every valid signature (r, s) has a second valid form: (r, order - s).
        ("the other s", join(r, &minus(order, s)), Accepted),
    ]
}

fn ed25519(signature: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (r, s) = signature.split_at(32);
    let mut identity = vec![0; 32];
    identity[0] = 1;
    vec![
        ("s plus the order", [r, &plus(s, &ED25519_ORDER)].concat()),
        ("s is the order", [r, &ED25519_ORDER].concat()),
        ("s is 0", [r, &[0; 32]].concat()),
        ("r is the identity", [&identity, s].concat()),
        (
            "r is the identity, s is 0",
            [&identity[..], &[0; 32]].concat(),
        ),
        ("r and s swapped", [s, r].concat()),
    ]
}

fn rsa(signature: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let one = [&vec![0; signature.len() - 1][..], &[1]].concat();
    vec![
        ("is 0", vec![0; signature.len()]),
        ("is 1", one),
        ("is larger than the modulus", vec![0xff; signature.len()]),
        ("without its first byte", signature[1..].to_vec()),
    ]
}

/// Returns `a - b`. All numbers are big-endian and have the same length.
fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut difference: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let digit = i16::from(*a) - i16::from(*b) - borrow;
            borrow = i16::from(digit < 0);
            digit.rem_euclid(256) as u8
        })
        .collect();
    difference.reverse();
    difference
}

/// Returns `a + b`. All numbers are little-endian and have the same length.
fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    a.iter()
        .zip(b)
        .map(|(a, b)| {
            let digit = u16::from(*a) + u16::from(*b) + carry;
            carry = digit >> 8;
            digit as u8
        })
        .collect()
}

/// Encodes two integers as a sequence in DER (SEC 1 §C.5).
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number
            .iter()
            .position(|byte| *byte != 0)
            .unwrap_or(number.len() - 1);
        let sign = (number[start] & 0x80 != 0).then_some(0);
        let body: Vec<u8> = sign
            .into_iter()
            .chain(number[start..].iter().copied())
            .collect();
        [vec![2, body.len() as u8], body].concat()
    };
    let body = [integer(r), integer(s)].concat();
    match body.len() {
        length @ 0..128 => [vec![0x30, length as u8], body].concat(),
        length => [vec![0x30, 0x81, length as u8], body].concat(),
    }
}

fn cut(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.truncate(length);
    bytes
}
