//! The businesses that a workspace works for. So far the ways to reach them.

pub mod channel_kinds;
