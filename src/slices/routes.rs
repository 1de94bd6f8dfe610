//! The URL table: the whole API on one screen. Each line is one operation, registered, enforced and documented from here.

use crate::platform::auth::ScopeName::*;
use crate::platform::cx::Expansion;
use crate::platform::events::raising;
use crate::slices::accounts::api_keys::ApiKeyEvent;
use crate::slices::accounts::api_keys::api as api_keys;
use crate::slices::accounts::invitations::InvitationEvent;
use crate::slices::accounts::invitations::api as invitations;
use crate::slices::accounts::members::MemberEvent;
use crate::slices::accounts::members::api as members;
use crate::slices::accounts::sessions::api as sessions;
use crate::slices::accounts::users::api as users;
use crate::slices::accounts::workspaces::WorkspaceEvent;
use crate::slices::accounts::workspaces::api as workspaces;
use crate::slices::clients::ClientEvent;
use crate::slices::clients::channels::ChannelEvent;
use crate::slices::clients::contacts::ContactEvent;
use crate::slices::clients::{api as clients, channels::api as channels, contacts::api as contacts};
use crate::slices::docs;
use crate::slices::engagements::EngagementEvent;
use crate::slices::engagements::TermsEvent;
use crate::slices::engagements::api as engagements;
use crate::slices::events::api as events;
use crate::slices::mails;
use crate::slices::shares::ShareLinkEvent;
use crate::slices::shares::api as shares;
use crate::slices::system;
use crate::slices::tasks::TaskEvent;
use crate::slices::tasks::comments::CommentEvent;
use crate::slices::tasks::{api as tasks, comments::api as comments};
use crate::slices::time_entries::TimeEntryEvent;
use crate::slices::time_entries::api as time;
use crate::web::{Routes, delete, get, group, openapi, patch, post, put};
use serde_json::Value;

/// Every tag and what it is about.
const TAGS: &[openapi::Tag] = &[
    ("auth", "Registering, logging in, passwords, sessions."),
    ("me", "Who calls, and what she may do."),
    ("workspace", "The business itself and its settings."),
    ("members", "Who is in the workspace."),
    ("invitations", "How colleagues and clients' contacts become members."),
    ("api-keys", "What automations call with."),
    ("clients", "The businesses that the workspace works for."),
    ("contacts", "The people at a client."),
    ("channels", "The ways to reach a client."),
    ("engagements", "The agreements with clients: drafted, proposed, accepted, ended."),
    ("terms", "The dated conditions of an engagement; a change is a new version."),
    ("tasks", "Single pieces of work for a client, from request to done."),
    ("comments", "What is said about a task."),
    ("time-entries", "Work that was done: noted by hand, imported or measured."),
    ("timer", "Your own timer: at most one runs."),
    ("share-links", "Files that are handed over by an address, and who runs the place."),
    ("mails", "What was mailed for the workspace, and what became of it."),
    ("events", "What happened, in order: for polling, automations and audit."),
    ("system", "The server itself: health, keys, metrics."),
];

/// How the addresses of the API begin. What is asked for below and is not there counts as well.
pub const API: &str = "/v1/";

/// What `expand` can put into an answer anywhere, and the scope with which a key may read it.
pub const EXPANSIONS: &[Expansion] =
    &[("client", ClientsRead), ("engagement", EngagementsRead), ("task", TasksRead)];

