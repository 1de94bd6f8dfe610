//! The rules of tasks as pure functions, and what a task is and how each role sees it: states and acts, the time it
//! waits for the client, its parts. Values in, values or `Error` out: no request, no pool and no clock.

mod due;
mod filter;
mod new;
mod notice;
mod parts;
mod state;
mod view;
mod waiting;

pub use due::{Due, NEVER};
pub use filter::{TaskChange, TaskEntries, TaskExpansion, TaskFilter, TaskView};
pub use new::{NewTask, TaskSettings};
pub use notice::{AnsweredTask, CancelledTask, DeclinedTask, Notice, ReturnedTask, WaitingTask};
pub use parts::{ChecklistItem, NewChecklistItem, TaskPriority, Visibility};
pub use state::{ShownTaskStatus, TaskAction, TaskStatus, allowed_actions, apply};
pub use view::{TaskInternal, TaskRecord, TaskRow};
pub use waiting::WaitingClock;
