//! A block: prepaid hours with their own validity, beside a package or before the rate of an hourly engagement. The client
//! asks for it or not, and accepts what is offered; from its first day on it is a lot.

use super::{BlockAct, BlockState, BlockStatus};
use crate::hours::{EngagementStatus, Lot};
use crate::kernel::error::{Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{BlockId, ClientId, Columns, Currency, Date, EngagementId, Lock, Remark, Timestamp, Title};
use crate::platform::auth::{Role, ScopeName::EngagementsWrite};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::engagements::model::Answered;
use crate::slices::packages::{BlockEvent, PackageAccount};
use crate::web::{Listing, OneOf, Resource, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new block, as a client asks for it or as it is offered to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "title": "10 Stunden auf Vorrat", "minutes": 600, "bonus_minutes": 60, "price_minor": 45000, "valid_days": 365
})))]
pub struct NewBlock {
    /// What it is called.
    #[serde(default)]
    pub title: Option<Title>,
    /// Why, for both sides. What is left out of the offer of a block that was asked for stays as the client gave it.
    #[serde(default)]
    #[schema(examples("Für den Umzug im Sommer."))]
    pub reason: Option<Remark>,
    /// How much it grants, in minutes.
    #[schema(minimum = 1, maximum = 1_000_000, examples(600))]
    pub minutes: i64,
    /// Minutes on top, free of charge; default 0. Assistants only.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000, examples(60))]
    pub bonus_minutes: i64,
    /// Its price, in minor units of the currency of the terms; null when none was agreed. Assistants only.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(45000))]
    pub price_minor: Option<i64>,
    /// The first day on which it gives; default the day of acceptance. Not before the engagement begins.
    #[serde(default)]
    #[schema(examples("2026-12-01"))]
    pub valid_from: Option<Date>,
    /// The last day on which it gives; null without end. Not together with `valid_days`. Assistants only.
    #[serde(default)]
    #[schema(examples("2027-11-30"))]
    pub valid_until: Option<Date>,
    /// For how many days it gives, its first day among them, instead of `valid_until`. Assistants only.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 36_500, examples(365))]
    pub valid_days: Option<i64>,
    /// The day on which it was paid; null when it is not. Assistants only.
    #[serde(default)]
    #[schema(examples("2026-12-01"))]
    pub paid_on: Option<Date>,
}

/// Why a block is voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"reason": "Der Rest wurde erstattet."})))]
pub struct BlockVoiding {
    /// The reason, which the client reads.
    pub reason: Remark,
}

/// What is stored of a block.
#[derive(Clone, Debug, Columns)]
pub struct BlockFields {
    #[columns(flatten)]
    pub new: NewBlock,
    pub currency: Currency,
    /// Whether it was bought by itself.
    pub is_top_up: bool,
    #[columns(flatten)]
    pub state: BlockState,
}

/// A block's row.
#[derive(Clone, Debug, Columns)]
pub struct BlockRow {
    pub id: BlockId,
    pub client_id: ClientId,
    pub engagement_id: EngagementId,
    #[columns(sql = "SELECT e.status FROM engagements e \
        WHERE e.workspace_id = blocks.workspace_id AND e.id = blocks.engagement_id")]
    pub engagement_status: EngagementStatus,
    #[columns(flatten)]
    pub fields: BlockFields,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    /// How it stands in the account; none before it is looked up there.
    #[columns(skip)]
    pub standing: Option<BlockUse>,
}

/// How a block stands in the account of its engagement.
#[derive(Clone, Copy, Debug)]
pub struct BlockUse {
    pub used_seconds: i64,
    pub left_seconds: i64,
    pub is_over: bool,
}

/// A block of prepaid hours.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BlockRecord {
    pub id: BlockId,
    /// The engagement that it belongs to.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// What it is called.
    pub title: Option<Title>,
    /// Why, for both sides.
    #[schema(value_type = Option<String>, max_length = 2000, examples("Für den Umzug im Sommer."))]
    pub reason: Option<Remark>,
    /// Where it stands.
    pub status: BlockStatus,
    /// Whether it was bought by itself, as the terms say (`auto_top_up`): then it was accepted with them.
    #[schema(examples(false))]
    pub is_top_up: bool,
    /// How much it grants, in minutes.
    #[schema(minimum = 1, examples(600))]
    pub minutes: i64,
    /// Minutes on top, free of charge.
    #[schema(minimum = 0, examples(60))]
    pub bonus_minutes: i64,
    /// Its price, in minor units; null when none was agreed.
    #[schema(minimum = 0, examples(45000))]
    pub price_minor: Option<i64>,
    /// The currency of the price.
    pub currency: Currency,
    /// The first day on which it gives; null while it is to be the day of acceptance.
    #[schema(examples("2026-12-01"))]
    pub valid_from: Option<Date>,
    /// The last day on which it gives; null without end, and while it follows from the day of acceptance.
    #[schema(examples("2027-11-30"))]
    pub valid_until: Option<Date>,
    /// For how many days it gives; null where a last day was given, and without end.
    #[schema(minimum = 1, examples(365))]
    pub valid_days: Option<i64>,
    /// The day on which it was paid; null when it is not.
    #[schema(examples(json!(null)))]
    pub paid_on: Option<Date>,
    /// What it gave so far, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub used_seconds: i64,
    /// What it can still give, in seconds.
    #[schema(minimum = 0, examples(39600))]
    pub left_seconds: i64,
    #[serde(flatten)]
    pub answered: Answered,
    /// When the request or the offer was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// When it was voided.
    pub voided_at: Option<Timestamp>,
    /// Why it was voided.
    pub void_reason: Option<Remark>,
    /// What you can do with it now.
    pub allowed_actions: Vec<BlockAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl NewBlock {
    /// Checks what the schema cannot say. `starts_on` is the first day of the engagement.
    pub fn check(&self, starts_on: Date, today: Date, faults: &mut Faults) {
        if self.valid_until.is_some() && self.valid_days.is_some() {
            faults.push(Fault::new("/valid_days", FaultCode::NotTogether).with("other", "valid_until"));
        }
        if self.valid_from.is_some_and(|from| from < starts_on) {
            faults.push(Fault::new("/valid_from", FaultCode::TooEarly).with("from", starts_on));
        }
        // It is accepted today at the earliest.
        let from = self.valid_from.unwrap_or(today);
        if self.valid_until.is_some_and(|until| until < from) {
            let early = Fault::new("/valid_until", FaultCode::TooEarly).with("from", from);
            faults.push(early.reads_beside(&["valid_from"]));
        }
    }

    /// A client says how much they want and from when on; what it costs and how long it lasts is the assistants' to offer.
    pub fn check_client_may(&self, faults: &mut Faults) {
        let theirs = [
            ("/bonus_minutes", self.bonus_minutes != 0),
            ("/price_minor", self.price_minor.is_some()),
            ("/valid_until", self.valid_until.is_some()),
            ("/valid_days", self.valid_days.is_some()),
            ("/paid_on", self.paid_on.is_some()),
        ];
        for (pointer, _) in theirs.iter().filter(|(_, is_given)| *is_given) {
            faults.add(*pointer, FaultCode::AssistantsOnly);
        }
    }

    /// All that it grants, in seconds.
    pub fn seconds(&self) -> i64 {
        (self.minutes + self.bonus_minutes) * 60
    }
}

