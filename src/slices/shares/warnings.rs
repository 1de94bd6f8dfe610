//! What to warn of before a share link is relied on, and what could be used instead. Warnings never refuse anything.

use super::{
    model::ShareSource,
    providers::{Provider, by_slug},
};
use crate::kernel::{Timestamp, open_choice};
use serde::Serialize;
use utoipa::ToSchema;

open_choice! {
    /// The stable code of a warning about a share link.
    pub enum WarningCode {
        /// The operator has its seat outside the EU, the EEA and Switzerland.
        NonEuOperator = "non_eu_operator",
        /// No password is known.
        NoPassword = "no_password",
        /// No end is known.
        NoExpiry = "no_expiry",
        /// It ends before its task is due.
        ExpiresBeforeTaskDue = "expires_before_task_due",
        /// The address belongs to no provider of the table, or shows which software it is and not who runs it.
        UnknownProvider = "unknown_provider",
        /// The part after `#` is, or may be, the key to the files.
        ContainsSecretFragment = "contains_secret_fragment",
        /// No data-processing agreement with the operator is registered.
        NoDpaOnFile = "no_dpa_on_file",
    }
}

impl WarningCode {
    /// What it means and what to do, in a sentence.
    pub const fn detail(self, german: bool) -> &'static str {
        let (english, deutsch) = match self {
            Self::NonEuOperator => (
                "The operator has its seat outside the EU and Switzerland. Use one of the alternatives for personal data.",
                "Der Betreiber sitzt außerhalb der EU und der Schweiz. Nehmen Sie für personenbezogene Daten eine der Alternativen.",
            ),
            Self::NoPassword => (
                "Everybody who has the link can open it. Set a password and send it by another way.",
                "Alle, die den Link haben, können ihn öffnen. Setzen Sie ein Passwort und schicken Sie es auf anderem Weg.",
            ),
            Self::NoExpiry => (
                "The link has no known end. Set one, so that it does not stay open for ever.",
                "Für den Link ist kein Ende bekannt. Setzen Sie eines, damit er nicht für immer offen bleibt.",
            ),
            Self::ExpiresBeforeTaskDue => (
                "The link ends before the task is due. Extend it, or fetch the files in time.",
                "Der Link endet, bevor die Aufgabe fällig ist. Verlängern Sie ihn oder holen Sie die Dateien rechtzeitig.",
            ),
            Self::UnknownProvider => (
                "Nobody known runs this address. Check who does before you rely on it.",
                "Wer diese Adresse betreibt, ist nicht bekannt. Prüfen Sie das, bevor Sie sich darauf verlassen.",
            ),
            Self::ContainsSecretFragment => (
                "The part of the link after # may be the key to the files. Give the whole link only to those who may open them.",
                "Der Teil des Links nach # kann der Schlüssel zu den Dateien sein. Geben Sie den ganzen Link nur weiter, wem sie bestimmt sind.",
            ),
            Self::NoDpaOnFile => (
                "No data-processing agreement with the operator is on file. Conclude one before personal data is shared there.",
                "Mit dem Betreiber ist kein Auftragsverarbeitungsvertrag hinterlegt. Schließen Sie einen, bevor dort personenbezogene Daten geteilt werden.",
            ),
        };
        if german { deutsch } else { english }
    }
}

/// A warning about a share link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ShareWarning {
    /// The stable code.
    pub code: WarningCode,
    /// What it means and what to do, in English or (under `Accept-Language: de`) German.
    #[schema(
        min_length = 1,
        max_length = 300,
        examples("The link has no known end. Set one, so that it does not stay open for ever.")
    )]
    pub detail: String,
}

impl ShareWarning {
    /// The warning with its sentence.
    pub fn of(code: WarningCode, german: bool) -> Self {
        Self { code, detail: code.detail(german).to_owned() }
    }
}

/// What is known about a link when it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub source: ShareSource,
    /// Whose link it is; of no weight for files stored here or at the client's own place.
    pub provider: Option<&'static Provider>,
    /// Whether it carries a fragment, unless the provider is known to put no key there.
    pub has_secret_fragment: bool,
    pub has_password: bool,
    /// The effective end, however it is known.
    pub expires_at: Option<Timestamp>,
    /// When the link's task is due; of a due date, its last instant in the task's zone.
    pub task_due_at: Option<Timestamp>,
    /// Whether the register holds an agreement with the operator. That one is offered does not count.
    pub dpa_on_file: bool,
}

