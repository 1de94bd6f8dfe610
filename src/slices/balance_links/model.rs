//! What a balance link is and where it stands, and what its address shows.

mod record;
mod shared;

pub use record::{
    BalanceLinkAct, BalanceLinkFields, BalanceLinkFilter, BalanceLinkRecord, BalanceLinkRow, BalanceLinkStatus,
    IssuedBalanceLink, NewBalanceLink,
};
pub use shared::{OpenedLink, SharedBalance, require_unarchived};
