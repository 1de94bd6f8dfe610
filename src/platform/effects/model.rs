//! What is claimed, how an attempt ends, and what follows from it.

use crate::kernel::{Columns, Timestamp};
use uuid::Uuid;

/// An effect that this server has claimed.
#[derive(Columns)]
pub struct Lease {
    pub id: Uuid,
    /// What it is about, for the log.
    pub kind: String,
    /// The number of this attempt; everything that follows is fenced by it.
    pub attempts: i64,
    /// From then on it would only disappoint.
    pub expires_at: Option<Timestamp>,
}

/// How an attempt ended. The reasons are shown to the owner: they name no address and nothing that a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It cannot be done.
    Refused(String),
    /// For now.
    Undone(String),
}

/// What follows from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Settled(Ending, Option<String>),
    Again(Timestamp, String),
}

/// How an effect ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// It was refused, or tried too often.
    Failed,
    /// What it carries ended before it could be done.
    Expired,
}

impl Lease {
    /// Decides what follows from the outcome of this attempt.
    pub fn judge(&self, outcome: Outcome, pauses: &[i64], now: Timestamp) -> Verdict {
        let reason = match outcome {
            Outcome::Done => return Verdict::Settled(Ending::Done, None),
            Outcome::Refused(reason) => return Verdict::Settled(Ending::Failed, Some(reason)),
            Outcome::Undone(reason) => reason,
        };
        let pause = usize::try_from(self.attempts - 1).ok().and_then(|made| pauses.get(made));
        let Some(next) = pause.map(|pause| now.plus_seconds(*pause)) else {
            return Verdict::Settled(Ending::Failed, Some(reason));
        };
        match self.expires_at {
            Some(end) if end <= next => Verdict::Settled(Ending::Expired, Some(reason)),
            _ => Verdict::Again(next, reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSES: &[i64] = &[5, 300, 7200];

    fn lease(attempts: i64, expires_at: Option<Timestamp>) -> Lease {
        Lease { id: Uuid::nil(), kind: "invitation".to_owned(), attempts, expires_at }
    }

    fn undone() -> Outcome {
        Outcome::Undone("no".to_owned())
    }

    #[test]
    fn it_is_given_up_after_the_last_pause() {
        let start = Timestamp::from_micros(0);
        let (mut now, mut attempts) = (start, 1);
        while let Verdict::Again(next, _) = lease(attempts, None).judge(undone(), PAUSES, now) {
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!((attempts, now), (4, start.plus_seconds(7505)));
        let last = lease(4, None).judge(undone(), PAUSES, now);
        assert_eq!(last, Verdict::Settled(Ending::Failed, Some("no".to_owned())));
    }

    #[test]
    fn nothing_is_tried_after_its_end() {
        let now = Timestamp::from_micros(0);
        let judge = |end: i64| lease(3, Some(now.plus_seconds(end))).judge(undone(), PAUSES, now);
        assert!(matches!(judge(7200), Verdict::Settled(Ending::Expired, _)));
        assert_eq!(judge(7201), Verdict::Again(now.plus_seconds(7200), "no".to_owned()));
    }

    #[test]
    fn what_is_done_or_refused_is_settled_at_once() {
        let now = Timestamp::from_micros(0);
        assert_eq!(lease(1, None).judge(Outcome::Done, PAUSES, now), Verdict::Settled(Ending::Done, None));
        let refused = lease(1, None).judge(Outcome::Refused("no".to_owned()), PAUSES, now);
        assert_eq!(refused, Verdict::Settled(Ending::Failed, Some("no".to_owned())));
    }
}
