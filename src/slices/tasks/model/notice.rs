//! What is said with an act, and the mail that tells the client that a task waits for them.

use crate::kernel::CommentText;
use serde::Deserialize;
use utoipa::ToSchema;

/// What the task waits for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"question": "Welches Hotel soll ich buchen?"})))]
pub struct WaitingTask {
    /// What the client is asked. It becomes a comment.
    #[serde(default)]
    pub question: Option<CommentText>,
}

/// What the client answered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"text": "Bitte das Hotel am Hafen."})))]
pub struct AnsweredTask {
    /// The answer. It becomes a comment.
    #[serde(default)]
    pub text: Option<CommentText>,
}

/// Why a task goes back into work.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"reason": "Der Beleg vom 3. Oktober fehlt noch."})))]
pub struct ReturnedTask {
    /// What is missing. It becomes a comment.
    pub reason: CommentText,
}

/// Why a request is declined.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"reason": "Im Oktober ist leider kein Platz mehr."})))]
pub struct DeclinedTask {
    /// Why. It becomes a comment.
    pub reason: CommentText,
}

/// Why a task is cancelled.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"reason": "Hat sich erledigt."})))]
pub struct CancelledTask {
    /// Why. It becomes a comment.
    #[serde(default)]
    pub reason: Option<CommentText>,
}

/// A mail to somebody at the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub subject: String,
    pub text: String,
}

impl Notice {
    /// That a task waits for the client.
    pub fn waiting(title: &str, question: Option<&str>, who: &str, german: bool) -> Self {
        let (subject, begins, asks, ends) = if german {
            (
                "Eine Aufgabe wartet auf Sie",
                "wartet auf Ihre Antwort.",
                "fragt",
                "Bitte antworten Sie in der Aufgabe.",
            )
        } else {
            ("A task is waiting for you", "waits for your answer.", "asks", "Please answer in the task.")
        };
        let mark = if german { ('„', '“') } else { ('“', '”') };
        let title_line = format!("{}{title}{} {begins}", mark.0, mark.1);
        let question = question.map(|question| format!("{who} {asks}:\n\n{question}"));
        let text = [Some(title_line), question, Some(ends.to_owned())];
        Self {
            subject: format!("{subject}: {title}"),
            text: text.into_iter().flatten().collect::<Vec<_>>().join("\n\n") + "\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_speaks_the_clients_language() {
        let mail = Notice::waiting("Reise", Some("Welches Hotel?"), "Jana Vogt", true);
        assert_eq!(mail.subject, "Eine Aufgabe wartet auf Sie: Reise");
        assert_eq!(
            mail.text,
            "„Reise“ wartet auf Ihre Antwort.\n\nJana Vogt fragt:\n\nWelches Hotel?\n\nBitte antworten Sie in der Aufgabe.\n"
        );
        let mail = Notice::waiting("Trip", None, "Jana Vogt", false);
        assert_eq!(mail.text, "“Trip” waits for your answer.\n\nPlease answer in the task.\n");
    }
}
