//! The kinds of businesses that a virtual assistant works for, and the work that each of them hands over.

/// A kind of business. In its name `{S}` stands for a surname, `{F}` for a first name, `{T}` for a town.
pub struct Trade {
    pub name: &'static str,
    pub legal_name: Option<&'static str>,
    /// What it is in law, as the API calls it.
    pub kind: &'static str,
    pub function: &'static str,
    pub tags: &'static [&'static str],
    pub note: &'static str,
    /// What it hands over, beside what everybody does.
    pub tasks: &'static [Template],
    /// What is noted as worked time, with its service.
    pub works: &'static [(&'static str, &'static str)],
}

/// A piece of work: title (`{M}` is a month), area and points.
pub struct Template {
    pub title: &'static str,
    pub area: &'static str,
    pub points: &'static [&'static str],
}

const fn task(title: &'static str, area: &'static str, points: &'static [&'static str]) -> Template {
    Template { title, area, points }
}

pub const TRADES: &[Trade] = &[
    Trade {
        name: "Tischlerei {S}",
        legal_name: None,
        kind: "sole_trader",
        function: "Inhaberin",
        tags: &["handwerk", "stammkunde"],
        note: "Ruft am liebsten vor acht aus der Werkstatt an.",
        tasks: &[
            task(
                "Angebot für Einbauküche schreiben",
                "Allgemein",
                &["Aufmaß anfordern", "Holzpreise prüfen", "Angebot als PDF senden"],
            ),
            task(
                "Gesellenstück-Fotos auf die Website stellen",
                "Marketing",
                &["Bilder zuschneiden", "Texte schreiben"],
            ),
            task(
                "Stundenzettel der Gesellen für {M} erfassen",
                "Personal",
                &["Zettel einsammeln", "Abgleich mit Baustellen"],
            ),
        ],
        works: &[
            ("Angebot nach Aufmaß geschrieben", "Angebote"),
            ("Liefertermine mit dem Holzhandel abgestimmt", "Einkauf"),
            ("Stundenzettel der Gesellen übertragen", "Personal"),
        ],
    },
    Trade {
        name: "Kanzlei {S} & Partner",
        legal_name: Some("{S} & Partner Rechtsanwälte PartG mbB"),
        kind: "company",
        function: "Rechtsanwältin",
        tags: &["kanzlei", "vertraulich"],
        note: "Verschwiegenheitserklärung liegt vor; Aktenzeichen immer angeben.",
        tasks: &[
            task("Fristenliste für {M} prüfen", "Allgemein", &["Kalender abgleichen", "Vorfristen eintragen"]),
            task(
                "Diktate der Woche schreiben",
                "Allgemein",
                &["Diktate laden", "Schriftsätze schreiben", "Zur Freigabe vorlegen"],
            ),
            task(
                "Honorarrechnungen für {M} vorbereiten",
                "Buchhaltung",
                &["Zeiten je Akte prüfen", "Entwürfe anlegen"],
            ),
        ],
        works: &[
            ("Schriftsatz nach Diktat geschrieben", "Schreibdienst"),
            ("Fristen eingetragen und Vorfristen geprüft", "Fristenkontrolle"),
            ("Mandantentermine abgestimmt", "Terminplanung"),
        ],
    },
    Trade {
        name: "Zahnarztpraxis Dr. {S}",
        legal_name: None,
        kind: "sole_trader",
        function: "Praxisleitung",
        tags: &["praxis", "datenschutz"],
        note: "Keine Patientendaten per E-Mail, nur über das Praxis-Laufwerk.",
        tasks: &[
            task(
                "Recall-Briefe für {M} versenden",
                "Allgemein",
                &["Liste aus der Praxissoftware", "Serienbrief drucken", "Versand bestätigen"],
            ),
            task("Dienstplan für {M} aufstellen", "Personal", &["Urlaube abfragen", "Plan abstimmen"]),
            task("Bewertungen im Netz beantworten", "Marketing", &[]),
        ],
        works: &[
            ("Recall-Termine telefonisch vereinbart", "Telefonservice"),
            ("Heil- und Kostenpläne nachgefasst", "Abrechnungsvorbereitung"),
            ("Materialbestellung abgeglichen", "Einkauf"),
        ],
    },
    Trade {
        name: "Förderverein Stadtbibliothek {T} e. V.",
        legal_name: None,
        kind: "association",
        function: "Kassenwart",
        tags: &["verein", "gemeinnützig"],
        note: "Beschlüsse brauchen die Unterschrift von zwei Vorständen.",
        tasks: &[
            task(
                "Mitgliederversammlung vorbereiten",
                "Allgemein",
                &["Einladung mit Tagesordnung", "Raum buchen", "Protokollvorlage"],
            ),
            task(
                "Spendenbescheinigungen ausstellen",
                "Buchhaltung",
                &["Spendenliste prüfen", "Bescheinigungen drucken"],
            ),
            task(
                "Beiträge für {M} einziehen",
                "Buchhaltung",
                &["SEPA-Datei erzeugen", "Rücklastschriften klären"],
            ),
        ],
        works: &[
            ("Mitgliederliste gepflegt und Beiträge abgeglichen", "Mitgliederverwaltung"),
            ("Protokoll der Vorstandssitzung geschrieben", "Schreibdienst"),
            ("Lesung mit der Autorin abgestimmt", "Veranstaltungen"),
        ],
    },
    Trade {
        name: "{F} {S} Coaching",
        legal_name: None,
        kind: "sole_trader",
        function: "Coach",
        tags: &["coaching", "online"],
        note: "Sprachnachrichten bitte als Aufgaben anlegen.",
        tasks: &[
            task("Newsletter {M} schreiben", "Marketing", &["Thema abstimmen", "Text setzen", "Testversand"]),
            task("Seminarunterlagen aktualisieren", "Allgemein", &["Folien prüfen", "Handout drucken lassen"]),
            task(
                "Teilnehmerliste für den Workshop führen",
                "Allgemein",
                &["Anmeldungen bestätigen", "Rechnungen anstoßen"],
            ),
        ],
        works: &[
            ("Newsletter gesetzt und verschickt", "Marketing"),
            ("Workshop-Anmeldungen bestätigt", "Veranstaltungen"),
            ("Podcast-Folge hochgeladen und betextet", "Marketing"),
        ],
    },
    Trade {
        name: "Elektro {S} GmbH",
        legal_name: Some("Elektro {S} Gebäudetechnik GmbH"),
        kind: "company",
        function: "Geschäftsführer",
        tags: &["handwerk", "notdienst"],
        note: "Notdienst-Anrufe sofort auf das Diensthandy durchstellen.",
        tasks: &[
            task(
                "Wartungsverträge für {M} anschreiben",
                "Allgemein",
                &["Liste der Anlagen", "Terminvorschläge senden"],
            ),
            task("Azubi-Anzeige veröffentlichen", "Personal", &["Text abstimmen", "Portale buchen"]),
            task(
                "Eingangsrechnungen {M} sortieren",
                "Buchhaltung",
                &["Belege einscannen", "Den Aufträgen zuordnen", "An die Steuerberatung senden"],
            ),
        ],
        works: &[
            ("Wartungstermine mit Hausverwaltungen vereinbart", "Terminplanung"),
            ("Eingangsrechnungen den Aufträgen zugeordnet", "Vorbereitende Buchhaltung"),
            ("Aufmaßblätter digitalisiert", "Ablage"),
        ],
    },
    Trade {
        name: "Hausverwaltung {S}",
        legal_name: None,
        kind: "company",
        function: "Verwalterin",
        tags: &["immobilien"],
        note: "Mieteranfragen zuerst im Vorgangsbuch suchen.",
        tasks: &[
            task(
                "Eigentümerversammlung einladen",
                "Allgemein",
                &["Beschlussvorlagen", "Einladungen versenden", "Rückmeldungen zählen"],
            ),
            task("Nebenkostenabrechnung vorbereiten", "Buchhaltung", &["Zählerstände prüfen", "Belege zuordnen"]),
            task("Handwerker für den Aufzug beauftragen", "Allgemein", &[]),
        ],
        works: &[
            ("Mieteranfragen beantwortet", "Korrespondenz"),
            ("Handwerkertermine koordiniert", "Terminplanung"),
            ("Zählerstände erfasst", "Datenpflege"),
        ],
    },
    Trade {
        name: "Architekturbüro {S}",
        legal_name: Some("{S} Architekten GmbH"),
        kind: "company",
        function: "Architekt",
        tags: &["planung", "projekt"],
        note: "Pläne nur in der freigegebenen Fassung verschicken.",
        tasks: &[
            task(
                "Ausschreibung Rohbau zusammenstellen",
                "Allgemein",
                &["Leistungsverzeichnis formatieren", "Bieterliste", "Versand über die Plattform"],
            ),
            task("Reise zur Baustellenbegehung buchen", "Reisen", &["Bahn", "Hotel", "Termin bestätigen"]),
            task("Wettbewerbsmappe gestalten", "Marketing", &["Bilder auswählen", "Satz", "Druck beauftragen"]),
        ],
        works: &[
            ("Bieteranfragen beantwortet", "Korrespondenz"),
            ("Baubesprechung protokolliert", "Schreibdienst"),
            ("Reise zur Baustelle gebucht", "Reiseplanung"),
        ],
    },
    Trade {
        name: "Physiotherapie {S}",
        legal_name: None,
        kind: "sole_trader",
        function: "Inhaber",
        tags: &["praxis"],
        note: "Termine nie in die Mittagspause legen.",
        tasks: &[
            task(
                "Rezepte für {M} zur Abrechnung geben",
                "Buchhaltung",
                &["Vollständigkeit prüfen", "Fehlende Unterschriften einholen"],
            ),
            task("Kursplan für {M} veröffentlichen", "Marketing", &["Räume prüfen", "Website ändern"]),
            task("Vertretung für den Urlaub suchen", "Personal", &[]),
        ],
        works: &[
            ("Terminabsagen nachbesetzt", "Telefonservice"),
            ("Rezepte auf Vollständigkeit geprüft", "Abrechnungsvorbereitung"),
            ("Kursanmeldungen gepflegt", "Datenpflege"),
        ],
    },
    Trade {
        name: "Buchhandlung {S}",
        legal_name: None,
        kind: "sole_trader",
        function: "Buchhändlerin",
        tags: &["einzelhandel", "saison"],
        note: "Im Dezember täglich eine Stunde mehr einplanen.",
        tasks: &[
            task("Schaufenster-Aktion {M} bewerben", "Marketing", &["Plakat", "Beitrag für die Zeitung"]),
            task("Schulbuchbestellungen abgleichen", "Allgemein", &["Listen der Schulen", "Fehlmengen melden"]),
            task("Kassenberichte {M} prüfen", "Buchhaltung", &["Tagesabschlüsse", "Differenzen klären"]),
        ],
        works: &[
            ("Remissionen angemeldet", "Einkauf"),
            ("Lesungsplakat gestaltet", "Marketing"),
            ("Kassenberichte geprüft", "Vorbereitende Buchhaltung"),
        ],
    },
    Trade {
        name: "Weingut {S}",
        legal_name: Some("Weingut {S} GbR"),
        kind: "company",
        function: "Winzer",
        tags: &["versand", "saison"],
        note: "Während der Lese nur mittags erreichbar.",
        tasks: &[
            task("Preisliste {M} an Händler senden", "Marketing", &["Preise abstimmen", "Verteiler prüfen"]),
            task("Messestand buchen", "Reisen", &["Standplan", "Unterkunft", "Anlieferung"]),
            task("Offene Posten mahnen", "Buchhaltung", &["Liste ziehen", "Erinnerungen senden"]),
        ],
        works: &[
            ("Bestellungen erfasst und Versand angestoßen", "Auftragsabwicklung"),
            ("Offene Posten nachgefasst", "Mahnwesen"),
            ("Messeunterlagen zusammengestellt", "Veranstaltungen"),
        ],
    },
    Trade {
        name: "Familie {S}",
        legal_name: None,
        kind: "private",
        function: "Ansprechpartnerin",
        tags: &["privat"],
        note: "Unterlagen liegen im Ordner „Haus“.",
        tasks: &[
            task("Pflegeantrag vorbereiten", "Allgemein", &["Formulare ausfüllen", "Unterlagen beilegen"]),
            task("Ferienreise planen", "Reisen", &["Zug", "Wohnung", "Versicherung"]),
            task("Beihilfe für {M} einreichen", "Buchhaltung", &["Rechnungen sammeln", "Antrag absenden"]),
        ],
        works: &[
            ("Formulare ausgefüllt und abgeschickt", "Korrespondenz"),
            ("Arzttermine koordiniert", "Terminplanung"),
            ("Belege für die Beihilfe sortiert", "Ablage"),
        ],
    },
];

