//! Mail: through SMTP when configured, else into an outbox folder in the data directory.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::types::Email;
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

/// A mail as it is written, in plain text.
pub struct Letter {
    pub to: Email,
    pub subject: String,
    pub text: String,
}

/// Sends mails, or keeps them in the outbox.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox(Arc<AsyncFileTransport<Tokio1Executor>>),
}

impl Mailer {
    pub fn new(config: &Config) -> Result<Self> {
        let from =
            config.mail_from.parse().map_err(|_| Error::internal("VORZIMMER_MAIL_FROM is not an address"))?;
        let transport = match &config.smtp_url {
            Some(url) => Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|error| Error::internal(format!("VORZIMMER_SMTP_URL: {error}")))?
                    .build(),
            ),
            None => {
                let outbox = config.data_dir.join("outbox");
                private_folder(&outbox).map_err(|error| Error::internal(format!("the outbox: {error}")))?;
                Transport::Outbox(Arc::new(AsyncFileTransport::new(outbox)))
            }
        };
        Ok(Self { from, transport })
    }

    /// Sends a mail beside the answer, which does not wait for it.
    pub fn send_soon(&self, letter: Letter) {
        let mailer = self.clone();
        actix_web::rt::spawn(async move { mailer.send(&letter.to, &letter.subject, letter.text).await });
    }

    /// Sends a plain text mail. Called after the commit; a failure is logged and never undoes what was stored.
    pub async fn send(&self, to: &Email, subject: &str, text: String) {
        let result = async {
            let message = Message::builder()
                .from(self.from.clone())
                .to(to.parse().map_err(|error| format!("the address: {error}"))?)
                .subject(subject)
                .header(ContentType::TEXT_PLAIN)
                .body(text)
                .map_err(|error| error.to_string())?;
            match &self.transport {
                // What the server said may name the address: only its code is kept.
                Transport::Smtp(smtp) => {
                    smtp.send(message).await.map(drop).map_err(|error| match error.status() {
                        Some(code) => format!("the mail server answered {code}"),
                        None => "the mail server did not answer".to_owned(),
                    })
                }
                Transport::Outbox(outbox) => {
                    outbox.send(message).await.map(drop).map_err(|error| error.to_string())
                }
            }
        };
        if let Err(error) = result.await {
            tracing::error!(error, "a mail could not be sent");
        }
    }
}

/// The mails hold tokens: only who runs the server reads them.
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
}
