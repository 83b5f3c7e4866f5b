//! Checks ids of users, clients, organizations and tokens.

/// The longest id that a revocation accepts, in bytes. The ids of Logto are far shorter.
const LONGEST_ID: usize = 4 * 1024;

/// Checks an id. The error completes the sentence "an id …".
pub(super) fn check_id(id: &str) -> Result<(), &'static str> {
    match id.len() {
        0 => Err("is empty"),
        1..=LONGEST_ID => Ok(()),
        _ => Err("is longer than 4 KiB"),
    }
}
