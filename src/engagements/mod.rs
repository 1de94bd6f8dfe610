//! Engagements: the agreements a workspace has with its clients, their dated terms and what follows from them.

pub mod model;
