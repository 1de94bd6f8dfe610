//! A value kept as one opaque JSON text in a column, the same on both engines.

use super::error::Result;
use super::{Arg, Cells, Column, Stored, ToArg};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A value stored as JSON text. The database never looks inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText<T>(pub T);

impl<T: DeserializeOwned> Stored for JsonText<T> {
    fn load(cells: &dyn Cells, column: Column) -> Result<Option<Self>> {
        let Some(text) = cells.text(column)? else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|error| column.fault(format_args!("holds {error}")))
    }
}

impl<T: Serialize> ToArg for JsonText<T> {
    const NULL: Arg = Arg::Text(None);
    fn arg(&self) -> Arg {
        serde_json::to_string(&self.0).expect("our own types always serialise").into()
    }
}