/// Every operation.
#[rustfmt::skip]
pub fn table() -> Routes {
    [
        group("auth", [
            post("/v1/auth/register", users::register_account).about("Register an account with a workspace")
                .notes("The setting `registration` says who may: everybody, only the first, or nobody. Whoever has an account but is in no workspace any more proves herself by its password, and keeps account and name.")
                .raises(raising![WorkspaceEvent::Created, MemberEvent::Joined]).also(&[403, 409]),
            post("/v1/auth/login", users::log_in).about("Log in with e-mail address and password").also(&[401]),
            post("/v1/auth/refresh", users::refresh_session).about("Get new tokens for a refresh token")
                .notes("Each refresh token is good once; using it twice ends its session. `workspace_id` switches the workspace.").also(&[401]),
            post("/v1/auth/logout", users::log_out).about("Log out: end the session"),
            post("/v1/auth/password/forgot", users::request_password_reset).about("Have a password reset mailed")
                .notes("The answer is the same whether or not there is such an account."),
            post("/v1/auth/password/reset", users::reset_password).about("Set a new password by mailed token")
                .notes("Ends every session and every API key of the account.").raises(raising![MemberEvent::Updated, ApiKeyEvent::Revoked]).also(&[410]),
            post("/v1/auth/password/change", users::change_password).person().unrepeatable().about("Change your password")
                .notes("This session stays, every other one ends. API keys stay: revoke those that you do not know."),
            post("/v1/auth/email/confirm", users::confirm_email).about("Confirm a new e-mail address by mailed token")
                .raises(raising![MemberEvent::Updated]).also(&[409, 410]),
            get("/v1/sessions", sessions::list_sessions).person().about("List your sessions"),
            delete("/v1/sessions/{session_id}", sessions::revoke_session).person().about("End one of your sessions")
                .notes("Its access tokens fail at once.").conditional(),
        ]),
        group("me", [
            get("/v1/me", users::get_me).logged_in().about("Who calls, in which workspace, with which scopes"),
            patch("/v1/me", users::update_me).person().about("Change your name or e-mail address")
                .notes("A new address is `pending_email` until the token that is mailed to it is confirmed.")
                .conditional().raises(raising![MemberEvent::Updated]),
        ]),
        group("workspace", [
            get("/v1/workspace", workspaces::get_workspace).both(WorkspaceRead).about("Get the current workspace"),
            patch("/v1/workspace", workspaces::update_workspace).owner().about("Change the workspace's settings")
                .conditional().raises(raising![WorkspaceEvent::Updated]).also(&[409]),
            delete("/v1/workspace", workspaces::delete_workspace).owner().about("Delete the workspace")
                .notes("Nobody gets in any more, by log-in or API key.").conditional().raises(raising![WorkspaceEvent::Deleted]),
            get("/v1/workspaces", workspaces::list_workspaces).person().about("List your other workspaces"),
            post("/v1/workspaces", workspaces::create_workspace).person().about("Make one more workspace")
                .notes("Whoever owns a workspace may always; anybody else while registration is open.").raises(raising![WorkspaceEvent::Created, MemberEvent::Joined]),
            get("/v1/workspaces/{workspace_id}", workspaces::get_other_workspace).person().about("Get one of your workspaces"),
        ]),
        group("members", [
            get("/v1/members", members::list_members).both(WorkspaceRead).about("List who is in the workspace")
                .notes("A client sees the names of the assistants, and the contacts of her own client."),
            get("/v1/members/{member_id}", members::get_member).both(WorkspaceRead).about("Get a member"),
            patch("/v1/members/{member_id}", members::update_member).owner().about("Settle a member's rate")
                .conditional().raises(raising![MemberEvent::Updated]),
            delete("/v1/members/{member_id}", members::remove_member).person().about("Remove a member, or leave")
                .notes("The owner removes anybody; everybody else only herself. Her API keys and her open invitations end with it, and her timer stops.")
                .conditional().raises(raising![MemberEvent::Removed, ApiKeyEvent::Revoked, InvitationEvent::Revoked, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/members/{member_id}/make-owner", members::make_owner).owner().about("Hand over ownership")
                .notes("Whoever sends it again, also with its `Idempotency-Key`, is the owner no more (403).")
                .conditional().raises(raising![MemberEvent::Updated]),
        ]),
        group("invitations", [
            get("/v1/invitations", invitations::list_invitations).assistant(WorkspaceRead).about("List invitations"),
            post("/v1/invitations", invitations::create_invitation).assistant_in_person().about("Invite a colleague or a client's contact")
                .notes("It is mailed, and the answer holds a token to be sent by any channel. Colleagues are invited by the owner. It ends when the inviter leaves.")
                .raises(raising![InvitationEvent::Created]).also(&[409]),
            get("/v1/invitations/{invitation_id}", invitations::get_invitation).assistant(WorkspaceRead).about("Get an invitation"),
            post("/v1/invitations/{invitation_id}/revoke", invitations::revoke_invitation).assistant(WorkspaceWrite)
                .about("Revoke an invitation").conditional().raises(raising![InvitationEvent::Revoked]),
            post("/v1/invitations/accept", invitations::accept_invitation).about("Accept an invitation")
                .notes("Whoever has an account with the invited address proves herself by its password; anybody else gets one. Come with the mailed token, which shows that the address is hers.")
                .raises(raising![MemberEvent::Joined, InvitationEvent::Accepted, MemberEvent::Updated]).also(&[401, 404, 409, 410]),
        ]),
        group("api-keys", [
            get("/v1/api-keys", api_keys::list_api_keys).person().about("List API keys")
                .notes("Your own; the owner sees everybody's."),
            post("/v1/api-keys", api_keys::create_api_key).person().about("Make an API key")
                .notes("It can do no more than you can. The secret is shown only here.").raises(raising![ApiKeyEvent::Created]),
            get("/v1/api-keys/{api_key_id}", api_keys::get_api_key).person().about("Get an API key"),
            delete("/v1/api-keys/{api_key_id}", api_keys::revoke_api_key).person().about("Revoke an API key")
                .notes("It fails at once.").conditional().raises(raising![ApiKeyEvent::Revoked]),
        ]),
        group("clients", [
            get("/v1/clients", clients::list_clients).both(ClientsRead).about("List clients")
                .notes("Archived clients are left out unless `status` asks for them. A client sees herself."),
            post("/v1/clients", clients::create_client).assistant(ClientsWrite).about("Create a client")
                .raises(raising![ClientEvent::Created]).also(&[409]),
            get("/v1/clients/{client_id}", clients::get_client).both(ClientsRead).about("Get a client"),
            patch("/v1/clients/{client_id}", clients::update_client).assistant(ClientsWrite).about("Change a client")
                .conditional().raises(raising![ClientEvent::Updated]),
            delete("/v1/clients/{client_id}", clients::delete_client).assistant(ClientsWrite).about("Delete a client")
                .notes("Only without dependent records; else 409 `has_dependents` names them in `blocked_by`. Contacts and channels go with her.")
                .conditional().raises(raising![ClientEvent::Deleted]),
            put("/v1/clients/by-ref/{source}/{ref}", clients::upsert_client).assistant(ClientsWrite)
                .about("Find or create a client by reference")
                .notes("Creates the client (201) or merges the given members into her (200). The reference in the address counts.")
                .conditional().raises(raising![ClientEvent::Created, ClientEvent::Updated]),
            post("/v1/clients/{client_id}/archive", clients::archive_client).assistant(ClientsWrite).about("Archive a client")
                .notes("No new work from then on, and her timers stop; reading and corrections stay.")
                .conditional().raises(raising![ClientEvent::Archived, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/clients/{client_id}/unarchive", clients::unarchive_client).assistant(ClientsWrite)
                .about("Bring a client back from the archive").conditional().raises(raising![ClientEvent::Unarchived]),
        ]),
        group("contacts", [
            get("/v1/clients/{client_id}/contacts", contacts::list_contacts).both(ClientsRead).about("List a client's contacts"),
            post("/v1/clients/{client_id}/contacts", contacts::create_contact).assistant(ClientsWrite).about("Add a contact")
                .raises(raising![ContactEvent::Created, ContactEvent::Updated]),
            get("/v1/clients/{client_id}/contacts/{contact_id}", contacts::get_contact).both(ClientsRead).about("Get a contact"),
            patch("/v1/clients/{client_id}/contacts/{contact_id}", contacts::update_contact).assistant(ClientsWrite)
                .about("Change a contact").conditional().raises(raising![ContactEvent::Updated]),
            delete("/v1/clients/{client_id}/contacts/{contact_id}", contacts::delete_contact).assistant(ClientsWrite)
                .about("Delete a contact").notes("Channels that belonged to it stay with the client.")
                .conditional().raises(raising![ContactEvent::Deleted, ChannelEvent::Updated]),
        ]),
        group("channels", [
            get("/v1/channel-kinds", channels::list_channel_kinds).both(ClientsRead).about("List the kinds of channels"),
            get("/v1/clients/{client_id}/channels", channels::list_channels).both(ClientsRead).about("List a client's channels"),
            post("/v1/clients/{client_id}/channels", channels::create_channel).assistant(ClientsWrite).about("Add a channel")
                .notes("A kind that has ended (`retired_on`) is refused, unless it is imported.").raises(raising![ChannelEvent::Created]),
            get("/v1/clients/{client_id}/channels/{channel_id}", channels::get_channel).both(ClientsRead).about("Get a channel"),
            patch("/v1/clients/{client_id}/channels/{channel_id}", channels::update_channel).assistant(ClientsWrite)
                .about("Change a channel").conditional().raises(raising![ChannelEvent::Updated]),
            delete("/v1/clients/{client_id}/channels/{channel_id}", channels::delete_channel).assistant(ClientsWrite)
                .about("Delete a channel").conditional().raises(raising![ChannelEvent::Deleted]),
        ]),
        group("engagements", [
            get("/v1/engagements", engagements::list_engagements).both(EngagementsRead).about("List engagements")
                .notes("Archived ones are left out unless `status` asks for them. A client sees hers from the proposal on; one that was withdrawn from her is a tombstone for her in lists of changes."),
            post("/v1/engagements", engagements::create_engagement).assistant(EngagementsWrite).about("Draft an engagement")
                .raises(raising![EngagementEvent::Created]).also(&[409]),
            get("/v1/engagements/{engagement_id}", engagements::get_engagement).both(EngagementsRead).about("Get an engagement"),
            patch("/v1/engagements/{engagement_id}", engagements::update_engagement).assistant(EngagementsWrite).about("Change an engagement")
                .notes("`terms`, `starts_on` and `time_zone` only while it is a draft, `ends_on` until it has ended (else 409 `terms_fixed`) and not before work that is noted (422, with the first of it in `conflicts`). Title, description and `ends_on` can be changed without the client's consent, also after she accepted: `accepted_version` says which version she saw, and `engagement.updated` what changed since. Every change gives it a new version, so that nobody accepts what she has not seen.")
                .conditional().raises(raising![EngagementEvent::Updated]),
            delete("/v1/engagements/{engagement_id}", engagements::delete_engagement).assistant(EngagementsWrite).about("Delete an engagement")
                .notes("Only a draft or a declined one, without dependent records. Its terms go with it.").conditional().raises(raising![EngagementEvent::Deleted]),
            put("/v1/engagements/by-ref/{source}/{ref}", engagements::upsert_engagement).assistant(EngagementsWrite)
                .about("Find or create an engagement by reference")
                .notes("Drafts the engagement (201) or merges the given members into it (200). The reference in the address counts.")
                .conditional().raises(raising![EngagementEvent::Created, EngagementEvent::Updated]),
            post("/v1/engagements/{engagement_id}/propose", engagements::propose_engagement).assistant(EngagementsWrite)
                .about("Propose an engagement to the client").notes("The client sees it from then on, and her people are told by mail.")
                .conditional().raises(raising![EngagementEvent::Proposed]),
            post("/v1/engagements/{engagement_id}/withdraw", engagements::withdraw_engagement).assistant(EngagementsWrite)
                .about("Take a proposal back into a draft").conditional().raises(raising![EngagementEvent::Withdrawn]),
            post("/v1/engagements/{engagement_id}/accept", engagements::accept_engagement).both(EngagementsWrite).about("Accept an engagement")
                .notes("The client accepts what she saw. An assistant may record that the client accepted elsewhere: `note` is required then, and the engagement is marked `accepted_elsewhere`.")
                .binding().raises(raising![EngagementEvent::Accepted]),
            post("/v1/engagements/{engagement_id}/decline", engagements::decline_engagement).both(EngagementsWrite).about("Decline an engagement")
                .notes("An assistant may record that the client declined elsewhere; `note` can say where.")
                .conditional().raises(raising![EngagementEvent::Declined]),
            post("/v1/engagements/{engagement_id}/pause", engagements::pause_engagement).assistant(EngagementsWrite).about("Pause an engagement")
                .notes("Until it is resumed, only work up to that day can be noted or corrected. Where noted work lies after the day the pause is refused (409 `has_later_entries`, with `conflicts`). Timers that run on it are stopped.").conditional()
                .raises(raising![EngagementEvent::Paused, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/resume", engagements::resume_engagement).assistant(EngagementsWrite)
                .about("Go on with a paused engagement").conditional().raises(raising![EngagementEvent::Resumed]),
            post("/v1/engagements/{engagement_id}/end", engagements::end_engagement).assistant(EngagementsWrite).about("End an engagement")
                .notes("From then on, only work up to that day can be noted or corrected. Where noted work lies after the day the end is refused (409 `has_later_entries`, with `conflicts`); with `move_end=true` the engagement ends on the last day of noted work instead. Timers that run on it are stopped. To let it end later, set `ends_on`.")
                .conditional().raises(raising![EngagementEvent::Ended, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/archive", engagements::archive_engagement).assistant(EngagementsWrite)
                .about("Archive an engagement").conditional().raises(raising![EngagementEvent::Archived]),
        ]),
        group("terms", [
            get("/v1/engagements/{engagement_id}/terms", engagements::list_terms).both(EngagementsRead).about("List an engagement's terms"),
            post("/v1/engagements/{engagement_id}/terms", engagements::propose_terms).assistant(EngagementsWrite).about("Propose new terms")
                .notes("For an active or paused engagement. They count from `effective_from` on, once the client accepts them; her people are told by mail. Time that is noted already keeps its terms, until these are applied to it explicitly (`apply`).")
                .raises(raising![TermsEvent::Proposed, EngagementEvent::Updated]),
            get("/v1/engagements/{engagement_id}/terms/{terms_id}", engagements::get_terms).both(EngagementsRead)
                .about("Get one version of the terms"),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/accept", engagements::accept_terms).both(EngagementsWrite).about("Accept new terms")
                .notes("An assistant may record that the client accepted elsewhere: `note` is required then. Noted entries keep their terms; `apply_to=unlocked` applies these to them in the same step (either role; `apply?dry_run=true` shows the effect before). Of two versions with the same first day, the one accepted last is in force. If the first day lies in the future, the engagement gets a new version on that day, with the events `terms.effective` and `engagement.updated`.")
                .binding().raises(raising![TermsEvent::Accepted, EngagementEvent::Updated, TimeEntryEvent::Reaccounted]),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/decline", engagements::decline_terms).both(EngagementsWrite)
                .about("Decline new terms").notes("An assistant may record that the client declined elsewhere; `note` can say where.")
                .conditional().raises(raising![TermsEvent::Declined, EngagementEvent::Updated]),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/withdraw", engagements::withdraw_terms).assistant(EngagementsWrite)
                .about("Take proposed terms back").conditional().raises(raising![TermsEvent::Withdrawn, EngagementEvent::Updated]),
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/apply", time::apply_terms).both(EngagementsWrite)
                .about("Apply terms to noted time")
                .notes("Applies accepted terms to entries that were noted before: to each unlocked entry dated on a day on which these terms are in force. Entries that share a rounded day or a person's day with them are recalculated too. A given rate, given days, `billable` and a task's rate stay. `dry_run=true` stores nothing and shows the effect, also for terms that wait for an answer. A client can only do the dry run here; she applies terms when she accepts them (`apply_to`).")
                .conditional().raises(raising![TimeEntryEvent::Reaccounted]).also(&[403, 409]),
        ]),
        group("tasks", [
            get("/v1/tasks", tasks::list_tasks).both(TasksRead).about("List tasks")
                .notes("Clients see what is shared with them; what was shared and is so no longer is a tombstone in their lists of changes."),
            post("/v1/tasks", tasks::create_task).both(TasksWrite).about("Create a task")
                .notes("An assistant plans a task (`todo`), a client asks for one (`requested`). 409 `client_archived` for an archived client; 409 `engagement_not_active` for an engagement that is ended, archived or declined.")
                .raises(raising![TaskEvent::Created]).also(&[409]),
            get("/v1/tasks/{task_id}", tasks::get_task).both(TasksRead).about("Get a task"),
            patch("/v1/tasks/{task_id}", tasks::update_task).both(TasksWrite).about("Change a task")
                .notes("A client changes what she asked for while it is `requested`. A task that becomes `internal` is gone for the client, with what she could read of its past. When it goes to another engagement, or to none, `entries` says what becomes of its time entries that are not there (else 409 `has_entries`): `detach` takes the task from them and changes neither their engagement nor their money, locked or not; `move` changes their engagement as a change of each would, all or none (locked ones: 409 `time_entry_locked`; `entry` names the one that cannot go). Whoever moves it must be allowed to write all of them; an API key needs the scope `time:write`.")
                .conditional().raises(raising![TaskEvent::Updated, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            delete("/v1/tasks/{task_id}", tasks::delete_task).assistant(TasksWrite).about("Delete a task")
                .notes("Only without dependent records; else 409 `has_dependents` names them in `blocked_by`. Its comments go with it.")
                .conditional().raises(raising![TaskEvent::Deleted]),
            put("/v1/tasks/by-ref/{source}/{ref}", tasks::upsert_task).assistant(TasksWrite)
                .about("Find or create a task by reference")
                .notes("Creates the task (201) or merges the given members into it (200). The reference in the address counts. `entries` as in a change of the task.")
                .conditional().raises(raising![TaskEvent::Created, TaskEvent::Updated, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            post("/v1/tasks/{task_id}/accept", tasks::accept_task).assistant(TasksWrite).about("Accept a requested task")
                .conditional().raises(raising![TaskEvent::Accepted]),
            post("/v1/tasks/{task_id}/decline", tasks::decline_task).assistant(TasksWrite).about("Decline a requested task")
                .conditional().raises(raising![TaskEvent::Declined, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/start", tasks::start_task).assistant(TasksWrite).about("Start work on a task")
                .conditional().raises(raising![TaskEvent::Started]),
            post("/v1/tasks/{task_id}/wait", tasks::wait_for_client).assistant(TasksWrite).about("Let a task wait for the client")
                .notes("The people at the client are told by mail, unless the task is internal. The time spent waiting is summed in `waited_seconds`.")
                .conditional().raises(raising![TaskEvent::Waiting, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/answer", tasks::answer_task).both(TasksWrite).about("Answer a task that waits")
                .conditional().raises(raising![TaskEvent::Answered, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/submit", tasks::submit_task).assistant(TasksWrite).about("Submit a task for review")
                .conditional().raises(raising![TaskEvent::Submitted]),
            post("/v1/tasks/{task_id}/approve", tasks::approve_task).both(TasksWrite).about("Approve a task in review")
                .conditional().raises(raising![TaskEvent::Approved]),
            post("/v1/tasks/{task_id}/return", tasks::return_task).both(TasksWrite).about("Send a task in review back")
                .conditional().raises(raising![TaskEvent::Returned, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/complete", tasks::complete_task).assistant(TasksWrite).about("Complete a task without review")
                .conditional().raises(raising![TaskEvent::Completed]),
            post("/v1/tasks/{task_id}/cancel", tasks::cancel_task).both(TasksWrite).about("Cancel a task")
                .notes("A client can cancel what she asked for while it is `requested`.")
                .conditional().raises(raising![TaskEvent::Cancelled, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/reopen", tasks::reopen_task).assistant(TasksWrite).about("Reopen a task that is done")
                .conditional().raises(raising![TaskEvent::Reopened]),
        ]),
        group("comments", [
            get("/v1/tasks/{task_id}/comments", comments::list_comments).both(TasksRead).about("List a task's comments"),
            post("/v1/tasks/{task_id}/comments", comments::create_comment).both(TasksWrite).about("Comment on a task")
                .notes("Clients comment what is shared with them, and everybody there sees it.").raises(raising![CommentEvent::Created]),
            get("/v1/tasks/{task_id}/comments/{comment_id}", comments::get_comment).both(TasksRead).about("Get a comment"),
            patch("/v1/tasks/{task_id}/comments/{comment_id}", comments::update_comment).both(TasksWrite).about("Reword a comment")
                .notes("For its author alone.").conditional().raises(raising![CommentEvent::Updated]),
            delete("/v1/tasks/{task_id}/comments/{comment_id}", comments::delete_comment).both(TasksWrite).about("Delete a comment")
                .notes("For its author and the owner.").conditional().raises(raising![CommentEvent::Deleted]),
        ]),
        group("time-entries", [
            get("/v1/time-entries", time::list_time_entries).both(TimeRead).about("List time entries")
                .notes("A client sees what is finished; what was moved away from her is a tombstone for her in lists of changes. `include=totals` adds the sums of the whole filter."),
            get("/v1/time-entries.csv", time::export_time_entries).both(TimeRead).about("Export time entries as CSV")
                .notes("All that the filter holds at one moment, in the order of the work, each entry as a whole (also where it reaches beyond the dates asked for): at most 256 MiB (else 422 `export_too_large`), and four exports of a workspace at a time (else 429). Texts that a spreadsheet would run as formulas begin with an apostrophe.")
                .also(&[414, 422, 507]),
            post("/v1/time-entries", time::create_time_entry).assistant(TimeWrite).about("Note work that was done")
                .notes("Give `started_at` with `ended_at` or `duration_seconds`, or `started_local` with `ended_local` or `duration_seconds` (in `time_zone`, else the engagement's), or `work_date` with `duration_seconds`. With breaks that is at most 24 hours, or the length of the local day where that is longer. An entry for a task takes the task's engagement. It is accounted under the terms in force on its date (`terms_id`). Entries of one member that overlap are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps` with `conflicts`). The stricter of the two policies decides; each is that of the engagement's terms on the entry's date, else the workspace's. The owner may enter anybody's work.")
                .raises(raising![TimeEntryEvent::Created, TimeEntryEvent::Reaccounted]).also(&[409]),
            post("/v1/time-entries/bulk", time::bulk_time_entries).assistant(TimeWrite).about("Create, change and delete many time entries")
                .notes("Each operation has a result of its own, in order; with `atomic` all are stored or none. Entries that are rounded or counted together are so once, after all operations: the results show what came of it.")
                .raises(raising![TimeEntryEvent::Created, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Deleted, TimeEntryEvent::Reaccounted]),
            get("/v1/time-entries/{time_entry_id}", time::get_time_entry).both(TimeRead).about("Get a time entry"),
            patch("/v1/time-entries/{time_entry_id}", time::update_time_entry).assistant(TimeWrite).about("Change a time entry")
                .notes("One end of the time is enough, and `duration_seconds` keeps the start and moves the end. Only what the change touches is validated. The entry keeps its terms (`terms_id`), unless it moves to another engagement or to a date on which other terms are in force. With another task it keeps its rate, unless the new task has a rate of its own. In another engagement the entry takes its rate and `billable` from there, unless they are given as well; overlaps are judged again when its time or engagement changes. A client whom it leaves is told that it is gone (`time_entry.moved`). Locked entries are refused (409 `time_entry_locked`); so are time and money of an entry that lies after the day on which its engagement was paused or ended (409 `engagement_not_active`), while its texts can be corrected and it can be deleted.")
                .conditional().raises(raising![TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            delete("/v1/time-entries/{time_entry_id}", time::delete_time_entry).assistant(TimeWrite).about("Delete a time entry")
                .conditional().raises(raising![TimeEntryEvent::Deleted, TimeEntryEvent::Reaccounted]),
            post("/v1/time-entries/{time_entry_id}/stop", time::stop_time_entry).assistant(TimeWrite).about("Stop the timer of an entry")
                .notes("Now, or at an earlier end: see the body, which may be left out. One that has been stopped already is answered as it is, whatever the body says. Overlaps are reported (`overlaps`) and never refused.").conditional().raises(raising![TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/time-entries/{time_entry_id}/split", time::split_time_entry).assistant(TimeWrite).about("Split a time entry in two")
                .notes("Give `split_at` or `split_after_seconds`. Nothing is gained or lost; breaks count evenly over the time. Both parts keep terms, rate and `billable`; given days are shared in proportion to the worked time. A split at local midnight does not change the bill, except with rounding scope `entry`, where each part is rounded by itself. Overlaps are reported (`overlaps`). With `dry_run=true` the answer shows the parts and nothing is stored; the second one has no id to keep then.")
                .conditional().raises(raising![TimeEntryEvent::Split, TimeEntryEvent::Created, TimeEntryEvent::Reaccounted]),
        ]),
        group("timer", [
            get("/v1/timer", time::get_timer).assistant(TimeRead).about("Get your timer")
                .notes("`needs_review` is true once it has run for more than 8 hours, until you have dealt with it."),
            post("/v1/timer/start", time::start_timer).assistant(TimeWrite).about("Start your timer")
                .notes("Without an engagement it can be given one later. A timer that runs already is stopped and answered as `stopped`, or with `if_running=reject` the start is refused. With `started_at` it began before now: the one that runs ends there, at the earliest at its own start (422 with `current`), and overlaps with other work since then are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps`) as for a new entry.")
                .raises(raising![TimeEntryEvent::Started, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]).also(&[409]),
            post("/v1/timer/stop", time::stop_timer).assistant(TimeWrite).about("Stop your timer")
                .notes("Now, or at an earlier end: see the body, which may be left out. If the timer is paused, an end after the beginning of the pause counts the pause as a break, and overlaps are judged as when the timer is resumed. With nothing running both members are null.")
                .raises(raising![TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]).also(&[409]),
            post("/v1/timer/pause", time::pause_timer).assistant(TimeWrite).about("Pause your timer")
                .raises(raising![TimeEntryEvent::Paused]).also(&[409]),
            post("/v1/timer/resume", time::resume_timer).assistant(TimeWrite).about("Go on after a pause")
                .notes("The timer then takes up the time of its pause as well; for an archived client it does not go on (409 `client_archived`). Overlaps with other work in that time are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps`) as for a new entry.")
                .raises(raising![TimeEntryEvent::Resumed]).also(&[409]),
        ]),
        group("share-links", [
            get("/v1/share-links", shares::list_share_links).both(SharesRead).about("List share links")
                .notes("A client sees those that are shared with her and those that her side added."),
            post("/v1/share-links", shares::create_share_link).both(SharesWrite).about("Add a share link")
                .notes("A link elsewhere (`source`: `external`) is brought into its normal form and judged: see `provider`, `warnings` and `alternatives`; nothing is refused for them, and nobody talks to the address. What follows `#` may be the key to the files: like the password it is kept encrypted and given back only by `GET /v1/share-links/{share_link_id}/secret`. `GET /v1/share-links?same_place_as=` finds duplicates.")
                .raises(raising![ShareLinkEvent::Created]).also(&[409]),
            get("/v1/share-links/{share_link_id}", shares::get_share_link).both(SharesRead).about("Get a share link"),
            patch("/v1/share-links/{share_link_id}", shares::update_share_link).both(SharesWrite).about("Change a share link")
                .notes("A client changes what her side added. Where a link leads cannot be changed: another address is another link.")
                .conditional().raises(raising![ShareLinkEvent::Updated, ShareLinkEvent::Extended]),
            delete("/v1/share-links/{share_link_id}", shares::delete_share_link).assistant(SharesWrite).about("Delete a share link")
                .notes("Its password, its address with what followed `#`, its title and notes are gone, for its client from the events of before as well; the events that assistants see keep address, title and notes as they were. What is at the provider stays as it is.")
                .conditional().raises(raising![ShareLinkEvent::Deleted]),
            post("/v1/share-links/{share_link_id}/revoke", shares::revoke_share_link).both(SharesWrite).about("Take a share link back")
                .notes("For good. A link elsewhere must be ended there too. A client takes back what her side added.")
                .conditional().raises(raising![ShareLinkEvent::Revoked]),
            get("/v1/share-links/{share_link_id}/secret", shares::get_share_link_secret).both(SharesRead)
                .about("Get what opens a share link")
                .notes("The whole link with what follows `#`, and the password; no other answer carries those, and this one is `no-store`. The rest of the address is in the link itself, and with many providers it alone opens the files."),
            get("/v1/share-providers", shares::list_share_providers).both(SharesRead).about("List the providers of share links")
                .notes("What is known of each on the day `as_of`; unknown facts are null or `unknown`."),
        ]),
        group("mails", [
            get("/v1/mails", mails::list_mails).owner().about("List mails")
                .notes("Invitations and what clients are told. A mail that fails for now is tried again for two days, with growing pauses, and never after what it carries has ended. What it says is not shown, and erased once it is settled."),
        ]),
        group("events", [
            get("/v1/events", events::list_events).both(EventsRead).about("List what happened")
                .notes("Newest first; with `after` oldest first, and nothing is ever missed. Whoever starts to follow begins after the newest one (`limit=1`), or reads the lists first. A key with this scope is told of everything that its member sees, whole. What goes out of a client's sight is taken out of her past events as well, and one more event shows it with `deleted_at`."),
            get("/v1/events/{event_id}", events::get_event).both(EventsRead).about("Get an event"),
            get("/v1/event-types", events::list_event_types).both(EventsRead).about("List the types of events"),
        ]),
        group("system", [
            get("/healthz", system::get_health).uncounted().about("Whether the process lives"),
            get("/readyz", system::get_readiness).uncounted().about("Whether requests can be answered")
                .notes("After `ready` a second line warns while the order of changes (`updated_at`, `occurred_at`) runs more than 5 minutes ahead of the clock, as after a write at a wrong clock. The server is ready all the same."),
            get("/metrics", system::get_metrics).uncounted().about("Counters for Prometheus"),
            get("/.well-known/jwks.json", system::get_jwks).about("The public keys of access tokens"),
        ]),
        group("docs", [
            get("/openapi.json", docs::show_openapi),
            get("/docs", docs::show_docs).page(),
            get("/docs/problems", docs::show_problems).page(),
            get("/docs/{file:.*}", docs::show_docs).page(),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The OpenAPI document for a server that is reached at `base_url`.
pub fn document(base_url: &str) -> Value {
    let table: Routes = table().into_iter().filter(|route| route.tag != "docs").collect();
    openapi::document(&table, TAGS, include_str!("intro.md"), base_url)
}