impl BlockRow {
    /// As it stands in the account.
    #[must_use]
    pub fn in_account(self, account: &PackageAccount) -> Self {
        let granted = self.fields.new.seconds();
        // What the next period will take is not taken yet.
        let begun = account.periods.iter().filter(|period| period.package.period.starts_on <= account.today);
        let lots = begun.rev().flat_map(|period| &period.settled.lots);
        let lot: Option<&Lot> = lots.into_iter().find(|lot| lot.id == self.id.0);
        // An offer that would begin today is over when its last day is.
        let (new, state) = (&self.fields.new, &self.fields.state);
        let end = state.ends_on.or(new.valid_until.filter(|_| new.valid_from.is_none()));
        let is_over = end.is_some_and(|end| end < account.today);
        let standing = BlockUse {
            used_seconds: lot.map_or(0, |lot| lot.used_seconds),
            left_seconds: lot.map_or(granted, |lot| lot.left_seconds),
            is_over,
        };
        Self { standing: Some(standing), ..self }
    }

    /// Where it stands today.
    pub fn status(&self) -> BlockStatus {
        match (self.fields.state.status, self.standing) {
            (BlockStatus::Active, Some(BlockUse { left_seconds: 0, .. })) => BlockStatus::UsedUp,
            (BlockStatus::Offered | BlockStatus::Active, Some(BlockUse { is_over: true, .. })) => {
                BlockStatus::Expired
            }
            (status, _) => status,
        }
    }

    /// The side whose answer it waits for, if it does.
    pub fn waits_for(&self) -> Option<Role> {
        match self.status() {
            BlockStatus::Requested => Some(Role::Assistant),
            BlockStatus::Offered => Some(Role::Client),
            _ => None,
        }
    }

    /// Whether it is or was a lot.
    pub fn is_granted(&self) -> bool {
        self.fields.state.is_granted()
    }

    /// What a side can do now.
    pub fn allowed_actions(&self, by: Role) -> Vec<BlockAct> {
        let runs = matches!(self.engagement_status, EngagementStatus::Active | EngagementStatus::Paused);
        let status = self.status();
        let may = |act: &BlockAct| status.takes(*act, by) && (runs || !act.needs_work());
        BlockAct::ALL.iter().copied().filter(may).collect()
    }

    /// Refuses an act that is not possible now, or that is the other side's.
    pub fn require(&self, act: BlockAct, by: Role) -> Result<()> {
        let (allowed, status) = (self.allowed_actions(by), self.status());
        if allowed.contains(&act) {
            return Ok(());
        }
        match status.takes(act, by.other()) && !status.takes(act, by) {
            true => Err(by.other().alone_may()),
            false => Err(Error::not_possible(act, status, allowed)),
        }
    }
}

impl Resource for BlockRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for BlockRow {
    type Event = BlockEvent;
    type View = BlockRecord;
    const RESOURCE: &'static str = "block";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> BlockRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions(viewer.side()));
        let (status, new, state) = (self.status(), self.fields.new, self.fields.state);
        let lock = state.answered.lock();
        let (used, left) = self.standing.map_or((0, 0), |standing| (standing.used_seconds, standing.left_seconds));
        BlockRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            title: new.title,
            reason: new.reason,
            status,
            is_top_up: self.fields.is_top_up,
            minutes: new.minutes,
            bonus_minutes: new.bonus_minutes,
            price_minor: new.price_minor,
            currency: self.fields.currency,
            valid_from: state.starts_on.or(new.valid_from),
            valid_until: state.ends_on.or(new.valid_until),
            valid_days: new.valid_days,
            paid_on: new.paid_on,
            used_seconds: used,
            left_seconds: if matches!(status, BlockStatus::Offered | BlockStatus::Active) { left } else { 0 },
            answered: state.answered,
            withdrawn_at: state.withdrawn_at,
            voided_at: state.voided_at,
            void_reason: state.void_reason,
            allowed_actions,
            lock,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which blocks to list.
    pub struct BlockFilter {
        /// Only those that stand there.
        status: OneOf<BlockStatus>,
    }
}

impl Listing for BlockFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("created_at", "created_at")];
    const ID: &'static str = "id";
}
