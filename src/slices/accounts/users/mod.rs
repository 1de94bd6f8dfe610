//! Users: persons with a login. Registering, logging in and out, the own account, its password and address.

pub mod api;
mod mails;
pub mod model;
pub mod operator;
pub mod store;
