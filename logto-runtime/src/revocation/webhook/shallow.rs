//! Reads the JSON fields with known names from a delivery (the body of a webhook). Skips all other fields.
//!
//! A delivery can contain data that a user wrote, for example custom data. These data may be nested too
//! deeply for a parser. They may also contain half of a surrogate pair (`"\ud800"`), which is not valid text.
//! If such data made a delivery unreadable, users could keep their tokens after a suspension. So only fields
//! with known names are read, and only a few levels deep. The parser skips the rest without recursion.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

/// The names of the fields that are read. Some are fields of a delivery. The others are fields of an entry of
/// Logto's own log. Such an entry contains a delivery.
const NAMES: [&str; 18] = [
    "addedApplicationIds",
    "addedUserIds",
    "body",
    "createdAt",
    "data",
    "event",
    "hookRequest",
    "id",
    "ip",
    "isSuspended",
    "organizationId",
    "params",
    "path",
    "payload",
    "removedApplicationIds",
    "removedUserIds",
    "result",
    "userId",
];

/// A JSON value. Reads only known fields, and only `LEVELS` levels of nested objects and lists. An object or
/// a list at a deeper level becomes `null`.
#[derive(Clone, Debug, PartialEq)]
pub struct Shallow<const LEVELS: u8>(
    /// What was read.
    pub Value,
);

impl<'de, const LEVELS: u8> Deserialize<'de> for Shallow<LEVELS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Levels(LEVELS).deserialize(deserializer).map(Self)
    }
}

/// How many levels of nested objects and lists are read.
#[derive(Clone, Copy)]
struct Levels(u8);

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Some(inner) = self.0.checked_sub(1).map(Levels) else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Null);
        };
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let Some(inner) = self.0.checked_sub(1).map(Levels) else {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Null);
        };
        let mut fields = Map::new();
        while let Some(Name(name)) = object.next_key()? {
            match name {
                Some(name) => {
                    fields.insert(name.to_owned(), object.next_value_seed(inner)?);
                }
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields.into())
    }
}

/// The name of a field, if it is known.
struct Name(Option<&'static str>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl Visitor<'_> for NameVisitor {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Name, E> {
                let mut known = NAMES.into_iter();
                Ok(Name(known.find(|known| known.as_bytes() == name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
                self.visit_bytes(name.as_bytes())
            }
        }
        // Read as bytes, because a name may contain half of a surrogate pair.
        deserializer.deserialize_bytes(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Option<Value> {
        let read = serde_json::from_str::<Shallow<2>>(text).ok();
        read.map(|Shallow(value)| value)
    }

    #[test]
    fn known_fields_are_read_two_levels_deep_and_all_others_are_skipped() {
        for (text, expected) in [
            ("null", json!(null)),
            (
                r#"{"event":"X","id":-7,"ip":7,"path":1.5}"#,
                json!({"event": "X", "id": -7, "ip": 7, "path": 1.5}),
            ),
            (r#"{"event":1,"event":true}"#, json!({"event": true})),
            (r#"{"\u0065vent":"X"}"#, json!({"event": "X"})),
            (r#"{"Event":"X","event ":"X","":1}"#, json!({})),
            (
                r#"{"data":{"id":{"id":1},"userId":[1]}}"#,
                json!({"data": {"id": null, "userId": null}}),
            ),
            (
                r#"{"removedUserIds":["a",1,{"id":1},[]]}"#,
                json!({"removedUserIds": ["a", 1, null, null]}),
            ),
            (r#"{"other":{"event":1},"\udfff":"\ud800"}"#, json!({})),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for broken in [
            "",
            "{",
            r#"{"event":}"#,
            r#"{"other":[}"#,
            r#"{"event":1} x"#,
            "{1:2}",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn names_are_listed_once_and_in_order() {
        assert!(NAMES.is_sorted_by(|one, next| one < next));
    }
}