/// What everybody hands over.
pub const EVERYBODYS_TASKS: &[Template] = &[
    task(
        "Belege für {M} sortieren",
        "Buchhaltung",
        &["Belege einscannen", "Nach Datum ordnen", "An die Steuerberatung senden"],
    ),
    task("Posteingang der Woche bearbeiten", "Allgemein", &["Dringendes melden", "Ablegen"]),
    task("Besprechung protokollieren", "Allgemein", &["Entwurf", "Freigabe", "Versand"]),
    task("Dienstreise im {M} buchen", "Reisen", &["Bahn", "Hotel", "Kostenstelle notieren"]),
    task("Beitrag für die Website {M}", "Marketing", &["Entwurf", "Bild", "Veröffentlichen"]),
    task("Bewerbungen sichten", "Personal", &["Eingang bestätigen", "Vorauswahl"]),
    task("Adressbestand bereinigen", "Allgemein", &["Dubletten", "Rückläufer"]),
];

/// What is done for everybody.
pub const EVERYBODYS_WORKS: &[(&str, &str)] = &[
    ("Posteingang bearbeitet und Rückfragen geklärt", "Korrespondenz"),
    ("Telefonate entgegengenommen, Rückrufliste geführt", "Telefonservice"),
    ("Belege eingescannt und sortiert", "Vorbereitende Buchhaltung"),
    ("Termine abgestimmt und Kalender gepflegt", "Terminplanung"),
    ("Unterlagen abgelegt", "Ablage"),
    ("Wochenbesprechung mit Protokoll", "Besprechung"),
];

pub const QUESTIONS: &[&str] = &[
    "Welche Fassung soll verschickt werden?",
    "Mir fehlt noch die Rechnung vom 12.; können Sie sie hochladen?",
    "Passt Dienstag um zehn, oder lieber nachmittags?",
    "Soll die Buchung auf die Firma oder auf Sie lauten?",
];

pub const ANSWERS: &[&str] = &[
    "Bitte die zweite Fassung nehmen.",
    "Ist hochgeladen, danke für die Erinnerung.",
    "Dienstag passt.",
    "Auf die Firma bitte.",
];

pub const REASONS: &[&str] = &[
    "Hat sich erledigt.",
    "Das übernimmt die Steuerberatung.",
    "Bitte die Anrede ändern.",
    "Der Termin wurde abgesagt.",
];

pub const REMARKS: &[&str] = &[
    "Die Unterlagen liegen im **roten** Ordner.",
    "Habe ich angefangen, die zweite Hälfte folgt morgen.",
    "Rückruf ist vereinbart.",
    "Die Vorlage vom letzten Mal passt wieder.",
    "Bitte vor dem Versand noch einmal ansehen.",
];
