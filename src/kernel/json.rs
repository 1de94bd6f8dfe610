//! A value kept as one opaque JSON text in a column, the same on both engines.

use crate::db::Arg;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{Database, Decode, Type, error::BoxDynError};

/// A value stored as JSON text. The database never looks inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText<T>(pub T);

impl<DB: Database, T> Type<DB> for JsonText<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }
    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: Database, T: DeserializeOwned> Decode<'r, DB> for JsonText<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str as Decode<DB>>::decode(value)?)?))
    }
}

impl<T: Serialize> From<&JsonText<T>> for Arg {
    fn from(value: &JsonText<T>) -> Arg {
        Arg::Text(Some(serde_json::to_string(&value.0).expect("our own types always serialise")))
    }
}

impl<T: Serialize> From<Option<&JsonText<T>>> for Arg {
    fn from(value: Option<&JsonText<T>>) -> Arg {
        value.map_or(Arg::Text(None), Arg::from)
    }
}
