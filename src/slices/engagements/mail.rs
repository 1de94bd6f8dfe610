//! The mail that tells a client's people that something waits for their answer. Whether it arrives decides nothing.

use super::store;
use crate::db::Tx;
use crate::kernel::error::Result;
use crate::kernel::{ClientId, Email, Language, Name};
use crate::platform::app::App;
use crate::platform::mail::{MailKind, Words};
use crate::slices::clients::store as clients;

/// A mail about a proposal, to everybody at the client who can log in.
pub struct ProposalMail {
    addresses: Vec<Email>,
    workspace: Name,
    language: Language,
    title: String,
    about_terms: bool,
}

impl ProposalMail {
    /// About an engagement of this title, or new terms for it.
    pub async fn write(tx: &mut Tx, client: ClientId, title: &str, about_terms: bool) -> Result<Self> {
        let (addresses, language) = clients::addressees(tx, client).await?;
        let workspace = store::workspace_name(tx).await?;
        Ok(Self { addresses, workspace, language, title: title.to_owned(), about_terms })
    }

    /// Enqueues it for each of them, in the transaction of the proposal.
    pub async fn enqueue(self, app: &App, tx: &mut Tx) -> Result<()> {
        let kind = if self.about_terms { MailKind::TermsProposal } else { MailKind::Proposal };
        let (subject, text) = self.words();
        app.mailer.enqueue_each(tx, kind, self.addresses, Words { subject, text }).await
    }

    fn words(&self) -> (String, String) {
        let (workspace, title) = (&*self.workspace, &self.title);
        match (self.language.is_german(), self.about_terms) {
            (true, false) => (
                format!("{workspace}: ein Angebot wartet auf Ihre Antwort"),
                format!(
                    "Guten Tag,\n\n{workspace} hat Ihnen \"{title}\" vorgelegt. Bitte sehen Sie sich die Konditionen an und nehmen Sie an oder lehnen Sie ab.\n"
                ),
            ),
            (true, true) => (
                format!("{workspace}: neue Konditionen warten auf Ihre Antwort"),
                format!(
                    "Guten Tag,\n\n{workspace} hat Ihnen neue Konditionen für \"{title}\" vorgelegt. Bitte sehen Sie sie an und nehmen Sie an oder lehnen Sie ab.\n"
                ),
            ),
            (false, false) => (
                format!("{workspace}: a proposal waits for your answer"),
                format!(
                    "Hello,\n\n{workspace} has proposed \"{title}\" to you. Please look at the terms, and accept or decline.\n"
                ),
            ),
            (false, true) => (
                format!("{workspace}: new terms wait for your answer"),
                format!(
                    "Hello,\n\n{workspace} has proposed new terms for \"{title}\" to you. Please look at them, and accept or decline.\n"
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_announced_in_the_clients_language() {
        let mail = |language: &str, about_terms| ProposalMail {
            addresses: Vec::new(),
            workspace: "Büro Vogt".into(),
            language: language.parse().unwrap(),
            title: "Büropaket".into(),
            about_terms,
        };
        for (language, about_terms, word) in [
            ("de-AT", false, "Angebot"),
            ("de", true, "Konditionen"),
            ("en", false, "proposal"),
            ("fr", true, "terms"),
        ] {
            let (subject, text) = mail(language, about_terms).words();
            assert!(subject.starts_with("Büro Vogt: ") && subject.contains(word), "{subject}");
            assert!(text.contains("\"Büropaket\""), "{text}");
        }
    }
}
