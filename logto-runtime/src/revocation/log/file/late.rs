//! Records that were stored too late: after their caller had given up. The caller tries again with the same
//! records, which must not be stored again each time. Otherwise, a slow disk would have ever more to write.

use std::collections::HashSet;

/// The records of the last append, if its caller had given up before they were stored.
#[derive(Default)]
pub(super) struct Late {
    records: HashSet<String>,
    /// What [`Opened::times_replaced`](super::opened::Opened::times_replaced) returned when the records were
    /// stored. If it returns another number, the file may have lost the records.
    replaced: u64,
}

impl Late {
    pub(super) fn new(records: Vec<String>, replaced: u64) -> Self {
        Self {
            records: records.into_iter().collect(),
            replaced,
        }
    }

    /// Returns the lines of those records that the file does not have already.
    pub(super) fn lacking(&self, records: &[String], replaced: u64) -> String {
        let has = |record: &String| self.replaced == replaced && self.records.contains(record);
        let lacking = records.iter().filter(|record| !has(record));
        lacking.flat_map(|one| [one.as_str(), "\n"]).collect()
    }
}
