//! Reads entries of the Redis stream. The id of an entry is its position, and the field `r` is its record.

use redis::{FromRedisValue, Value};

use super::failure::Failure;

/// Returns the position of the first or the last entry; `None` if the stream is empty. `name` is
/// `first-entry` or `last-entry`. `stream` is the result of `XINFO STREAM`, in which names and values
/// alternate.
pub(super) fn edge(stream: &Value, name: &str) -> Result<Option<u128>, Failure> {
    let Value::Array(parts) = stream else {
        return Err(unexpected("XINFO"));
    };
    let named =
        |value: &Value| String::from_redis_value_ref(value).is_ok_and(|found| found == name);
    let value = parts.chunks_exact(2).find(|pair| named(&pair[0]));
    match value.map(|pair| &pair[1]) {
        Some(Value::Nil) => Ok(None),
        Some(Value::Array(entry)) => {
            let id = entry.first().map(String::from_redis_value_ref);
            match id {
                Some(Ok(id)) => position_of(&id).map(Some),
                _ => Err(unexpected("XINFO")),
            }
        }
        _ => Err(unexpected("XINFO")),
    }
}

pub(super) fn unexpected(command: &str) -> Failure {
    Failure::Server(format!(
        "gives an unexpected answer to {command}; use Redis 6.2 or newer, or Valkey"
    ))
}

/// Returns the position that an id `<milliseconds>-<number>` stands for. Both parts have 64 bits.
pub(super) fn position_of(id: &str) -> Result<u128, Failure> {
    let parts = id.split_once('-').and_then(|(time, number)| {
        let (time, number): (u64, u64) = (time.parse().ok()?, number.parse().ok()?);
        Some(u128::from(time) << 64 | u128::from(number))
    });
    parts.ok_or_else(|| unexpected("XRANGE"))
}

pub(super) fn id_of(position: u128) -> String {
    format!("{}-{}", position >> 64, position & u128::from(u64::MAX))
}

/// Returns the record: the value of the field `r`. Without this field, returns an empty text, which readers
/// skip.
pub(super) fn record_of(fields: &[Vec<u8>]) -> String {
    let mut pairs = fields.chunks_exact(2);
    let value = pairs.find(|pair| pair[0] == b"r");
    value.map_or_else(String::new, |pair| {
        String::from_utf8_lossy(&pair[1]).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_ordered_as_the_ids_of_the_stream() {
        let ids = [
            "0-0",
            "0-1",
            "9-10",
            "10-9",
            "1700000000000-18446744073709551615",
        ];
        let positions: Vec<_> = ids.iter().map(|id| position_of(id).unwrap()).collect();
        assert!(positions.is_sorted(), "{positions:?}");
        let back: Vec<_> = positions.iter().map(|position| id_of(*position)).collect();
        assert_eq!(back, ids);
        for not_an_id in ["", "1", "-", "a-1", "1-", "1-2-3", "1-18446744073709551616"] {
            position_of(not_an_id).unwrap_err();
        }
    }
}
