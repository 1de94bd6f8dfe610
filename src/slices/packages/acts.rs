//! What is done with packages, for whoever holds a transaction.

pub use super::api::adjust;
pub use super::blocks::{decide as decide_block, make as make_block, void as void_block};
pub use super::closings::close_one as close_period;
pub use super::extensions::{decide as decide_extension, request as request_extension};
