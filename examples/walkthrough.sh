#!/usr/bin/env bash
# One day of an assistant, her client and an automation, against the server at VORZIMMER_URL, by default
# http://127.0.0.1:8080. The assistant logs in with VORZIMMER_EMAIL and VORZIMMER_PASSWORD. Without them the walk registers
# a workspace, which a server lets only its first caller do, unless its REGISTRATION is open. Needs curl and jq. Every step
# says what it does; the first that is answered otherwise than it should be ends the walk with what was said.
set -euo pipefail

url=${VORZIMMER_URL:-http://127.0.0.1:8080}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
steps=0

# call METHOD PATH [BODY] [CURL-OPTION…]: leaves status, body and headers of the answer in $status and files.
call() {
    local method=$1 path=$2 body=${3-} type=application/json
    shift $(($# < 3 ? $# : 3))
    if [ "$method" = PATCH ]; then type=application/merge-patch+json; fi
    local options=(-sS -X "$method" -o "$work/body" -D "$work/headers" -w '%{http_code}')
    if [ -n "$body" ]; then options+=(-H "Content-Type: $type" --data "$body"); fi
    if [ -n "$token" ]; then options+=(-H "Authorization: Bearer $token"); fi
    : >"$work/body"
    status=$(curl "${options[@]}" "$@" "$url$path")
}

# expect STATUS JQ-CONDITION WORDS…: the answer has this status and its body fulfils this condition.
expect() {
    local wanted=$1 condition=$2
    shift 2
    [ "$status" = "$wanted" ] || fail "$*: $wanted was expected"
    [ -z "$condition" ] || jq -e "$condition" "$work/body" >/dev/null || fail "$*: this was expected: $condition"
    steps=$((steps + 1))
    printf '%3d  %s  %s\n' "$steps" "$status" "$*"
}

# fail WORDS…: ends the walk with the last answer.
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    cat "$work/headers" "$work/body" >&2
    exit 1
}

# get JQ-PATH: a member of the answer's body.
get() { jq -er "$1" "$work/body"; }

# header NAME: a header of the answer.
header() { awk -v name="$1" -F': ' 'tolower($1) == tolower(name) { sub(/\r$/, "", $2); print $2 }' "$work/headers"; }

# json JQ-EXPRESSION: builds a body.
json() { jq -cn "$1"; }

export today run client engagement task entry callback first invitation # jq reads them as env.client and so on
today=$(date -u +%F)
run=$(date +%s)-$$ # what may be there once only is named after this run, so that the day can be lived again
token=

# --- The morning: the assistant sets up shop -------------------------------------------------------------------------

call GET /readyz
expect 200 '' "the server is ready"

if [ -n "${VORZIMMER_EMAIL-}" ]; then
    call POST /v1/auth/login "$(json '{email: env.VORZIMMER_EMAIL, password: env.VORZIMMER_PASSWORD}')"
    expect 200 '.token_type == "Bearer"' "Jana logs in to her workspace"
else
    call POST /v1/auth/register "$(json '{
        email: "jana-\(env.run)@vogt.example", password: "Nordwind-ueber-Altona-41", name: "Jana Vogt",
        workspace_name: "Büro Vogt", time_zone: "Europe/Berlin", currency: "EUR", language: "de"}')"
    expect 201 '.token_type == "Bearer" and .user.name == "Jana Vogt"' "Jana registers and has a workspace"
fi
jana=$(get .access_token)
token=$jana

call GET /v1/me
expect 200 '.role == "assistant" and .client_id == null' "she is the assistant there"

call POST /v1/clients '{"name": "Berger & Söhne", "kind": "company", "colour": "red"}'
expect 422 '.code == "validation_failed" and any(.errors[]; .pointer == "/colour" and .code == "unknown_member")' \
    "a mistake is a problem that names the member: $(get '.errors[0] | .pointer + ": " + .detail')"

call POST /v1/clients '{"name": "Berger & Söhne", "language": "de", "currency": "EUR"}'
expect 201 '.version == 1 and .deleted_at == null' "she creates a client"
client=$(get .id)
[[ "$(header location)" = */v1/clients/$client ]] || fail "Location is the client's address"

call POST "/v1/clients/$client/contacts" '{"name": "Tom Berger", "email": "tom@berger.example"}'
expect 201 '' "with a contact"

call POST /v1/invitations "$(json '{email: "tom-\(env.run)@berger.example", name: "Tom Berger", role: "client", client_id: env.client}')"
expect 201 '.status == "pending" and (.accept_url | length > 0)' "invites him"
invitation=$(get .token)

token=
call POST /v1/invitations/accept "$(json '{token: env.invitation, name: "Tom Berger", password: "Elbe-Fischbroetchen-17"}')"
expect 201 '.user.name == "Tom Berger"' "Tom accepts the invitation"
tom=$(get .access_token)
token=$tom

call GET /v1/me
expect 200 '.role == "client" and .client_id == env.client' "and is in as the client"

call GET /v1/clients
expect 200 '(.data | length) == 1 and (.data[0] | has("internal_note") | not)' "he sees himself, and no internal notes"

# --- The agreement ---------------------------------------------------------------------------------------------------

token=$jana
call POST /v1/engagements "$(json '{client_id: env.client, title: "Büroarbeiten", starts_on: env.today,
    terms: {kind: "hourly", rate_minor: 4800, currency: "EUR", rounding: {mode: "up", increment_minutes: 5}}}')"
