//! What an act leaves behind beside the status: when it happened, from which day on, and by whom.

use super::{Answer, Answered, EngagementAct};
use crate::hours::{EngagementStatus, Pauses};
use crate::kernel::error::{Fault, FaultCode, Faults, Result};
use crate::kernel::{Columns, Date, JsonText, MemberId, Remark, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The day from which an act counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"on": "2026-11-02"})))]
pub struct ActDate {
    /// The last day with work, in the engagement's time zone: not before `starts_on` and not in the future; default
    /// today. Before an engagement has begun only `starts_on` itself will do, and it is the default.
    #[serde(default)]
    #[schema(examples("2026-11-02"))]
    pub on: Option<Date>,
}

/// An act as it is done: when, by whom and with which words.
#[derive(Clone, Debug)]
pub struct Deed {
    /// By the wall clock.
    pub at: Timestamp,
    /// Its place in the order of changes.
    pub ordered_at: Timestamp,
    /// The day of the act, for acts that have one.
    pub on: Date,
    pub by: Option<MemberId>,
    pub by_name: String,
    pub by_client: bool,
    pub note: Option<Remark>,
    /// The version that the act was decided on.
    pub seen: i64,
}

/// Where an engagement stands and what led there.
#[derive(Clone, Debug, PartialEq, Eq, Columns)]
pub struct Lifecycle {
    pub status: EngagementStatus,
    pub proposed_at: Option<Timestamp>,
    /// When the client last lost sight of it: it went back to a draft. Of the order of changes, since it is the
    /// `updated_at` and `deleted_at` of its tombstone, which `updated_since` is compared with.
    pub withdrawn_at: Option<Timestamp>,
    #[columns(flatten)]
    pub answered: Answered,
    pub paused_at: Option<Timestamp>,
    /// The last of them has no end while it is paused, and when it ended so.
    pub pauses: JsonText<Pauses>,
    pub ended_at: Option<Timestamp>,
    pub ended_on: Option<Date>,
    pub archived_at: Option<Timestamp>,
}

impl ActDate {
    /// The day that is meant; 422 with what is at fault beside it, where anything is.
    pub fn day(&self, starts_on: Date, today: Date, mut faults: Faults) -> Result<Date> {
        // One that is called off before it begins ends on the day on which it would have.
        let latest = today.max(starts_on);
        let on = self.on.unwrap_or(latest);
        if on > latest {
            faults.add("/on", FaultCode::InTheFuture);
        } else if on < starts_on {
            faults.push(Fault::new("/on", FaultCode::TooEarly).with("from", starts_on));
        }
        faults.check().map(|()| on)
    }
}

impl Lifecycle {
    /// After an act that leads to this status.
    pub fn after(&self, act: EngagementAct, status: EngagementStatus, deed: &Deed) -> Self {
        let next = Self { status, ..self.clone() };
        let (at, on) = (Some(deed.at), Some(deed.on));
        match act {
            EngagementAct::Propose => Self { proposed_at: at, withdrawn_at: None, ..next },
            EngagementAct::Withdraw => Self { proposed_at: None, withdrawn_at: Some(deed.ordered_at), ..next },
            EngagementAct::Accept => Self { answered: Answered::new(Answer::Accept, deed), ..next },
            EngagementAct::Decline => Self { answered: Answered::new(Answer::Decline, deed), ..next },
            EngagementAct::Pause => Self { paused_at: at, pauses: JsonText(self.pauses.0.begin(deed.on)), ..next },
            EngagementAct::Resume => {
                Self { paused_at: None, pauses: JsonText(self.pauses.0.end(deed.on)), ..next }
            }
            EngagementAct::End => Self { ended_at: at, ended_on: on, ..next },
            EngagementAct::Archive => Self { archived_at: at, ..next },
            EngagementAct::Edit | EngagementAct::ProposeTerms | EngagementAct::Delete => next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn deed(second: i64, on: &str) -> Deed {
        Deed {
            at: Timestamp::from_micros(second * 1_000_000),
            ordered_at: Timestamp::from_micros(second * 1_000_000 + 1),
            on: day(on),
            by: None,
            by_name: "Anna Müller".into(),
            by_client: true,
            note: None,
            seen: 3,
        }
    }

    fn draft() -> Lifecycle {
        Lifecycle {
            status: EngagementStatus::Draft,
            proposed_at: None,
            withdrawn_at: None,
            answered: Answered::default(),
            paused_at: None,
            pauses: JsonText::default(),
            ended_at: None,
            ended_on: None,
            archived_at: None,
        }
    }

    fn lead(acts: &[(EngagementAct, &str)]) -> Lifecycle {
        acts.iter().enumerate().fold(draft(), |life, (second, (act, on))| {
            let standing = super::super::Standing { status: life.status, client_archived: false };
            let status = standing.apply(*act, false).unwrap();
            life.after(*act, status, &deed(second as i64, on))
        })
    }

    #[test]
    fn an_act_leaves_its_instant_and_day() {
        use EngagementAct::{Accept, End, Pause, Propose, Resume, Withdraw};
        let first = [(Propose, "2026-01-01"), (Accept, "2026-01-02"), (Pause, "2026-02-10")];
        let paused = lead(&first);
        assert_eq!(paused.answered.accepted_version, Some(3));
        assert!(!paused.answered.accepted_elsewhere);
        assert_eq!(paused.pauses.0.paused_on(), Some(day("2026-02-10")));
        let resumed = lead(&[&first[..], &[(Resume, "2026-03-01")]].concat());
        assert_eq!((resumed.paused_at, resumed.pauses.0.paused_on()), (None, None));
        assert_eq!(resumed.pauses.0.to_vec()[0].until_on, Some(day("2026-02-28")));
        let ended = lead(&[&first[..], &[(End, "2026-03-31")]].concat());
        let both = (ended.ended_on, ended.pauses.0.paused_on());
        assert_eq!(both, (Some(day("2026-03-31")), Some(day("2026-02-10"))));
        let withdrawn = lead(&[(Propose, "2026-01-01"), (Withdraw, "2026-01-01")]);
        let in_order = Timestamp::from_micros(1_000_001);
        assert_eq!((withdrawn.proposed_at, withdrawn.withdrawn_at), (None, Some(in_order)));
    }

    #[test]
    fn the_day_of_an_act_is_today_unless_another_is_given() {
        let on = |on: Option<&str>| {
            ActDate { on: on.map(day) }.day(day("2026-01-10"), day("2026-02-01"), Faults::new())
        };
        assert_eq!(on(None).unwrap(), day("2026-02-01"));
        let unbegun = ActDate::default().day(day("2027-01-01"), day("2026-02-01"), Faults::new());
        assert_eq!(unbegun.unwrap(), day("2027-01-01"));
        assert_eq!(on(Some("2026-01-10")).unwrap(), day("2026-01-10"));
        assert_eq!(on(Some("2026-02-02")).unwrap_err().faults()[0].code, FaultCode::InTheFuture);
        assert_eq!(on(Some("2026-01-09")).unwrap_err().faults()[0].code, FaultCode::TooEarly);
    }
}
