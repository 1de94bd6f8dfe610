//! How values are read from columns and written to them. A driver gives [`Cells`]; nothing here knows one, so that
//! another driver is one more adapter.

use super::error::{Error, Result};
use super::{Arg, Timestamp};
use chrono::NaiveDate;
use std::{convert::identity, fmt};
use uuid::Uuid;

/// Reads a struct from a row: each field from the column of its name. `#[columns(name = "…")]` names another column,
/// `#[columns(flatten)]` reads a field that is such a struct itself, `#[columns(skip)]` reads nothing and takes the
/// field's default.
pub use vorzimmer_macros::Columns;

/// Which column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// By its place, from 0.
    At(usize),
    Named(&'static str),
}

/// One row as a driver gives it. A null is `None`; a column that is not there or of another kind is an error.
pub trait Cells {
    fn uuid(&self, column: Column) -> Result<Option<Uuid>>;
    fn text(&self, column: Column) -> Result<Option<&str>>;
    fn int(&self, column: Column) -> Result<Option<i64>>;
    fn boolean(&self, column: Column) -> Result<Option<bool>>;
    fn instant(&self, column: Column) -> Result<Option<Timestamp>>;
    fn date(&self, column: Column) -> Result<Option<NaiveDate>>;
    fn bytes(&self, column: Column) -> Result<Option<&[u8]>>;

    /// What is sorted by, to be compared with the same column again. It is of the kind in which the database holds it.
    fn sorted(&self, column: Column) -> Result<Arg>;
}

/// A value that a column holds.
pub trait Stored: Sized {
    /// Reads the column; none where it is null.
    fn load(cells: &dyn Cells, column: Column) -> Result<Option<Self>>;

    /// Reads the column, which must not be null unless the type says so.
    fn read(cells: &dyn Cells, column: Column) -> Result<Self> {
        Self::load(cells, column)?.ok_or_else(|| column.fault("is null"))
    }
}

/// What is read from a whole row.
pub trait Columns: Sized {
    fn read(cells: &dyn Cells) -> Result<Self>;
}

impl Column {
    /// The error of a column that does not hold what it must.
    pub fn fault(self, what: impl fmt::Display) -> Error {
        Error::internal(format!("{self} {what}"))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(place) => write!(f, "column no. {place}"),
            Self::Named(name) => write!(f, "column {name}"),
        }
    }
}

impl<T: Stored> Stored for Option<T> {
    fn load(cells: &dyn Cells, column: Column) -> Result<Option<Self>> {
        T::load(cells, column).map(Some)
    }
}

macro_rules! stored {
    ($($type:ty: $load:ident $owned:expr;)+) => {$(
        impl Stored for $type {
            fn load(cells: &dyn Cells, column: Column) -> Result<Option<Self>> {
                Ok(cells.$load(column)?.map($owned))
            }
        }
    )+};
}

stored! {
    Uuid: uuid identity;
    String: text str::to_owned;
    i64: int identity;
    bool: boolean identity;
    Timestamp: instant identity;
    NaiveDate: date identity;
    Vec<u8>: bytes <[u8]>::to_vec;
}

/// A type around one that is stored is stored as that.
macro_rules! stored_as {
    ($name:ident ($inner:ty)) => {
        impl $crate::kernel::Stored for $name {
            fn load(
                cells: &dyn $crate::kernel::Cells,
                column: $crate::kernel::Column,
            ) -> $crate::kernel::error::Result<Option<Self>> {
                Ok(<$inner as $crate::kernel::Stored>::load(cells, column)?.map(Self))
            }
        }

        impl $crate::kernel::ToArg for $name {
            const NULL: $crate::kernel::Arg = <$inner as $crate::kernel::ToArg>::NULL;
            fn arg(&self) -> $crate::kernel::Arg {
                $crate::kernel::ToArg::arg(&self.0)
            }
        }
    };
}
pub(crate) use stored_as;

macro_rules! tuples {
    ($(($($type:ident $place:literal),+))+) => {$(
        impl<$($type: Stored),+> Columns for ($($type,)+) {
            fn read(cells: &dyn Cells) -> Result<Self> {
                Ok(($($type::read(cells, Column::At($place))?,)+))
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
}

#[cfg(test)]
mod tests;
