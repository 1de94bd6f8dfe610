//! Who runs the place a link leads to: the facts known per provider and the rules that recognise it.
//! The rows are data and stand in `provider_table`; what is not known for certain is said to be unknown.

use super::provider_table::{AS_OF, PROVIDERS};
use crate::kernel::{CountryCode, Date, WebAddress, open_choice};
use serde::Serialize;
use std::{borrow::Cow, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

open_choice! {
    /// Where a provider keeps the bytes.
    pub enum StorageRegion {
        /// In the EU or EEA.
        Eu = "eu",
        /// In Switzerland.
        Ch = "ch",
        /// In the EU, the EEA or Switzerland.
        EuCh = "eu_ch",
        /// In the United States.
        Us = "us",
        /// The account's holder chooses.
        Chosen = "chosen",
        /// Depends on the plan, the account or where the upload came from.
        Varies = "varies",
        Unknown = "unknown",
    }
}

open_choice! {
    /// Whether a provider offers a data-processing agreement (Art. 28 GDPR).
    pub enum DpaOffer {
        Offered = "offered",
        /// Only with its business plans.
        BusinessPlans = "business_plans",
        NotOffered = "not_offered",
        Unknown = "unknown",
    }
}

/// The shape of a path by which self-hosted software shows itself on any host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PathShape {
    /// `/s/TOKEN` or `/index.php/s/TOKEN`, also below a folder.
    Nextcloud,
    /// `/download/ID#KEY`.
    Send,
    /// `/r/ID#KEY`.
    Lufi,
}

/// What is known about a provider of file-share links. Unknown facts are `None` or `unknown`, never guessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provider {
    /// The stable name for programs, stored with links; never reused.
    pub slug: &'static str,
    /// The name that people know.
    pub name: &'static str,
    /// The company that runs it; `None` for software that anybody may run.
    pub operator: Option<&'static str>,
    /// Where that company has its seat (ISO 3166-1 alpha-2).
    pub operator_country: Option<&'static str>,
    pub storage_region: StorageRegion,
    pub dpa: DpaOffer,
    /// After how many days a link ends when its sender chose nothing. Where plans differ, the shortest.
    pub default_lifetime_days: Option<u16>,
    /// Whether the `#fragment` is a key; `None`: not known, so treat it as one.
    pub fragment_is_key: Option<bool>,
    /// Its domains; each stands for itself and what is below it.
    pub(super) domains: &'static [&'static str],
    pub(super) path_shape: Option<PathShape>,
    /// Query parameters that change nothing about what the link opens; with a value, only that value.
    pub(super) idle_parameters: &'static [(&'static str, Option<&'static str>)],
}

impl Provider {
    /// Whether the operator has its seat in the EU, the EEA or Switzerland; `None`: not known.
    pub fn in_eu_eea_or_ch(&self) -> Option<bool> {
        self.operator_country.map(|country| EU_EEA_CH.contains(&country))
    }
}

/// The EU's members, the EEA's others, and Switzerland, as of 2026 (ISO 3166-1 alpha-2).
const EU_EEA_CH: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "CH",
];

/// Whether what follows `#` may be a key: unless the provider is known to put none there.
pub fn fragment_may_be_key(provider: Option<&Provider>) -> bool {
    provider.and_then(|provider| provider.fragment_is_key) != Some(false)
}

/// The provider with this slug.
pub fn by_slug(slug: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.slug == slug)
}

/// Every provider of the table, in its order.
pub fn all() -> &'static [Provider] {
    PROVIDERS
}

/// The provider that an address belongs to. A known domain decides before a path's shape: any host can have one.
pub(super) fn find(address: &WebAddress<'_>) -> Option<&'static Provider> {
    by_host(&address.host).or_else(|| {
        let shape = path_shape(address.path, address.fragment.is_some_and(|fragment| !fragment.is_empty()))?;
        PROVIDERS.iter().find(|provider| provider.path_shape == Some(shape))
    })
}

fn by_host(host: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.domains.iter().any(|domain| is_within(host, domain)))
}

/// Whole labels only: `evil-dropbox.com` is not within `dropbox.com`.
fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn path_shape(path: &str, has_fragment: bool) -> Option<PathShape> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [.., "index.php", "s", token] | [.., "index.php", "s", token, "download"] if is_token(token, 5) => {
            Some(PathShape::Nextcloud)
        }
        ["s", token] | ["s", token, "download"] if is_token(token, 5) => Some(PathShape::Nextcloud),
        ["nextcloud" | "cloud", "s", token] if is_token(token, 5) => Some(PathShape::Nextcloud),
        ["download", id] if has_fragment && is_token(id, 8) => Some(PathShape::Send),
        [.., "r", id] if has_fragment && is_token(id, 8) => Some(PathShape::Lufi),
        _ => None,
    }
}

fn is_token(text: &str, min: usize) -> bool {
    (min..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The stable name of a provider of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProviderSlug(pub &'static str);

impl FromStr for ProviderSlug {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        by_slug(text).map(|provider| Self(provider.slug)).ok_or(())
    }
}

impl PartialSchema for ProviderSlug {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The stable name of a provider of share links."))
            .enum_values(Some(PROVIDERS.iter().map(|provider| provider.slug)))
            .title(Some("open"))
            .into()
    }
}

impl ToSchema for ProviderSlug {
    fn name() -> Cow<'static, str> {
        "ProviderSlug".into()
    }
}

/// Who runs the place that a share link leads to, as known on `as_of`. Facts that are not certain are null or
/// `unknown`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ShareProvider {
    /// The stable name for programs, as lists have an id.
    #[schema(value_type = ProviderSlug)]
    pub id: String,
    /// The stable name for programs.
    #[schema(value_type = ProviderSlug)]
    pub slug: String,
    /// The name that people know.
    #[schema(min_length = 1, max_length = 100, examples("HiDrive"))]
    pub name: String,
    /// The company that runs it; null where anybody may run the software.
    #[schema(required = true, max_length = 200, examples("STRATO GmbH, IONOS SE"))]
    pub operator: Option<String>,
    /// Where that company has its seat.
    #[schema(required = true)]
    pub operator_country: Option<CountryCode>,
    /// Whether that seat is in the EU, the EEA or Switzerland; null: not known. Whether a country elsewhere or a
    /// certified company counts as adequate is not said.
    #[schema(required = true, examples(true))]
    pub in_eu_eea_or_ch: Option<bool>,
    /// Where the bytes are kept.
    pub storage_region: StorageRegion,
    /// Whether a data-processing agreement is offered.
    pub dpa: DpaOffer,
    /// After how many days a link ends when its sender chose nothing; null: never, or not known.
    #[schema(required = true, minimum = 1, maximum = 3650, examples(7))]
    pub default_lifetime_days: Option<u16>,
    /// The day on which these facts were last gone over.
    pub as_of: Date,
}

impl From<&Provider> for ShareProvider {
    fn from(provider: &Provider) -> Self {
        Self {
            id: provider.slug.to_owned(),
            slug: provider.slug.to_owned(),
            name: provider.name.to_owned(),
            operator: provider.operator.map(str::to_owned),
            operator_country: provider.operator_country.and_then(|country| country.parse().ok()),
            in_eu_eea_or_ch: provider.in_eu_eea_or_ch(),
            storage_region: provider.storage_region,
            dpa: provider.dpa,
            default_lifetime_days: provider.default_lifetime_days,
            as_of: AS_OF,
        }
    }
}

#[cfg(test)]
mod tests;
