//! The catalogue of codes: append-only, each with its status and its texts in English and German.
//! Served at `/docs/problems` and as enums in the document.

macro_rules! codes {
    ($($variant:ident $status:literal $code:literal { $title:literal, $detail:literal; $titel:literal, $text:literal })+) => {
        crate::kernel::open_choice! {
            /// The stable code of a problem.
            pub enum Code { $($variant = $code),+ }
        }

        impl Code {
            /// The HTTP status that the code answers with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The kind of problem in a few words.
            pub const fn title(self, german: bool) -> &'static str {
                match self { $(Self::$variant => if german { $titel } else { $title }),+ }
            }

            /// The sentence that says what to do, with `{places}` for values.
            pub const fn detail(self, german: bool) -> &'static str {
                match self { $(Self::$variant => if german { $text } else { $detail }),+ }
            }
        }
    };
}

macro_rules! fault_codes {
    ($($variant:ident $code:literal { $detail:literal; $text:literal })+) => {
        crate::kernel::open_choice! {
            /// The stable code of one fault in a body.
            pub enum FaultCode { $($variant = $code),+ }
        }

        impl FaultCode {
            /// The sentence that says what is right instead, with `{places}` for values.
            pub const fn detail(self, german: bool) -> &'static str {
                match self { $(Self::$variant => if german { $text } else { $detail }),+ }
            }
        }
    };
}

