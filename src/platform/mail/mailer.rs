//! Seals letters into the outbox, and hands them to the outside: through SMTP when configured, else into a folder in the
//! data directory.

use super::{
    model::{Claim, Letter, MailKind, PAUSES, Words},
    smtp::MailServer,
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Error, Result};
use crate::kernel::{Email, MailId, Sealer, SecretKey};
use crate::platform::config::Config;
use crate::platform::effects::{Effect, Outbox, Outcome};
use lettre::{
    AsyncFileTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    time::{Duration, SystemTime},
};

/// Keeps mails until they are sent, and sends them.
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
    sealer: Sealer,
    /// How long one delivery may take in all: connection, encryption, log-in, dialogue.
    deadline: Duration,
}

enum Transport {
    Smtp(MailServer),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

impl Mailer {
    pub fn new(config: &Config, secret: &SecretKey) -> Result<Self> {
        let from =
            config.mail_from.parse().map_err(|_| Error::internal("VORZIMMER_MAIL_FROM is not an address"))?;
        let transport = match &config.smtp_url {
            Some(url) => Transport::Smtp(MailServer::from_url(url)?),
            None => {
                let outbox = config.data_dir.join("outbox");
                private_folder(&outbox).map_err(|error| Error::internal(format!("the outbox: {error}")))?;
                Transport::Folder(AsyncFileTransport::new(outbox))
            }
        };
        let sealer = Sealer::new(secret, "mails");
        Ok(Self { from, transport, sealer, deadline: config.mail_deadline })
    }

    /// Adds a mail to the transaction that causes it.
    pub async fn enqueue(&self, tx: &mut Tx, letter: Letter) -> Result<()> {
        let id = MailId(tx.new_id());
        let words = serde_json::to_vec(&letter.words).map_err(Error::internal)?;
        let sealed = self.sealer.seal(id.0.as_bytes(), &words);
        let message_id = format!("<{id}@{}>", self.from.email.domain());
        store::enqueue(tx, id, &letter, (sealed, message_id)).await?;
        tx.ring_after_commit(Self::NAME);
        Ok(())
    }

    /// The same mail to several people.
    pub async fn enqueue_each(&self, tx: &mut Tx, kind: MailKind, to: Vec<Email>, words: Words) -> Result<()> {
        for to in to {
            self.enqueue(tx, Letter { kind, to, expires_at: None, words: words.clone() }).await?;
        }
        Ok(())
    }

    /// The message, the same in every attempt.
    fn compose(&self, mail: &Claim) -> std::result::Result<Message, Outcome> {
        // Another key may come back: nothing is lost for it.
        let unopened = || Outcome::Undone("the mail cannot be opened with this secret key".to_owned());
        let words = self.sealer.open(mail.lease.id.as_bytes(), &mail.sealed).map_err(|_| unopened())?;
        let words: Words = serde_json::from_slice(&words).map_err(|_| unopened())?;
        let refused = || Outcome::Refused("the address is not one that mail can be sent to".to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(mail.recipient.parse().map_err(|_| refused())?)
            .subject(words.subject)
            .message_id(Some(mail.message_id.clone()))
            .date(SystemTime::from(mail.created_at.utc()))
            .header(ContentType::TEXT_PLAIN)
            .body(words.text)
            .map_err(|_| refused())
    }
}

impl Effect for Mailer {
    type Work = Claim;
    const NAME: &'static str = "mails";
    const AT_ONCE: usize = 4;
    const OUTBOX: Outbox = store::OUTBOX;
    const PAUSES: &'static [i64] = PAUSES;

    /// Tries to deliver a mail, until the deadline at most. Nothing of it is left behind then.
    async fn attempt(&self, mail: &Claim) -> Outcome {
        let message = match self.compose(mail) {
            Ok(message) => message,
            Err(outcome) => return outcome,
        };
        match &self.transport {
            Transport::Smtp(server) => server.send(&message, self.deadline).await,
            Transport::Folder(folder) => match folder.send(message).await {
                Ok(_) => Outcome::Done,
                Err(error) => {
                    tracing::error!(%error, "a mail cannot be written into the outbox folder");
                    Outcome::Undone("the outbox folder cannot be written".to_owned())
                }
            },
        }
    }
}

/// The mails hold tokens: only who runs the server reads them.
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
}
