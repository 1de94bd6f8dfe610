//! The rules of tasks as pure functions: their states and acts, the time they wait for the client, their parts.
//! Values in, values or `Error` out: no request, no pool and no clock.

mod parts;
mod state;
mod waiting;

pub use parts::{ChecklistItem, MAX_CHECKLIST_ITEMS, NewChecklistItem, TaskPriority, Visibility};
pub use state::{TaskAct, TaskStatus, allowed_actions, apply};
pub use waiting::WaitingClock;