codes! {
    InvalidJson 400 "invalid_json" {
        "Invalid JSON", "The body cannot be read as JSON: {reason}. Send one JSON object in UTF-8.";
        "Ungültiges JSON", "Der Inhalt ist nicht als JSON lesbar: {reason}. Senden Sie ein JSON-Objekt in UTF-8." }
    InvalidParameter 400 "invalid_parameter" {
        "Invalid parameter", "The parameter '{name}' is not valid: {reason}";
        "Ungültiger Parameter", "Der Parameter '{name}' ist ungültig: {reason}" }
    InvalidHeader 400 "invalid_header" {
        "Invalid header", "The header {name} is not valid: {reason}";
        "Ungültige Kopfzeile", "Die Kopfzeile {name} ist ungültig: {reason}" }
    InvalidCursor 400 "invalid_cursor" {
        "Invalid cursor", "The cursor does not belong to this list, filter and sort order. Start again without it.";
        "Ungültiger Cursor", "Der Cursor gehört nicht zu dieser Liste, diesem Filter und dieser Sortierung. Beginnen Sie ohne ihn." }
    BadRequest 400 "bad_request" {
        "Bad request", "The request cannot be understood. Check its form against the documentation.";
        "Unverständliche Anfrage", "Die Anfrage ist nicht verständlich. Prüfen Sie ihre Form anhand der Dokumentation." }
    Unauthenticated 401 "unauthenticated" {
        "Not logged in", "Send an access token or API key as 'Authorization: Bearer …'.";
        "Nicht angemeldet", "Senden Sie ein Zugangs-Token oder einen API-Schlüssel als 'Authorization: Bearer …'." }
    InvalidToken 401 "invalid_token" {
        "Invalid token", "The token is not valid, has expired or was revoked. Refresh it or log in again.";
        "Ungültiges Token", "Das Token ist ungültig, abgelaufen oder widerrufen. Erneuern Sie es oder melden Sie sich neu an." }
    InvalidCredentials 401 "invalid_credentials" {
        "Wrong e-mail or password", "E-mail address and password do not belong together.";
        "E-Mail oder Passwort falsch", "E-Mail-Adresse und Passwort gehören nicht zusammen." }
    Forbidden 403 "forbidden" {
        "Not allowed", "Your role may not do this. {who} may.";
        "Nicht erlaubt", "Ihre Rolle darf das nicht. Erlaubt ist es: {who}." }
    InsufficientScope 403 "insufficient_scope" {
        "Scope missing", "This needs the scope '{scope}', which the API key does not have.";
        "Berechtigung fehlt", "Dafür braucht der API-Schlüssel die Berechtigung '{scope}'." }
    RegistrationClosed 403 "registration_closed" {
        "Registration closed", "New workspaces cannot be registered here. Ask for an invitation.";
        "Registrierung geschlossen", "Hier können keine neuen Arbeitsbereiche registriert werden. Bitten Sie um eine Einladung." }
    NotFound 404 "not_found" {
        "Not found", "There is nothing at this address for you. Check the path and the id.";
        "Nicht gefunden", "Unter dieser Adresse ist nichts für Sie. Prüfen Sie Pfad und Id." }
    MethodNotAllowed 405 "method_not_allowed" {
        "Method not allowed", "This address does not know the method. Allowed: {allow}.";
        "Methode nicht erlaubt", "Diese Adresse kennt die Methode nicht. Erlaubt: {allow}." }
    RequestTimeout 408 "request_timeout" {
        "Request too slow", "The body did not arrive in time. Send it within {seconds} seconds.";
        "Anfrage zu langsam", "Der Inhalt kam nicht rechtzeitig an. Senden Sie ihn innerhalb von {seconds} Sekunden." }
    Conflict 409 "conflict" {
        "Conflict", "The request contradicts what is stored. Read the current state and decide again.";
        "Konflikt", "Die Anfrage widerspricht dem gespeicherten Stand. Lesen Sie ihn und entscheiden Sie neu." }
    EmailTaken 409 "email_taken" {
        "Address in use", "There is already an account with this e-mail address. Log in, or reset the password.";
        "Adresse vergeben", "Zu dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich an oder setzen Sie das Passwort zurück." }
    ActionNotAllowed 409 "action_not_allowed" {
        "Not possible now", "'{action}' is not possible while the status is '{status}'.";
        "Jetzt nicht möglich", "'{action}' ist im Status '{status}' nicht möglich." }
    NotAnAssistant 409 "not_an_assistant" {
        "Not an assistant", "Only an assistant can be the owner, and this member is a client. Choose another member.";
        "Keine Assistentin", "Nur eine Assistentin kann Inhaberin sein; dieses Mitglied ist ein Kunde. Wählen Sie ein anderes." }
    ClientArchived 409 "client_archived" {
        "Client archived", "The client is archived: no new work. Unarchive it first.";
        "Kunde archiviert", "Der Kunde ist archiviert: keine neue Arbeit. Holen Sie ihn zuerst zurück." }
    HasDependents 409 "has_dependents" {
        "Still in use", "It cannot be deleted while other records depend on it: see blocked_by. Delete those first, or archive it where its allowed_actions say so.";
        "Noch in Gebrauch", "Löschen geht nicht, solange anderes davon abhängt: siehe blocked_by. Löschen Sie das zuerst, oder archivieren Sie, wo allowed_actions es erlaubt." }
    DuplicateExternalRef 409 "duplicate_external_ref" {
        "Reference in use", "Another record already has this external_ref in this external_source: see conflicts.";
        "Referenz vergeben", "Ein anderer Datensatz hat diese external_ref in dieser external_source schon: siehe conflicts." }
    CurrencyFixed 409 "currency_fixed" {
        "Currency fixed", "The currency cannot change once money-bearing records exist: see blocked_by.";
        "Währung fest", "Die Währung ist fest, sobald es Datensätze mit Beträgen gibt: siehe blocked_by." }
    LastOwner 409 "last_owner" {
        "Owner needed", "A workspace needs its owner. Hand over ownership first.";
        "Inhaber nötig", "Ein Arbeitsbereich braucht seinen Inhaber. Übergeben Sie zuerst die Inhaberschaft." }
    AlreadyMember 409 "already_member" {
        "Already a member", "This person is already a member of the workspace.";
        "Schon Mitglied", "Diese Person ist schon Mitglied des Arbeitsbereichs." }
    InvitationClosed 410 "invitation_closed" {
        "Invitation closed", "This invitation was {reason}. Ask for a new one.";
        "Einladung geschlossen", "Diese Einladung gilt nicht mehr ({reason}). Bitten Sie um eine neue." }
    TokenExpired 410 "token_expired" {
        "Link no longer valid", "This link has been used or has expired. Ask for a new one.";
        "Link nicht mehr gültig", "Dieser Link wurde benutzt oder ist abgelaufen. Fordern Sie einen neuen an." }
    SyncExpired 410 "sync_expired" {
        "Too long ago", "Deleted records are kept for 90 days; updated_since is older. Read the whole list again.";
        "Zu lange her", "Gelöschtes wird 90 Tage behalten; updated_since liegt davor. Lesen Sie die ganze Liste neu." }
    PreconditionFailed 412 "precondition_failed" {
        "Changed meanwhile", "Somebody changed it meanwhile. Read it again and repeat with the new ETag.";
        "Inzwischen geändert", "Inzwischen wurde es geändert. Lesen Sie neu und wiederholen Sie mit dem neuen ETag." }
    ContentTooLarge 413 "content_too_large" {
        "Too large", "The body may have at most {max} bytes.";
        "Zu groß", "Der Inhalt darf höchstens {max} Bytes haben." }
    UriTooLong 414 "uri_too_long" {
        "Address too long", "The address may have at most {max} characters.";
        "Adresse zu lang", "Die Adresse darf höchstens {max} Zeichen haben." }
    UnsupportedMediaType 415 "unsupported_media_type" {
        "Wrong content type", "Send the body as {expected}.";
        "Falscher Inhaltstyp", "Senden Sie den Inhalt als {expected}." }
    ValidationFailed 422 "validation_failed" {
        "Not valid", "The body was understood, but some of it is not valid. See errors for every fault.";
        "Nicht gültig", "Der Inhalt wurde verstanden, aber nicht alles darin ist gültig. Alle Fehler stehen in errors." }
    IdempotencyKeyReused 422 "idempotency_key_reused" {
        "Key used for another request", "This Idempotency-Key was used with another body or query. Use a new key for a new request.";
        "Schlüssel schon verwendet", "Dieser Idempotency-Key wurde mit anderem Inhalt verwendet. Nehmen Sie für eine neue Anfrage einen neuen." }
    PreconditionRequired 428 "precondition_required" {
        "If-Match needed", "Send If-Match with the ETag of what you saw, so that you agree to exactly that.";
        "If-Match nötig", "Senden Sie If-Match mit dem ETag dessen, was Sie gesehen haben, damit Sie genau dem zustimmen." }
    TooManyRequests 429 "too_many_requests" {
        "Too many requests", "The limit is reached. Try again after {seconds} seconds.";
        "Zu viele Anfragen", "Das Limit ist erreicht. Versuchen Sie es nach {seconds} Sekunden wieder." }
    HeaderTooLarge 431 "header_too_large" {
        "Headers too large", "All headers together may have at most {max} bytes.";
        "Kopfzeilen zu groß", "Alle Kopfzeilen zusammen dürfen höchstens {max} Bytes haben." }
    InternalError 500 "internal_error" {
        "Our fault", "Something went wrong on our side. Try again, and tell us the request_id if it stays.";
        "Unser Fehler", "Bei uns ist etwas schiefgegangen. Versuchen Sie es erneut und nennen Sie uns die request_id, wenn es bleibt." }
    Unavailable 503 "unavailable" {
        "Not available now", "The service cannot answer at the moment. Try again after {seconds} seconds.";
        "Zurzeit nicht verfügbar", "Der Dienst kann gerade nicht antworten. Versuchen Sie es nach {seconds} Sekunden wieder." }
    StorageFull 507 "storage_full" {
        "Storage full", "There is no room to store this. Nothing was changed; reading goes on.";
        "Speicher voll", "Es ist kein Platz zum Speichern. Nichts wurde geändert; Lesen geht weiter." }
    ExportTooLarge 422 "export_too_large" {
        "Export too large", "The export would have more than {max} bytes. Narrow the filter, for example to fewer dates.";
        "Export zu groß", "Der Export hätte mehr als {max} Bytes. Engen Sie den Filter ein, zum Beispiel auf weniger Tage." }
    TimeEntryOverlaps 409 "time_entry_overlaps" {
        "Times overlap", "Other entries of this member lie in the same time: see conflicts. Correct the times or allow overlaps in the workspace.";
        "Zeiten überschneiden sich", "Andere Einträge dieses Mitglieds liegen in derselben Zeit: siehe conflicts. Berichtigen Sie die Zeiten oder erlauben Sie Überschneidungen im Arbeitsbereich." }
    TimerRunning 409 "timer_running" {
        "Timer already running", "A timer is already running or paused: see current. Stop it first, or start with if_running=stop.";
        "Uhr läuft schon", "Es läuft oder pausiert schon eine Uhr: siehe current. Halten Sie sie zuerst an oder starten Sie mit if_running=stop." }
    TimeEntryLocked 409 "time_entry_locked" {
        "Entry locked", "'{action}' is not possible while the entry is locked: see lock_reason. Correct it with a new entry.";
        "Eintrag gesperrt", "'{action}' ist nicht möglich, solange der Eintrag gesperrt ist: siehe lock_reason. Berichtigen Sie mit einem neuen Eintrag." }
    EngagementNotActive 409 "engagement_not_active" {
        "Engagement not active", "The engagement takes no work on that day: it is '{status}', or was paused then. Work can be noted and corrected up to last_open_on, where that names a day; a timer and later work need an active engagement.";
        "Auftrag nicht aktiv", "Der Auftrag nimmt an dem Tag keine Arbeit an: er ist '{status}', oder er ruhte da. Arbeit lässt sich bis last_open_on notieren und berichtigen, wenn dort ein Tag steht; eine Uhr und spätere Arbeit brauchen einen aktiven Auftrag." }
    NoTimer 409 "no_timer" {
        "No timer", "No timer of yours runs or is paused. Start one.";
        "Keine Uhr", "Bei Ihnen läuft oder pausiert keine Uhr. Starten Sie eine." }
    NotApplied 424 "not_applied" {
        "Not applied", "Another operation of this atomic request was refused, so nothing was stored. Correct that one and send all again.";
        "Nicht ausgeführt", "Ein anderer Vorgang dieser unteilbaren Anfrage wurde abgelehnt; nichts wurde gespeichert. Berichtigen Sie ihn und senden Sie alle noch einmal." }
    TermsFixed 409 "terms_fixed" {
        "Terms proposed or agreed", "While the status is '{status}' these members are fixed: see fixed. A proposal can be withdrawn first; for a running engagement, new terms can be proposed from a date on.";
        "Konditionen vorgelegt oder vereinbart", "Im Status '{status}' stehen diese Angaben fest: siehe fixed. Ein Vorschlag lässt sich erst zurückziehen; einem laufenden Auftrag lassen sich neue Konditionen ab einem Tag vorschlagen." }
    TermsSuperseded 409 "terms_superseded" {
        "Terms overtaken", "Other terms were accepted meanwhile, so these can no longer be accepted. Decline or withdraw them, and propose new ones.";
        "Konditionen überholt", "Inzwischen wurden andere Konditionen angenommen; diese können nicht mehr angenommen werden. Lehnen Sie sie ab oder ziehen Sie sie zurück und schlagen Sie neue vor." }
    MilestoneAccepted 409 "milestone_accepted" {
        "Milestone accepted", "The milestone '{title}' was accepted since, and these terms leave it out or change its amount. Decline or withdraw them, and propose terms that keep it.";
        "Meilenstein abgenommen", "Der Meilenstein '{title}' wurde inzwischen abgenommen, und diese Konditionen lassen ihn weg oder ändern seinen Betrag. Lehnen Sie sie ab oder ziehen Sie sie zurück, und schlagen Sie Konditionen vor, die ihn behalten." }
    HasLaterEntries 409 "has_later_entries" {
        "Work after that day", "Time entries reach beyond {on}, or a timer was started after it: see conflicts. Choose a later day or correct them first. When ending, move_end=true ends the engagement on the last day of noted work.";
        "Arbeit nach diesem Tag", "Zeiteinträge reichen über den {on} hinaus, oder eine Uhr wurde danach gestartet: siehe conflicts. Wählen Sie einen späteren Tag oder berichtigen Sie sie zuerst. Beim Beenden setzt move_end=true das Ende auf den letzten Tag mit Arbeit." }
    NoticeRequired 409 "notice_required" {
        "Notice required", "The terms ask for {days} days of notice: the engagement can end on {on} at the earliest. Set ends_on to that day (PATCH), or end without respect_notice.";
        "Kündigungsfrist", "Die Konditionen verlangen {days} Tage Frist: Der Auftrag kann frühestens am {on} enden. Setzen Sie ends_on auf diesen Tag (PATCH), oder beenden Sie ihn ohne respect_notice." }
    HasEntries 409 "has_entries" {
        "Task has time entries", "{count} time entries of the task are not in that engagement: see conflicts. Say what becomes of them: entries=detach takes the task from them and leaves them where they are, entries=move moves them along.";
        "Aufgabe hat Zeiteinträge", "{count} Zeiteinträge der Aufgabe liegen nicht in diesem Auftrag: siehe conflicts. Sagen Sie, was aus ihnen wird: entries=detach löst sie von der Aufgabe und belässt sie, wo sie sind; entries=move nimmt sie mit." }
    TooManyPeriods 409 "too_many_periods" {
        "Too many periods", "The engagement has more than {most} periods, too many to account for. Choose longer periods or a later start in a new engagement.";
        "Zu viele Zeiträume", "Der Auftrag hat mehr als {most} Abrechnungszeiträume, zu viele für ein Stundenkonto. Wählen Sie in einem neuen Auftrag längere Zeiträume oder einen späteren Beginn." }
    RetainerExhausted 409 "retainer_exhausted" {
        "Package used up", "Period {seq} of the package has {left} minutes left, too few for this, and its terms allow no work beyond it. Note less, or ask the client for an extension (POST …/extensions) or offer them a block (POST …/blocks).";
        "Paket aufgebraucht", "Zeitraum {seq} des Pakets hat noch {left} Minuten übrig, dafür zu wenig, und seine Konditionen erlauben keine Arbeit darüber hinaus. Erfassen Sie weniger, bitten Sie den Kunden um eine Erweiterung (POST …/extensions) oder bieten Sie ihm einen Block an (POST …/blocks)." }
    PeriodClosed 409 "period_closed" {
        "Period closed", "The periods up to {on} are closed. Choose a day from {from} on; work that was done before can be noted late (late=true), and then counts for that day. The owner can reopen the last closed period.";
        "Zeitraum abgeschlossen", "Die Zeiträume bis {on} sind abgeschlossen. Wählen Sie einen Tag ab dem {from}; frühere Arbeit können Sie nachträglich erfassen (late=true), sie zählt dann für diesen Tag. Der Inhaber kann den zuletzt abgeschlossenen Zeitraum wieder öffnen." }
    PeriodOrder 409 "period_order" {
        "Not in this order", "Periods are closed from the first on and reopened from the last back: next is {seq}.";
        "Nicht in dieser Reihenfolge", "Zeiträume werden vom ersten an abgeschlossen und vom letzten zurück geöffnet: der nächste ist {seq}." }
    PeriodHasTimers 409 "period_has_timers" {
        "Timers of the period run", "Timers that were started up to {on} still run, and no later period is left in which their time could count: see conflicts. Stop them first.";
        "Uhren des Zeitraums laufen", "Uhren, die bis zum {on} gestartet wurden, laufen noch, und es folgt kein Zeitraum, in dem ihre Zeit zählen könnte: siehe conflicts. Halten Sie sie zuerst an." }
    NoPackage 409 "no_package" {
        "No package", "An engagement of this kind has no such hours. Choose a package or, except for extensions, an engagement by the hour.";
        "Kein Paket", "Ein Auftrag dieser Art hat keine solchen Stunden. Wählen Sie ein Paket oder, außer für Verlängerungen, einen Auftrag nach Stunden." }
    LinkClosed 410 "link_closed" {
        "Link closed", "This link is no longer valid: {reason}. Ask for a new one.";
        "Link geschlossen", "Dieser Link gilt nicht mehr: {reason}. Bitten Sie um einen neuen." }
}