expect 201 '.status == "draft"' "Jana drafts an engagement: 48 euros an hour"
engagement=$(get .id)

token=$tom
call GET "/v1/engagements/$engagement"
expect 404 '.code == "not_found"' "which Tom cannot see yet"

token=$jana
call POST "/v1/engagements/$engagement/propose"
expect 200 '.status == "proposed"' "Jana proposes it"

token=$tom
call POST "/v1/engagements/$engagement/accept"
expect 428 '.code == "precondition_required"' "Tom cannot accept without saying what he saw"

call GET "/v1/engagements/$engagement"
expect 200 '.terms.rate_minor == 4800 and (.allowed_actions | index("accept"))' "he reads it"
seen=$(header etag)

token=$jana
call PATCH "/v1/engagements/$engagement" '{"description": "Post, Rechnungen, Termine."}'
expect 200 '' "Jana describes it more closely meanwhile"

token=$tom
call POST "/v1/engagements/$engagement/accept" '' -H "If-Match: $seen"
expect 412 '.code == "precondition_failed"' "so that what Tom saw is stale"

call GET "/v1/engagements/$engagement"
expect 200 '.description == "Post, Rechnungen, Termine."' "he reads it again"
seen=$(header etag)

call POST "/v1/engagements/$engagement/accept" '' -H "If-Match: $seen"
expect 200 '.status == "active" and .accepted_by_name == "Tom Berger"' "and accepts what he saw"

token=$jana
call POST /v1/engagements "$(json '{client_id: env.client, title: "Urlaubsvertretung", starts_on: env.today,
    terms: {kind: "hourly", rate_minor: 5200, currency: "EUR"}, accepted: {note: "Zugesagt am Telefon von Tom Berger."}}')"
expect 201 '.status == "active" and .accepted_elsewhere' "what Tom accepted on the phone is one request"
token=$tom

# --- A task, from the request to done --------------------------------------------------------------------------------

call POST /v1/tasks "$(json '{client_id: env.client, engagement_id: env.engagement, title: "Belege für Oktober sortieren"}')"
expect 201 '.status == "requested"' "Tom asks for a task"
task=$(get .id)

token=$jana
call POST "/v1/tasks/$task/complete"
expect 409 '.code == "action_not_allowed" and (.allowed_actions | index("accept"))' \
    "Jana cannot complete what she has not accepted; the answer says what she can do"
for act in accept:accepted start:in_progress; do
    call POST "/v1/tasks/$task/${act%:*}"
    expect 200 ".status == \"${act#*:}\"" "she does: ${act%:*}"
done
call POST "/v1/tasks/$task/wait" '{"question": "Gehört die Tankquittung dazu?"}'
expect 200 '.status == "waiting_on_client" and .waiting_since != null' "has a question and waits"

token=$tom
call POST "/v1/tasks/$task/answer" '{"text": "Ja, die vom 14."}'
expect 200 '.status == "todo"' "Tom answers"

# --- Time ------------------------------------------------------------------------------------------------------------

token=$jana
call POST "/v1/tasks/$task/start"
expect 200 '.status == "in_progress"' "Jana goes on"
call POST /v1/timer/start "$(json '{task_id: env.task, engagement_id: env.engagement, description: "Belege sortiert"}')"
expect 200 '.running.status == "running" and .stopped == null' "with the timer running"
entry=$(get .running.id)
call POST /v1/timer/pause
expect 200 '.running.status == "paused"' "pauses it"
call POST /v1/timer/resume
expect 200 '.running.status == "running"' "goes on"
call POST /v1/timer/stop
expect 200 '.running == null and .stopped.id == env.entry' "and stops it"
call POST /v1/timer/stop
expect 200 '.running == null and .stopped == null' "stopping again changes nothing"

call POST /v1/time-entries "$(json '{engagement_id: env.engagement, work_date: env.today, duration_seconds: 1860,
    description: "Telefonat mit der Bank", internal_note: "lange Warteschleife"}')"
expect 201 '.duration_seconds == 1860 and .billed_seconds == 2100 and .amount_minor == 2800' \
    "an entry by hand: 31 minutes, 35 billed, 28.00 euros"

token=$tom
call GET "/v1/time-entries?include=totals&sort=started_at"
expect 200 '(.data | length) == 2 and all(.data[]; has("internal_note") | not) and .totals != null' \
    "Tom sees the time and its sums, but no internal notes"

# --- A file to hand over ---------------------------------------------------------------------------------------------

token=$jana
call POST /v1/share-links "$(json '{source: "external", client_id: env.client, task_id: env.task, title: "Belege",
    url: "https://www.dropbox.com/scl/fo/abc123?rlkey=xyz"}')"
