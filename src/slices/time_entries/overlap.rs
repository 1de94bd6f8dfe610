//! An entry that lies in the same time as another.

use super::OverlappingEntry;
use crate::kernel::{Columns, Date, EngagementId};

/// An entry of the same member in the same time, with what says which policy counts for it.
#[derive(Clone, Debug, Columns)]
pub struct Overlap {
    #[columns(flatten)]
    pub entry: OverlappingEntry,
    pub engagement_id: Option<EngagementId>,
    pub work_date: Date,
}
