//! What is shown of a package, and what is said of it.

mod adjustment;
mod alert;
mod balance;
mod block;
mod block_state;
mod coverage;
mod extension;
mod filter;
mod ledger_line;
mod period;
mod plan_comparison;
mod preview;
mod waiting;

pub use adjustment::{AdjustmentFilter, AdjustmentKind, AdjustmentRecord, AdjustmentRow, NewAdjustment};
pub use alert::{
    AlertAct, AlertFields, AlertFilter, AlertLevel, AlertRecord, AlertRow, AlertStatus, AlertSubject,
};
pub use balance::{BalanceRecord, CapRecord, LotExpiry};
pub use block::{BlockFields, BlockFilter, BlockRecord, BlockRow, BlockVoiding, NewBlock};
pub use block_state::{BlockAct, BlockState, BlockStatus};
pub use coverage::{CoverageRecord, CoveredDay, TakenTime};
pub use extension::{
    ExtensionAct, ExtensionFields, ExtensionFilter, ExtensionRecord, ExtensionRow, ExtensionState,
    ExtensionStatus, NewExtension,
};
pub use filter::{LedgerFilter, PeriodFilter};
pub use ledger_line::{LINES_PER_PERIOD, LedgerCause, LedgerCauseType, LedgerKind, LedgerLineRecord};
pub use period::{LotRecord, PackageLotKind, PeriodRecord, PeriodStatus, Reopening};
pub use plan_comparison::{Plan, PlanComparisonRecord, PlanCost, PlanRecord};
pub use preview::{DisplacedEntry, PeriodMove, PreviewRecord, PreviewedAlert};
pub use waiting::{WaitingRecord, WaitingType};
