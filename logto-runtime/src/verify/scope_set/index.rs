//! Finds one of many scopes without going through all of them.

/// Up to this many are found as fast without.
const FEW: usize = 8;

/// Names shorter than this on average are not worth two bytes each: a remembered token shall take
/// little more than its own length.
const SHORT: usize = 4;

/// Where the names of a list begin, in alphabetical order; empty where the list is short.
#[derive(Debug, Default)]
pub(super) struct Index(Box<[u16]>);

impl Index {
    /// Of names that are joined by one space each.
    pub(super) fn of(names: &[&str]) -> Self {
        let bytes: usize = names.iter().map(|name| name.len() + 1).sum();
        if names.len() <= FEW || bytes < names.len() * (SHORT + 1) {
            return Self::default();
        }
        let mut at = 0;
        let starts = names.iter().map(|name| {
            let start = u16::try_from(at).ok()?;
            at += name.len() + 1;
            Some((*name, start))
        });
        // A list too long for two bytes is gone through.
        let Some(mut starts) = starts.collect::<Option<Vec<_>>>() else {
            return Self::default();
        };
        starts.sort_unstable();
        Self(starts.into_iter().map(|(_, start)| start).collect())
    }

    /// Whether the list holds the name; `None` if it must be gone through.
    pub(super) fn contains(&self, list: &str, name: &str) -> Option<bool> {
        if self.0.is_empty() {
            return None;
        }
        let found = self
            .0
            .binary_search_by(|start| name_at(list, *start).cmp(name));
        Some(found.is_ok())
    }

    /// What it holds in memory beside itself.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }
}

fn name_at(list: &str, start: u16) -> &str {
    let rest = list.get(usize::from(start)..).unwrap_or_default();
    rest.split_once(' ').map_or(rest, |(name, _)| name)
}