/// What to warn of, in the order of the codes. The place matters only for external links: files hosted here and on
/// the client's own server bring no third party in.
pub fn warnings(link: &Judged) -> Vec<WarningCode> {
    let external = link.source == ShareSource::External;
    let outside = link.provider.and_then(Provider::in_eu_eea_or_ch) == Some(false);
    // A path's shape tells the software, never who runs it.
    let unknown = link.provider.is_none_or(|provider| provider.operator.is_none());
    let ends_early = link.expires_at.zip(link.task_due_at).is_some_and(|(end, due)| end < due);
    [
        (external && outside, WarningCode::NonEuOperator),
        (!link.has_password, WarningCode::NoPassword),
        (link.expires_at.is_none(), WarningCode::NoExpiry),
        (ends_early, WarningCode::ExpiresBeforeTaskDue),
        (external && unknown, WarningCode::UnknownProvider),
        (external && link.has_secret_fragment, WarningCode::ContainsSecretFragment),
        (external && !link.dpa_on_file, WarningCode::NoDpaOnFile),
    ]
    .into_iter()
    .filter_map(|(applies, code)| applies.then_some(code))
    .collect()
}

/// What is put forward instead of a provider outside the EU: a seat in the EU or Switzerland, storage that is or can
/// be there, and a data-processing agreement to be had; the nearest first.
const EUROPEAN: [&str; 3] = ["hidrive", "tresorit", "proton_drive"];

/// What could be used instead of this provider: up to three European ones, by their slugs. Empty for a provider that
/// already is one; an unknown one has alternatives.
pub fn alternatives(provider: Option<&Provider>) -> Vec<&'static str> {
    if provider.and_then(Provider::in_eu_eea_or_ch) == Some(true) {
        return Vec::new();
    }
    EUROPEAN.iter().filter_map(|slug| by_slug(slug)).map(|provider| provider.slug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slices::shares::providers::DpaOffer;
    use WarningCode::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// A link of which nothing is to be warned.
    fn quiet(source: ShareSource) -> Judged {
        Judged {
            source,
            provider: by_slug("hidrive"),
            has_secret_fragment: false,
            has_password: true,
            expires_at: Some(at("2026-12-01T00:00:00Z")),
            task_due_at: Some(at("2026-12-01T00:00:00Z")),
            dpa_on_file: true,
        }
    }

    #[test]
    fn each_fact_has_its_warning() {
        let external = quiet(ShareSource::External);
        let early = at("2026-11-30T23:59:59Z");
        let cases: [(Judged, &[WarningCode]); 11] = [
            (external, &[]),
            (Judged { provider: by_slug("dropbox"), ..external }, &[NonEuOperator]),
            (Judged { provider: by_slug("proton_drive"), ..external }, &[]),
            (Judged { provider: by_slug("nextcloud"), ..external }, &[UnknownProvider]),
            (Judged { provider: None, ..external }, &[UnknownProvider]),
            (Judged { has_password: false, ..external }, &[NoPassword]),
            (Judged { expires_at: None, ..external }, &[NoExpiry]),
            (Judged { expires_at: Some(early), ..external }, &[ExpiresBeforeTaskDue]),
            (Judged { expires_at: Some(early), task_due_at: None, ..external }, &[]),
            (Judged { has_secret_fragment: true, ..external }, &[ContainsSecretFragment]),
            (Judged { dpa_on_file: false, ..external }, &[NoDpaOnFile]),
        ];
        for (link, expected) in cases {
            assert_eq!(warnings(&link), expected, "{link:?}");
        }
    }

    #[test]
    fn only_external_links_are_judged_by_their_place() {
        for source in [ShareSource::Hosted, ShareSource::Connector] {
            let link = Judged {
                provider: None,
                has_secret_fragment: true,
                has_password: false,
                expires_at: None,
                dpa_on_file: false,
                ..quiet(source)
            };
            assert_eq!(warnings(&link), [NoPassword, NoExpiry], "{source}");
        }
    }

    #[test]
    fn warnings_come_in_the_order_of_their_codes() {
        let link = Judged {
            provider: by_slug("mega"),
            has_secret_fragment: true,
            has_password: false,
            expires_at: None,
            dpa_on_file: false,
            ..quiet(ShareSource::External)
        };
        let found = warnings(&link);
        assert_eq!(found, [NonEuOperator, NoPassword, NoExpiry, ContainsSecretFragment, NoDpaOnFile]);
        assert!(found.is_sorted());
    }

    #[test]
    fn sentences_are_there_in_both_languages_and_within_their_bound() {
        for code in WarningCode::ALL {
            let (english, german) = (ShareWarning::of(*code, false).detail, ShareWarning::of(*code, true).detail);
            assert_ne!(english, german);
            for sentence in [english, german] {
                assert!(sentence.ends_with('.') && sentence.chars().count() <= 300, "{sentence}");
            }
        }
    }

    #[test]
    fn alternatives_are_european_and_offer_an_agreement() {
        for slug in EUROPEAN {
            let provider = by_slug(slug).unwrap();
            assert_eq!(provider.in_eu_eea_or_ch(), Some(true), "{slug}");
            assert!(matches!(provider.dpa, DpaOffer::Offered | DpaOffer::BusinessPlans), "{slug}");
        }
        let all = ["hidrive", "tresorit", "proton_drive"];
        assert_eq!(alternatives(by_slug("dropbox")), all);
        assert_eq!(alternatives(by_slug("send")), all);
        assert_eq!(alternatives(None), all);
        assert!(alternatives(by_slug("swisstransfer")).is_empty());
    }
}
