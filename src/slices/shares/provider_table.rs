//! The table of providers, as data. What was not certain when the rows were last gone over stays unknown; who goes
//! over them again moves the date.

use super::providers::{DpaOffer, PathShape, Provider, StorageRegion};
use crate::kernel::Date;
use chrono::NaiveDate;

/// The day on which the rows were last gone over.
pub(super) const AS_OF: Date = Date(NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day of the calendar"));

/// A row of which nothing is known: each provider states only what is certain.
const UNKNOWN: Provider = Provider {
    slug: "",
    name: "",
    operator: None,
    operator_country: None,
    storage_region: StorageRegion::Unknown,
    dpa: DpaOffer::Unknown,
    default_lifetime_days: None,
    fragment_is_key: None,
    domains: &[],
    path_shape: None,
    idle_parameters: &[],
};

/// Every provider known by name or by the shape of its links.
pub(super) static PROVIDERS: &[Provider] = &[
    Provider {
        slug: "dropbox",
        name: "Dropbox",
        operator: Some("Dropbox, Inc."),
        operator_country: Some("US"),
        storage_region: StorageRegion::Varies,
        dpa: DpaOffer::BusinessPlans,
        domains: &["dropbox.com", "dropboxusercontent.com", "db.tt"],
        idle_parameters: &[("dl", Some("0"))],
        ..UNKNOWN
    },
    Provider {
        slug: "wetransfer",
        name: "WeTransfer",
        operator: Some("WeTransfer B.V."),
        operator_country: Some("NL"),
        // Uploads from the EU stay there, others go to the United States.
        storage_region: StorageRegion::Varies,
        dpa: DpaOffer::Offered,
        default_lifetime_days: Some(3),
        domains: &["wetransfer.com", "we.tl"],
        ..UNKNOWN
    },
    Provider {
        slug: "box",
        name: "Box",
        operator: Some("Box, Inc."),
        operator_country: Some("US"),
        storage_region: StorageRegion::Varies,
        dpa: DpaOffer::BusinessPlans,
        domains: &["box.com", "boxcloud.com"],
        ..UNKNOWN
    },
    Provider { slug: "nextcloud", name: "Nextcloud", path_shape: Some(PathShape::Nextcloud), ..UNKNOWN },
    Provider {
        slug: "google_drive",
        name: "Google Drive",
        operator: Some("Google LLC"),
        operator_country: Some("US"),
        storage_region: StorageRegion::Varies,
        dpa: DpaOffer::BusinessPlans,
        // A place inside a document (`#gid=0`, `#heading=…`).
        fragment_is_key: Some(false),
        domains: &["drive.google.com", "docs.google.com", "drive.usercontent.google.com"],
        idle_parameters: &[("usp", None)],
        ..UNKNOWN
    },
    Provider {
        slug: "onedrive",
        name: "OneDrive / SharePoint",
        operator: Some("Microsoft Corporation"),
        operator_country: Some("US"),
        storage_region: StorageRegion::Varies,
        dpa: DpaOffer::BusinessPlans,
        domains: &["onedrive.live.com", "onedrive.com", "1drv.ms", "sharepoint.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "icloud",
        name: "iCloud Drive",
        operator: Some("Apple Inc."),
        operator_country: Some("US"),
        // The file's name; the token stands in the path.
        fragment_is_key: Some(false),
        domains: &["icloud.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "proton_drive",
        name: "Proton Drive",
        operator: Some("Proton AG"),
        operator_country: Some("CH"),
        storage_region: StorageRegion::EuCh,
        dpa: DpaOffer::BusinessPlans,
        fragment_is_key: Some(true),
        domains: &["drive.proton.me"],
        ..UNKNOWN
    },
    Provider {
        slug: "tresorit",
        name: "Tresorit",
        operator: Some("Tresorit AG"),
        operator_country: Some("CH"),
        storage_region: StorageRegion::Chosen,
        dpa: DpaOffer::BusinessPlans,
        default_lifetime_days: Some(30),
        fragment_is_key: Some(true),
        domains: &["tresorit.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "mega",
        name: "MEGA",
        operator: Some("Mega Limited"),
        operator_country: Some("NZ"),
        storage_region: StorageRegion::Varies,
        fragment_is_key: Some(true),
        domains: &["mega.nz", "mega.io", "mega.app", "mega.co.nz"],
        ..UNKNOWN
    },
    Provider {
        slug: "swisstransfer",
        name: "SwissTransfer",
        operator: Some("Infomaniak Network SA"),
        operator_country: Some("CH"),
        storage_region: StorageRegion::Ch,
        default_lifetime_days: Some(30),
        domains: &["swisstransfer.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "smash",
        name: "Smash",
        operator: Some("SMASH & CO"),
        operator_country: Some("FR"),
        default_lifetime_days: Some(7),
        domains: &["fromsmash.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "thunderbird_send",
        name: "Thunderbird Send",
        operator: Some("MZLA Technologies Corporation"),
        operator_country: Some("US"),
        default_lifetime_days: Some(15),
        fragment_is_key: Some(true),
        domains: &["send.tb.pro"],
        ..UNKNOWN
    },
    Provider {
        slug: "send",
        name: "Send",
        fragment_is_key: Some(true),
        path_shape: Some(PathShape::Send),
        ..UNKNOWN
    },
    Provider {
        slug: "lufi",
        name: "Lufi",
        fragment_is_key: Some(true),
        path_shape: Some(PathShape::Lufi),
        ..UNKNOWN
    },
    Provider {
        slug: "hidrive",
        name: "HiDrive",
        operator: Some("STRATO GmbH, IONOS SE"),
        operator_country: Some("DE"),
        storage_region: StorageRegion::Eu,
        dpa: DpaOffer::Offered,
        domains: &["hidrive.com", "hidrive.strato.com", "hidrive.ionos.com"],
        ..UNKNOWN
    },
    Provider {
        slug: "magentacloud",
        name: "MagentaCLOUD",
        operator: Some("Telekom Deutschland GmbH"),
        operator_country: Some("DE"),
        storage_region: StorageRegion::Eu,
        domains: &["magentacloud.de"],
        ..UNKNOWN
    },
];
