//! Reading JSON strictly: one value, no duplicate members, at most 64 levels, whole numbers as integers.

use crate::kernel::error::{Code, Error, Result};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::Cell, fmt};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values one body may hold, so that a small body cannot become a large one inside.
pub const MAX_VALUES: usize = 20_000;
/// Whole numbers up to here may be written with a fraction of zero (RFC 8259 §6).
const EXACT: f64 = 9_007_199_254_740_991.0;

/// Reads one JSON value, or says in a sentence why it is none.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| refused("it is not UTF-8", "es ist kein UTF-8", error.valid_up_to(), 0))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let count = Cell::new(0);
    let value = Strict(0, &count).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let text = error.to_string();
        let (english, german) = if text.starts_with(DUPLICATE) {
            ("a member stands twice in one object", "eine Angabe steht doppelt in einem Objekt")
        } else if text.starts_with(DEEP) {
            ("it nests more than 64 levels", "es ist tiefer als 64 Ebenen geschachtelt")
        } else if text.starts_with(MANY) {
            ("it holds more than 20000 values", "es enthält mehr als 20000 Werte")
        } else if error.is_eof() {
            ("it ends too early", "es endet zu früh")
        } else {
            ("it is not well formed", "es ist nicht wohlgeformt")
        };
        refused(english, german, error.line(), error.column())
    })
}

fn refused(english: &str, german: &str, line: usize, column: usize) -> Error {
    Error::new(Code::InvalidJson).with_both(
        "reason",
        format!("{english} (line {line}, column {column})"),
        format!("{german} (Zeile {line}, Spalte {column})"),
    )
}

const DUPLICATE: &str = "duplicate member";
const DEEP: &str = "too deep";
const MANY: &str = "too many values";

/// Builds a value at this depth, counting all of them.
struct Strict<'a>(usize, &'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<Value, D::Error> {
        self.1.set(self.1.get() + 1);
        if self.1.get() > MAX_VALUES {
            return Err(D::Error::custom(MANY));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= EXACT {
            return Ok(Value::from(value as i64));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Value, A::Error> {
        let depth = self.deeper()?;
        let (mut items, count) = (Vec::new(), self.1);
        while let Some(item) = seq.next_element_seed(Strict(depth, count))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let depth = self.deeper()?;
        let (mut members, count) = (Map::new(), self.1);
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(Strict(depth, count))?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(members))
    }
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(&self) -> std::result::Result<usize, E> {
        if self.0 >= MAX_DEPTH { Err(E::custom(DEEP)) } else { Ok(self.0 + 1) }
    }
}

/// Applies a merge-patch (RFC 7396).
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_not_strict_json_is_refused() {
        for bad in ["", "{", "{\"a\":1,\"a\":2}", "[1] x", "{\"a\":{\"b\":1,\"b\":1}}", "\u{feff}{}", "01", "NaN"]
        {
            assert_eq!(parse(bad.as_bytes()).unwrap_err().code(), Code::InvalidJson, "{bad}");
        }
        assert!(parse(&[b'"', 0xff, b'"']).is_err());
        assert!(parse("[".repeat(64).as_bytes()).unwrap_err().to_string().contains("invalid_json"));
        assert!(parse(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
        assert!(parse(format!("{}{}", "[".repeat(65), "]".repeat(65)).as_bytes()).is_err());
        assert_eq!(parse(b"{\"a\": 3.0}").unwrap(), json!({"a": 3}));
    }

    #[test]
    fn merge_patch_does_what_rfc_7396_shows() {
        let mut target = json!({"title": "Goodbye!", "author": {"given": "John", "family": "Doe"}, "tags": ["a"]});
        merge(&mut target, &json!({"title": "Hello!", "author": {"family": null}, "tags": ["b"], "phone": "1"}));
        assert_eq!(target, json!({"title": "Hello!", "author": {"given": "John"}, "tags": ["b"], "phone": "1"}));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-c]{0,3}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|m| m.into_iter().collect::<Map<_, _>>().into())
            ]
        })
    }

    proptest! {
        #[test]
        fn patching_twice_changes_nothing_more(mut target in any_json(), patch in any_json()) {
            merge(&mut target, &patch);
            let once = target.clone();
            merge(&mut target, &patch);
            prop_assert_eq!(once, target);
        }

        #[test]
        fn json_reads_back_as_written(value in any_json()) {
            prop_assert_eq!(parse(value.to_string().as_bytes()).unwrap(), value);
        }
    }
}