expect 201 'any(.warnings[]; .code == "non_eu_operator") and (.alternatives | length > 0)' \
    "Jana adds a share link and is warned: $(get '[.warnings[].code] | join(", ")')"

call POST "/v1/tasks/$task/submit"
expect 200 '.status == "in_review"' "she submits the task"
token=$tom
call POST "/v1/tasks/$task/approve"
expect 200 '.status == "done" and .completed_at != null' "Tom approves: done"

# --- The automation --------------------------------------------------------------------------------------------------

token=$jana
call POST /v1/api-keys "$(json '{name: "Formular", scopes: ["clients:read", "tasks:read", "tasks:write", "events:read"]}')"
expect 201 '.secret | length > 20' "Jana makes an API key for her form"
key=$(get .secret)
call GET "/v1/events?limit=1"
expect 200 '.data | length == 1' "and notes where the events stand"
last=$(get '.data[0].id')

token=$key
call GET /v1/me
expect 200 '.scopes | index("tasks:write")' "the automation tests its connection"
call GET "/v1/clients?updated_since=$(date -u -d '1 day ago' +%FT%TZ 2>/dev/null || date -u -v-1d +%FT%TZ)"
expect 200 '(.data | map(.id) | index(env.client)) and (.as_of | length > 0)' "takes over the clients that changed since yesterday"
since=$(get .as_of)

lead=$(json '{client_id: env.client, title: "Rückruf an Frau Lehmann"}')
call PUT "/v1/tasks/by-ref/formular/$run" "$lead"
expect 201 '.external_source == "formular" and .external_ref == env.run' "finds or creates a task by its own reference: created"
callback=$(get .id)
call PUT "/v1/tasks/by-ref/formular/$run" "$(json '{due_on: env.today}')"
expect 200 '.id == env.callback and .due_on == env.today and .title == "Rückruf an Frau Lehmann"' \
    "the second time: found, and merged"

note=$(json '{client_id: env.client, title: "Angebot nachfassen"}')
call POST /v1/tasks "$note" -H "Idempotency-Key: formular-4712"
expect 201 '' "creates a task with an Idempotency-Key"
first=$(get .id)
call POST /v1/tasks "$note" -H "Idempotency-Key: formular-4712"
expect 201 '.id == env.first' "repeats the request after a lost answer: the same task"
[ "$(header idempotent-replayed)" = true ] || fail "the answer is a replay"
call POST /v1/tasks "$lead" -H "Idempotency-Key: formular-4712"
expect 422 '.code == "idempotency_key_reused"' "the key with another body is refused"

call GET "/v1/events?after=$last"
expect 200 '[.data[].type] == ["task.created", "task.updated", "task.created"] and .has_more == false' \
    "polls what happened since: $(get '[.data[].type] | join(", ")')"
call GET "/v1/tasks?updated_since=$since"
expect 200 '[.data[].id] == [env.callback, env.first]' "or which tasks changed since"
call GET "/v1/tasks/$first"
expect 200 '' "reads one of them"
call GET "/v1/tasks/$first" '' -H "If-None-Match: $(header etag)"
expect 304 '' "and once more, when it has not changed"
call POST /v1/clients '{"name": "Nobody"}'
expect 403 '.code == "insufficient_scope"' "and may do no more than its scopes say"

# --- The hours left --------------------------------------------------------------------------------------------------

token=$jana
call POST /v1/engagements "$(json '{client_id: env.client, title: "Büropaket", starts_on: env.today, time_zone: "UTC",
    terms: {kind: "retainer", price_minor: 90000, included_minutes: 1200}, accepted: {note: "Am Telefon zugesagt."}}')"
expect 201 '.status == "active"' "a package of 20 hours, accepted on the phone"
package=$(get .id)
call POST /v1/time-entries "$(jq -n --arg package "$package" '{engagement_id: $package, work_date: env.today, duration_seconds: 5400}')"
expect 201 '' "an hour and a half of it is used"
call GET "/v1/engagements/$package/balance"
expect 200 '.left_seconds == 66600 and .used_seconds == 5400' "the balance says what is left"
call POST "/v1/engagements/$package/adjustments" '{"kind": "goodwill", "minutes": 30, "reason": "Umweg, geht auf mich."}'
expect 201 '.minutes == 30' "half an hour of it is on the house"
call GET "/v1/engagements/$package/ledger?sort=on"
expect 200 '[.data[].kind] == ["grant", "adjust", "consume"]' "and the account explains it line by line"

# --- The evening -----------------------------------------------------------------------------------------------------

token=$jana
call DELETE "/v1/clients/$client"
expect 409 '.code == "has_dependents" and (.blocked_by | length > 0)' "Jana cannot delete a client with work on record"
call POST /v1/clients/not-an-id/archive '' -H "Accept-Language: de"
expect 404 '.title == "Nicht gefunden" and (.request_id | length > 0)' "problems speak German too: $(get .detail)"

printf '%d steps, all as they should be\n' "$steps"
