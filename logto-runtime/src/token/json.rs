//! Parses JSON objects. An object is rejected if two of its members have the same name. A member is a pair of
//! a name and a value.
//!
//! RFC 7515 §4 and RFC 7519 §4 require unique member names and let a parser reject duplicates. If duplicates
//! were accepted, a gateway could use the first duplicate, and this service the last one. Then the gateway
//! and this service would read different claims from one token.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use smallvec::SmallVec;

/// A type that is read from some members of a JSON object.
pub(crate) trait Object<'de> {
    /// The description of the expected object, for error messages.
    const EXPECTED: &'static str;

    /// Reads the value of the member called `name`. If the result is [`Member::Other`] or [`Member::Twice`],
    /// the value is still unread.
    fn member<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<Member, A::Error>;
}

/// The result of [`Object::member`].
pub(crate) enum Member {
    /// The object read the value.
    Read,
    /// The object had already read a member with this name.
    Twice,
    /// The object left the value unread.
    Other,
}

/// Reads an object into `empty`. Members that `T` leaves unread are checked for duplicates and dropped.
pub(crate) fn object<'de, T, D>(empty: T, deserializer: D) -> Result<T, D::Error>
where
    T: Object<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(ObjectVisitor(empty))
}

/// Reads the value of a member into `field`. `null` is a value, not an absent member.
pub(crate) fn read<'de, T, A>(field: &mut Option<T>, value: &mut A) -> Result<Member, A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if field.is_some() {
        return Ok(Member::Twice);
    }
    *field = Some(value.next_value()?);
    Ok(Member::Read)
}

/// A JSON string, borrowed from the input unless it contains escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

/// Any JSON value whose objects have no duplicate members, at any depth. The value is dropped.
struct Checked;

/// An object whose members are all checked for duplicates and dropped.
struct Dropped;

struct ObjectVisitor<T>(T);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<T, A::Error> {
        let Self(mut read) = self;
        let mut others: SmallVec<[Cow<'de, str>; 4]> = SmallVec::new();
        let twice = || A::Error::custom("a member appears twice");
        while let Some(Text(name)) = object.next_key()? {
            match read.member(&name, &mut object)? {
                Member::Read => {}
                Member::Twice => return Err(twice()),
                Member::Other => {
                    object.next_value::<Checked>()?;
                    others.push(name);
                }
            }
        }
        // An attacker can send many members. Sorting the names is faster than comparing each with all others.
        others.sort_unstable();
        if others.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(twice());
        }
        Ok(read)
    }
}

impl<'de> Object<'de> for Dropped {
    const EXPECTED: &'static str = "an object";

    fn member<A: MapAccess<'de>>(&mut self, _: &str, _: &mut A) -> Result<Member, A::Error> {
        Ok(Member::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckedVisitor)
    }
}

struct CheckedVisitor;

impl<'de> Visitor<'de> for CheckedVisitor {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Checked, A::Error> {
        while items.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Checked, A::Error> {
        ObjectVisitor(Dropped).visit_map(object)?;
        Ok(Checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_a_string_and_is_borrowed_unless_escaped() {
        let plain: Text<'_> = serde_json::from_str(r#""abc""#).unwrap();
        assert!(matches!(plain.0, Cow::Borrowed("abc")));
        let escaped: Text<'_> = serde_json::from_str(r#""a\u0062c""#).unwrap();
        assert!(matches!(&escaped.0, Cow::Owned(text) if text == "abc"));
        for other in ["1", "null", "true", "[]", "{}", r#"["abc"]"#] {
            assert!(serde_json::from_str::<Text<'_>>(other).is_err(), "{other}");
        }
    }

    /// Times in claims are read as `i64`. This crate relies on serde to reject anything else.
    #[test]
    fn only_a_json_integer_in_the_range_of_i64_is_read_as_i64() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("18446744073709551616", None),
            ("1.0", None),
            ("1e3", None),
            ("1e999", None),
            ("\"1\"", None),
            ("null", None),
            ("true", None),
            ("[1]", None),
        ] {
            assert_eq!(serde_json::from_str::<i64>(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_duplicate_member_is_rejected_at_any_depth() {
        for (text, accepted) in [
            (r#"{"a":1,"b":[{"c":null},{"c":1.5}]}"#, true),
            (r#"{"a":1,"b":2,"a":3}"#, false),
            (r#"{"a":1,"\u0061":3}"#, false),
            (r#"[{"b":{"c":1,"c":1}}]"#, false),
        ] {
            assert_eq!(
                serde_json::from_str::<Checked>(text).is_ok(),
                accepted,
                "{text}"
            );
        }
    }
}