fault_codes! {
    Required "required" { "This member is required."; "Diese Angabe ist nötig." }
    OneOfRequired "one_of_required" { "One of these is required: {names}."; "Eine dieser Angaben ist nötig: {names}." }
    UnknownMember "unknown_member" { "'{name}' is not a member of this object. Remove it or correct its name."; "'{name}' gibt es hier nicht. Entfernen oder berichtigen Sie es." }
    WrongType "wrong_type" { "This must be {expected}."; "Hier wird erwartet: {expected}." }
    NotNullable "not_nullable" { "This cannot be null. Leave it out to keep it as it is."; "Hier ist null nicht möglich. Lassen Sie es weg, um es zu belassen." }
    TooShort "too_short" { "This needs at least {min} characters."; "Hier sind mindestens {min} Zeichen nötig." }
    TooLong "too_long" { "This may have at most {max} characters."; "Hier sind höchstens {max} Zeichen möglich." }
    TooSmall "too_small" { "This must be at least {min}."; "Hier ist mindestens {min} nötig." }
    TooLarge "too_large" { "This may be at most {max}."; "Hier ist höchstens {max} möglich." }
    TooFew "too_few" { "This list needs at least {min} entries."; "Diese Liste braucht mindestens {min} Einträge." }
    TooMany "too_many" { "This list may have at most {max} entries."; "Diese Liste darf höchstens {max} Einträge haben." }
    Duplicate "duplicate" { "The entries of this list must differ."; "Die Einträge dieser Liste müssen verschieden sein." }
    InvalidCharacters "invalid_characters" { "This must be {form}."; "Hier wird erwartet: {form}." }
    InvalidFormat "invalid_format" { "This must be {format}."; "Hier wird erwartet: {format}." }
    UnknownValue "unknown_value" { "This must be one of: {allowed}."; "Möglich ist hier: {allowed}." }
    Invalid "invalid" { "This value is not valid here."; "Dieser Wert ist hier nicht gültig." }
    ReferenceNotFound "reference_not_found" { "There is no such record for you. Check the id."; "Diesen Datensatz gibt es für Sie nicht. Prüfen Sie die Id." }
    CommonPassword "common_password" { "This password is too common. Choose another."; "Dieses Passwort ist zu verbreitet. Wählen Sie ein anderes." }
    InThePast "in_the_past" { "This must be in the future."; "Das muss in der Zukunft liegen." }
    InTheFuture "in_the_future" { "This must not be in the future."; "Das darf nicht in der Zukunft liegen." }
    EndsBeforeStart "ends_before_start" { "The end must be after the start."; "Das Ende muss nach dem Anfang liegen." }
    NeedsOther "needs_other" { "This goes only together with '{other}'."; "Das geht nur zusammen mit '{other}'." }
    NeedsOneOf "needs_one_of" { "This goes only together with one of these: {names}."; "Das geht nur zusammen mit einer dieser Angaben: {names}." }
    NotTogether "not_together" { "This does not go together with '{other}'."; "Das geht nicht zusammen mit '{other}'." }
    TaskElsewhere "task_elsewhere" { "The task belongs to {whose}. Name a task of this engagement, or none."; "Die Aufgabe gehört zu {whose}. Nennen Sie eine Aufgabe dieses Auftrags oder keine." }
    ForeignToKind "foreign_to_kind" { "This does not belong to the kind '{kind}'. Leave it out."; "Das gehört nicht zur Art '{kind}'. Lassen Sie es weg." }
    Immutable "immutable" { "This cannot be changed afterwards."; "Das ist nachträglich nicht änderbar." }
    Retired "retired" { "The service '{kind}' ended on {on}. Use instead: {replacements}."; "Den Dienst '{kind}' gibt es seit {on} nicht mehr. Nehmen Sie: {replacements}." }
    WrongPassword "wrong_password" { "This is not the current password."; "Das ist nicht das derzeitige Passwort." }
    ScopeNotYours "scope_not_yours" { "You cannot give a scope that you do not have."; "Eine Berechtigung, die Sie nicht haben, können Sie nicht vergeben." }
    UrlWithCredentials "url_with_credentials" { "The address must not carry a user name or password before the host. Leave them out."; "Die Adresse darf vor dem Rechnernamen keinen Benutzernamen und kein Passwort tragen. Lassen Sie beides weg." }
    LocalTimeSkipped "local_time_skipped" { "The clocks in {time_zone} skip this time. The next that exists is {next}."; "Die Uhren in {time_zone} überspringen diese Zeit. Die nächste, die es gibt, ist {next}." }
    LocalTimeDoubled "local_time_doubled" { "The clocks in {time_zone} show this time twice. Add the offset of the one you mean: {offsets}."; "Die Uhren in {time_zone} zeigen diese Zeit zweimal. Fügen Sie den Abstand der gemeinten an: {offsets}." }
    OffsetMismatch "offset_mismatch" { "At this time {time_zone} has the offset {offsets}. Correct the offset or leave it out."; "Zu dieser Zeit gilt in {time_zone} der Abstand {offsets}. Berichtigen Sie den Abstand oder lassen Sie ihn weg." }
    IntervalTooLong "interval_too_long" { "From start to end there may be at most {max_seconds} seconds. Correct it or make several entries."; "Von Anfang bis Ende sind höchstens {max_seconds} Sekunden möglich. Berichtigen Sie es oder machen Sie mehrere Einträge daraus." }
    MilestonesExceedPrice "milestones_exceed_price" { "The milestones add up to {sum}, more than the price of {price} (minor units)."; "Die Meilensteine ergeben zusammen {sum}, mehr als den Preis von {price} (kleinste Währungseinheit)." }
    MilestoneAccepted "milestone_accepted" { "The milestone '{title}' was accepted: it stays in the terms, with its amount of {amount} (minor units)."; "Der Meilenstein '{title}' wurde abgenommen: Er bleibt in den Konditionen, mit seinem Betrag von {amount} (kleinste Währungseinheit)." }
    AssistantsOnly "assistants_only" { "Only assistants can set this. Leave it out."; "Das können nur Assistentinnen setzen. Lassen Sie es weg." }
    TooEarly "too_early" { "This must not be before {from}."; "Das darf nicht vor dem {from} liegen." }
    TooLate "too_late" { "This must not be after {until}."; "Das darf nicht nach dem {until} liegen." }
    TimerNotStopped "timer_not_stopped" { "The timer has not been stopped. Stop it first, or change its start only."; "Die Uhr ist noch nicht angehalten. Halten Sie sie zuerst an, oder ändern Sie nur ihren Anfang." }
    TooManyDays "too_many_days" { "The entries of one person and date are at most one day together: on {date} {left} ten-thousandths are left."; "Die Einträge einer Person ergeben an einem Datum höchstens einen Tag: am {date} sind noch {left} Zehntausendstel frei." }
    CurrencyMismatch "currency_mismatch" { "This must be the client's currency, {currency}."; "Hier ist die Währung des Kunden nötig, {currency}." }
    EntriesLater "has_later_entries" { "Work is noted after this day, first on {date} (time entry {id}). Choose a later day or correct it first."; "Nach diesem Tag ist noch Arbeit notiert, zuerst am {date} (Zeiteintrag {id}). Wählen Sie einen späteren Tag oder berichtigen Sie ihn zuerst." }
    NotZero "not_zero" { "This must not be 0."; "Das darf nicht 0 sein." }
    EntryStays "entry_stays" { "The time entry {id} of {date} cannot go there: {reason}"; "Der Zeiteintrag {id} vom {date} kann nicht dorthin: {reason}" }
    PeriodSkipped "period_skipped" { "This period lies wholly in a pause and takes no time. Choose another one."; "Dieser Zeitraum liegt ganz in einer Pause und nimmt keine Zeit auf. Wählen Sie einen anderen." }
    NotAPeriodStart "not_a_period_start" { "Billing periods can only change on the first day of one, next on {next}."; "Abrechnungszeiträume können sich nur am ersten Tag eines Zeitraums ändern, das nächste Mal am {next}." }
}
