//! The mail that tells a side that a block or an extension waits for its answer. Whether it arrives decides nothing.

use super::model::{BlockRow, ExtensionRow};
use crate::db::Tx;
use crate::kernel::error::Result;
use crate::kernel::{ClientId, Email, Language, Title};
use crate::platform::app::App;
use crate::platform::auth::Role;
use crate::platform::mail::{MailKind, Words};
use crate::slices::accounts::members::store as members;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;

/// A mail about something that waits, to everybody of a side who can log in.
pub(super) struct WaitingMail {
    addresses: Vec<Email>,
    language: Language,
    /// Who asks.
    who: String,
    /// What the engagement is called.
    title: Title,
    minutes: i64,
    asked: Asked,
}

/// What is asked.
enum Asked {
    /// To accept a block.
    Block,
    /// To offer a block, with the reason that was given.
    BlockRequest(Option<String>),
    /// To approve an extension, with its reason.
    Extension(String),
}

impl WaitingMail {
    /// About a block that is asked for or offered on an engagement of this title.
    pub async fn of_block(tx: &mut Tx, title: Title, row: &BlockRow) -> Result<Self> {
        let side = row.waits_for().unwrap_or(Role::Client);
        let asked = match side {
            Role::Client => Asked::Block,
            Role::Assistant => Asked::BlockRequest(row.fields.new.reason.as_ref().map(ToString::to_string)),
        };
        Self::write(tx, (row.client_id, side), title, row.fields.new.minutes, asked).await
    }

    /// About an extension that is asked for.
    pub async fn of_extension(tx: &mut Tx, title: Title, row: &ExtensionRow) -> Result<Self> {
        let new = &row.fields.new;
        let asked = Asked::Extension(new.reason.to_string());
        Self::write(tx, (row.client_id, row.answering_side()), title, new.minutes, asked).await
    }

    async fn write(
        tx: &mut Tx,
        (client, side): (ClientId, Role),
        title: Title,
        minutes: i64,
        asked: Asked,
    ) -> Result<Self> {
        let ((addresses, language), who) = match side {
            Role::Client => {
                let name = engagements::workspace_name(tx).await?;
                (clients::addressees(tx, client).await?, name.to_string())
            }
            Role::Assistant => (members::addressees(tx).await?, tx.actor().name.clone()),
        };
        Ok(Self { addresses, language, who, title, minutes, asked })
    }

    /// Enqueues it for each of them, in the transaction of the request.
    pub async fn enqueue(self, app: &App, tx: &mut Tx) -> Result<()> {
        let words = self.words();
        let kind = match self.asked {
            Asked::Block => MailKind::BlockOffer,
            Asked::BlockRequest(_) => MailKind::BlockRequest,
            Asked::Extension(_) => MailKind::ExtensionRequest,
        };
        app.mailer.enqueue_each(tx, kind, self.addresses, words).await
    }

    fn words(&self) -> Words {
        let Self { who, title, minutes, .. } = self;
        let (subject, text) = match (self.language.is_german(), &self.asked) {
            (true, Asked::Block) => (
                format!("{who}: ein Stundenblock wartet auf Ihre Antwort"),
                format!(
                    "Guten Tag,\n\n{who} bietet Ihnen für \"{title}\" {minutes} Minuten auf Vorrat an. Bitte sehen Sie sich das Angebot an und nehmen Sie es an oder lehnen Sie es ab.\n"
                ),
            ),
            (true, Asked::BlockRequest(reason)) => (
                format!("{who}: ein Stundenblock wird gewünscht"),
                format!(
                    "Guten Tag,\n\n{who} wünscht sich für \"{title}\" {minutes} Minuten auf Vorrat.{}Bitte machen Sie ein Angebot oder lehnen Sie ab.\n",
                    apart(reason.as_deref()),
                ),
            ),
            (true, Asked::Extension(reason)) => (
                format!("{who}: eine Verlängerung wartet auf Ihre Antwort"),
                format!(
                    "Guten Tag,\n\n{who} bittet für \"{title}\" um {minutes} weitere Minuten:\n\n{reason}\n\nBitte stimmen Sie zu oder lehnen Sie ab.\n"
                ),
            ),
            (false, Asked::Block) => (
                format!("{who}: a block of hours waits for your answer"),
                format!(
                    "Hello,\n\n{who} offers you {minutes} prepaid minutes for \"{title}\". Please look at the offer, and accept or decline.\n"
                ),
            ),
            (false, Asked::BlockRequest(reason)) => (
                format!("{who}: a block of hours is asked for"),
                format!(
                    "Hello,\n\n{who} asks for {minutes} prepaid minutes for \"{title}\".{}Please make an offer, or decline.\n",
                    apart(reason.as_deref()),
                ),
            ),
            (false, Asked::Extension(reason)) => (
                format!("{who}: an extension waits for your answer"),
                format!(
                    "Hello,\n\n{who} asks for {minutes} more minutes for \"{title}\":\n\n{reason}\n\nPlease approve or decline.\n"
                ),
            ),
        };
        Words { subject, text }
    }
}

/// A reason as a paragraph of its own, and what follows it as the next.
fn apart(reason: Option<&str>) -> String {
    reason.map_or_else(|| " ".to_owned(), |reason| format!("\n\n{reason}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_announced_in_the_language_of_its_side() {
        let mail = |language: &str, asked| WaitingMail {
            addresses: Vec::new(),
            language: language.parse().unwrap(),
            who: "Büro Vogt".into(),
            title: "Büropaket".into(),
            minutes: 90,
            asked,
        };
        let wish = |reason: Option<&str>| Asked::BlockRequest(reason.map(str::to_owned));
        let reason = || Asked::Extension("Mehr Belege.".into());
        for (language, asked, subject, text) in [
            ("de-AT", Asked::Block, "Stundenblock", "90 Minuten auf Vorrat"),
            ("de", reason(), "Verlängerung", "90 weitere Minuten:\n\nMehr Belege."),
            ("en", Asked::Block, "block of hours", "90 prepaid minutes"),
            ("de", wish(Some("Der Umzug.")), "gewünscht", "90 Minuten auf Vorrat.\n\nDer Umzug.\n\nBitte machen"),
            ("en", wish(None), "asked for", "\"Büropaket\". Please make an offer"),
            ("fr", reason(), "extension", "90 more minutes for \"Büropaket\":\n\nMehr Belege."),
        ] {
            let words = mail(language, asked).words();
            assert!(
                words.subject.starts_with("Büro Vogt: ") && words.subject.contains(subject),
                "{}",
                words.subject
            );
            assert!(words.text.contains(text), "{}", words.text);
        }
    }
}
