//! Bringing noted entries under other terms, over HTTP.

use crate::kernel::error::{Code, Error, Result};
use crate::platform::cx::Cx;
use crate::platform::kit::Addressed;
use crate::slices::engagements::model::{TermsAct, TermsRow};
use crate::slices::time_entries::{TermsApplication, acts};
use crate::web::{DryRun, Plain, Query};

pub async fn apply_terms(cx: Cx, query: Query<DryRun>) -> Result<Plain<TermsApplication>> {
    let dry_run = query.read(&cx)?.is_wanted();
    let mut tx = cx.begin().await?;
    let at = tx.recorded_at();
    let version = TermsRow::find(&mut tx, &cx, at).await?;
    if cx.scope().is_client() && !dry_run {
        return Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"));
    }
    cx.judge(&version)?;
    match dry_run {
        true => version.require_preview()?,
        false => version.require(TermsAct::Apply, false)?,
    }
    let done = acts::apply_terms(&mut tx, &version).await?;
    cx.commit_unless(dry_run, tx, Plain(TermsApplication { dry_run, ..done })).await
}
