//! Decides which Ed25519 keys are accepted.

/// The length of an encoded point (RFC 8032 §5.1.2).
const POINT_BYTES: usize = 32;

/// The ends of the encodings of small numbers below.
const ZEROS: [u8; 30] = [0; 30];
const ONES: [u8; 30] = [0xff; 30];

/// The `y` coordinates of the two points of order 8.
const ORDER_8: [[u8; POINT_BYTES]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Returns whether the point has one of the orders 1, 2, 4 and 8. Everybody can make signatures that match
/// such a key. No key generator makes one.
///
/// A point is encoded as its `y` coordinate, and the highest bit is the sign of `x`. The points of the orders
/// 1, 2 and 4 have the coordinates 1, -1 and 0. The numbers 0 and 1 have a second encoding, which is larger
/// than the modulus 2^255 - 19.
pub(super) fn has_small_order(point: &[u8]) -> bool {
    let Ok(mut y) = <[u8; POINT_BYTES]>::try_from(point) else {
        return false;
    };
    y[POINT_BYTES - 1] &= 0x7f;
    let [first, middle @ .., last] = &y;
    match (first, last) {
        (0 | 1, 0) => *middle == ZEROS,
        (0xec..=0xee, 0x7f) => *middle == ONES,
        _ => ORDER_8.contains(&y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(first: u8, middle: u8, last: u8) -> Vec<u8> {
        [&[first][..], &[middle; 30], &[last]].concat()
    }

    #[test]
    fn each_encoding_of_a_point_of_small_order_is_found() {
        let [one, other] = ORDER_8.map(|y| y.to_vec());
        for y in [
            point(0, 0, 0),
            point(1, 0, 0),
            point(0xec, 0xff, 0x7f),
            point(0xed, 0xff, 0x7f),
            point(0xee, 0xff, 0x7f),
            one,
            other,
        ] {
            let mut negative = y.clone();
            negative[31] |= 0x80;
            assert!(has_small_order(&y) && has_small_order(&negative), "{y:?}");
        }
        for y in [
            point(2, 0, 0),
            point(0, 1, 0),
            point(0, 0, 1),
            point(0xeb, 0xff, 0x7f),
            point(0xec, 0xfe, 0x7f),
            point(0xec, 0xff, 0x7e),
        ] {
            assert!(!has_small_order(&y), "{y:?}");
        }
    }
}
