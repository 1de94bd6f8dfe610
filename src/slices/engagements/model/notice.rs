//! The notice that either side gives before an engagement ends.

use super::Engagement;
use crate::kernel::Date;
use crate::kernel::error::{Code, Error, Result};

impl Engagement {
    /// Refuses an end that comes before the notice of the terms in force is over, when it is given on a day.
    pub fn check_notice(&self, given_on: Date, ends_on: Date) -> Result<()> {
        let terms = self.terms.as_ref().and_then(|version| version.terms.as_ref());
        let Some(days) = terms.and_then(|terms| terms.0.notice_days) else { return Ok(()) };
        let earliest = given_on.days_later(days.unsigned_abs().into());
        if ends_on >= earliest {
            return Ok(());
        }
        Err(Error::new(Code::NoticeRequired).with("days", days).with("on", earliest).earliest_on(earliest))
    }
}
