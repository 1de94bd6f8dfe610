//! The mail that tells who must act that little is left: the assistants always, the client once nothing is. It is written by a
//! job, since whatever moves an account can reach a share; whether it arrives decides nothing.

use super::{
    model::{AlertLevel, AlertRow, AlertSubject},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{AlertId, Language};
use crate::platform::auth::Scope;
use crate::platform::jobs::{JobKind, Task, enqueue};
use crate::platform::mail::{MailKind, Words};
use crate::slices::accounts::members::store as members;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use serde_json::json;

/// Writes the mails of an alert.
pub static ALERT_MAIL: JobKind = JobKind { name: "alert.mail", run: |tx, task| Box::pin(write(tx, task)) };

/// Everything is used: more can only be agreed with the client.
const ALL: i64 = 100;
/// Nobody acts on what they are told later than this.
const STALE_SECONDS: i64 = 2 * 86_400;

/// Has the mails of an alert written once it is committed.
pub(super) async fn write_later(tx: &mut Tx, alert: AlertId) -> Result<()> {
    let now = tx.wall_clock();
    enqueue(tx, &ALERT_MAIL, &json!({"alert_id": alert}), now).await
}

/// Writes to each who must act, unless less is used again meanwhile.
async fn write(tx: &mut Tx, Task { payload, mailer }: Task<'_>) -> Result<()> {
    let id = payload["alert_id"].as_str().and_then(|id| id.parse::<AlertId>().ok());
    let id = id.ok_or_else(|| Error::internal("the job names no alert"))?;
    let scope = Scope::workspace(tx.workspace());
    let alert: AlertRow = match store::ALERTS.find(tx, (scope.workspace, None), id).await {
        Err(error) if error.code() == Code::NotFound => return Ok(()),
        row => row?,
    };
    let is_stale = tx.wall_clock() > alert.created_at.plus_seconds(STALE_SECONDS);
    if alert.fields.cleared_at.is_some() || is_stale {
        return Ok(());
    }
    let engagement = engagements::find_row(tx, scope, alert.engagement_id).await?;
    let mut sides = vec![members::addressees(tx).await?];
    if alert.fields.percent >= ALL {
        sides.push(clients::addressees(tx, alert.client_id).await?);
    }
    for (addresses, language) in sides {
        let words = words(&language, &engagement.fields.title, &alert);
        mailer.enqueue_each(tx, MailKind::BudgetAlert, addresses, words).await?;
    }
    Ok(())
}

fn words(language: &Language, title: &str, alert: &AlertRow) -> Words {
    let (percent, seq, used) = (alert.fields.percent, alert.fields.period_seq, used(alert.fields.level));
    if language.is_german() {
        let of = match alert.fields.subject {
            AlertSubject::Package => format!("Vom Paket \"{title}\" (Zeitraum {seq})"),
            AlertSubject::Cap => format!("Von der Obergrenze für \"{title}\" (Zeitraum {seq})"),
            AlertSubject::Budget => format!("Vom Budget für \"{title}\""),
            AlertSubject::Block => format!("Von einem Stundenblock zu \"{title}\""),
        };
        return Words {
            subject: format!("{title}: {percent} % verbraucht"),
            text: format!(
                "Guten Tag,\n\n{of} sind {percent} % verbraucht{}.\n",
                used.map_or_else(String::new, |[used, limit]| format!(": {used} von {limit} Stunden"))
            ),
        };
    }
    let of = match alert.fields.subject {
        AlertSubject::Package => format!("the package \"{title}\" (period {seq})"),
        AlertSubject::Cap => format!("the cap of \"{title}\" (period {seq})"),
        AlertSubject::Budget => format!("the budget of \"{title}\""),
        AlertSubject::Block => format!("a block of hours for \"{title}\""),
    };
    Words {
        subject: format!("{title}: {percent} % used"),
        text: format!(
            "Hello,\n\n{percent} % of {of} is used{}.\n",
            used.map_or_else(String::new, |[used, limit]| format!(": {used} of {limit} hours"))
        ),
    }
}

/// The time that is used and its limit, in hours and minutes; none where the limit is an amount.
fn used(level: AlertLevel) -> Option<[String; 2]> {
    let hours = |seconds: i64| format!("{}:{:02}", seconds / 3600, seconds % 3600 / 60);
    Some([hours(level.used_seconds?), hours(level.limit_seconds?)])
}
