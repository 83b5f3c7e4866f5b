//! Random waits, so that replicas do not all call the log of revocations at the same time.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// The longest wait that [`after`] returns. The wait is short, because a replica must have read the whole log
/// within two seconds after an outage ends.
const LONGEST: Duration = Duration::from_millis(500);

/// Returns a random wait: 125 to 250 ms after one failure, 250 to 500 ms after two or more.
pub(super) fn after(failures: u32) -> Duration {
    let longest = Duration::from_millis(125 << failures.min(2)).min(LONGEST);
    longest / 2 + up_to(longest / 2)
}

/// Returns a random duration of at most `longest`.
pub(super) fn up_to(longest: Duration) -> Duration {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    longest.mul_f64(bits as f64 / (1_u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_second_and_are_random() {
        for (failures, longest) in [(0, 125), (1, 250), (2, 500), (3, 500), (u32::MAX, 500)] {
            let longest = Duration::from_millis(longest);
            let waits: Vec<_> = (0..200).map(|_| after(failures)).collect();
            let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(
                *least >= longest / 2 && *most <= longest,
                "{least:?} {most:?}"
            );
            assert!(*most - *least > longest / 4, "{least:?} {most:?}");
        }
    }
}
