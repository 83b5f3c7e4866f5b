//! Decides which RSA keys are accepted.

/// Returns whether the modulus and the exponent of an RSA key are acceptable.
///
/// The modulus must be odd and have at least 2048 bits (RFC 7518 §3.3) and at most 8192, the maximum of
/// `aws-lc-rs`. The exponent must be odd and at least 3. It may have at most 4 bytes, because long exponents
/// make checks slow. Neither the modulus nor the exponent may begin with a zero byte.
pub(super) fn rsa_is_sound(modulus: &[u8], exponent: &[u8]) -> bool {
    let Some(leading) = modulus.first().filter(|byte| **byte != 0) else {
        return false;
    };
    let bits = modulus.len() * 8 - leading.leading_zeros() as usize;
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    (2048..=8192).contains(&bits)
        && odd(modulus)
        && odd(exponent)
        && exponent.len() <= 4
        && exponent.first() != Some(&0)
        && exponent != [1]
}
