// One day of an assistant, her client and an automation, against the server at VORZIMMER_URL, by default
// http://127.0.0.1:8080. The assistant logs in with VORZIMMER_EMAIL and VORZIMMER_PASSWORD. Without them the day begins with
// a registration, which a server lets only its first caller do, unless its REGISTRATION is open. Every path, parameter, body
// and answer is typed by the document.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./vorzimmer.js";

type Problem = components["schemas"]["Problem"];
type Task = components["schemas"]["TaskRecord"];

const baseUrl = process.env["VORZIMMER_URL"] ?? "http://127.0.0.1:8080";
const { VORZIMMER_EMAIL: email, VORZIMMER_PASSWORD: password } = process.env;
const today = new Date().toISOString().slice(0, 10);
// What may be there once only is named after this run, so that the day can be lived again.
const run = `${Date.now()}-${process.pid}`;
let steps = 0;

/** An API client that calls with this token. */
const as = (token: string) => createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

type Answer<T> = { data?: T; error?: Problem; response: Response };

function step(status: number, answer: Answer<unknown>, words: string): void {
  assert.equal(answer.response.status, status, `${words}: ${JSON.stringify(answer.error)}`);
  steps += 1;
  console.log(`${String(steps).padStart(3)}  ${status}  ${words}`);
}

/** What was answered, when it went as it should. */
function done<T>(status: number, answer: Answer<T>, words: string): T {
  step(status, answer, words);
  assert(answer.data !== undefined);
  return answer.data;
}

/** Why it was refused, when it was. */
function refused(status: number, answer: Answer<unknown>, words: string): Problem {
  step(status, answer, words);
  assert(answer.error !== undefined);
  return answer.error;
}

// The assistant sets up shop.

const nobody = createClient<paths>({ baseUrl });
const entered =
  email !== undefined && password !== undefined
    ? done(200, await nobody.POST("/v1/auth/login", { body: { email, password } }), "Jana logs in to her workspace")
    : done(
        201,
        await nobody.POST("/v1/auth/register", {
          body: {
            email: `jana-${run}@vogt.example`,
            password: "Nordwind-ueber-Altona-41",
            name: "Jana Vogt",
            workspace_name: "Büro Vogt",
          },
        }),
        "Jana registers and has a workspace",
      );
const jana = as(entered.access_token);

const client = done(201, await jana.POST("/v1/clients", { body: { name: "Berger & Söhne" } }), "she creates a client");

const tooLong = refused(
  422,
  await jana.POST("/v1/clients", { body: { name: "x".repeat(1000) } }),
  "a mistake is a problem that names the member",
);
assert.equal(tooLong.errors?.[0]?.pointer, "/name");

const invitation = done(
  201,
  await jana.POST("/v1/invitations", {
    body: { email: `tom-${run}@berger.example`, role: "client", client_id: client.id },
  }),
  "and invites its contact",
);
const accepted = done(
  201,
  await nobody.POST("/v1/invitations/accept", {
    body: { token: invitation.token, name: "Tom Berger", password: "Elbe-Fischbroetchen-17" },
  }),
  "Tom accepts the invitation",
);
const tom = as(accepted.access_token);

// The agreement.

const draft = done(
  201,
  await jana.POST("/v1/engagements", {
    body: {
      client_id: client.id,
      title: "Büroarbeiten",
      starts_on: today,
      terms: { kind: "hourly", rate_minor: 4800, rounding: { mode: "up", increment_minutes: 5 } },
    },
  }),
  "Jana drafts an engagement: 48 euros an hour",
);
const agreement = { path: { engagement_id: draft.id } };
done(200, await jana.POST("/v1/engagements/{engagement_id}/propose", { params: agreement }), "and proposes it");

const seen = await tom.GET("/v1/engagements/{engagement_id}", { params: agreement });
assert.equal(done(200, seen, "Tom reads it").terms?.rate_minor, 4800);
const stale = await tom.POST("/v1/engagements/{engagement_id}/accept", {
  params: { ...agreement, header: { "If-Match": '"1-stale"' } },
});
refused(412, stale, "cannot accept what he has not seen");
const active = await tom.POST("/v1/engagements/{engagement_id}/accept", {
  params: { ...agreement, header: { "If-Match": seen.response.headers.get("ETag") ?? "" } },
});
assert.equal(done(200, active, "and accepts what he saw").status, "active");

// A task and the time it takes.

const asked = done(
  201,
  await tom.POST("/v1/tasks", {
    body: { client_id: client.id, engagement_id: draft.id, title: "Belege für Oktober sortieren" },
  }),
  "Tom asks for a task",
);
const task = { path: { task_id: asked.id } };
const early = refused(
  409,
  await jana.POST("/v1/tasks/{task_id}/complete", { params: task }),
  "which Jana cannot complete before she accepts it",
);
assert.equal(early.code, "action_not_allowed");
assert(early.allowed_actions?.includes("accept"), "a 409 says what may be done now");
done(200, await jana.POST("/v1/tasks/{task_id}/accept", { params: task }), "so she accepts it");

const timer = done(
  200,
  await jana.POST("/v1/timer/start", { body: { engagement_id: draft.id, task_id: asked.id } }),
  "starts the timer",
);
assert.equal(timer.running?.status, "running");
const stopped = done(200, await jana.POST("/v1/timer/stop"), "and stops it").stopped;
assert.equal(stopped?.task_id, asked.id);

const byHand = done(
  201,
  await jana.POST("/v1/time-entries", {
    body: { engagement_id: draft.id, work_date: today, duration_seconds: 1860, description: "Telefonat mit der Bank" },
  }),
  "an entry by hand: 31 minutes, 35 billed, 28.00 euros",
);
assert.deepEqual([byHand.billed_seconds, byHand.amount_minor, byHand.currency], [2100, 2800, "EUR"]);

const many = done(
  200,
  await jana.POST("/v1/time-entries/bulk", {
    body: {
      operations: [
        { op: "create", data: { engagement_id: draft.id, work_date: today, duration_seconds: 600 } },
        { op: "update", id: byHand.id, data: { description: "Telefonat mit der Sparkasse" } },
      ],
    },
  }),
  "two changes in one request",
);
assert.deepEqual(
  many.results.map((result) => [result.status, result.data?.description]),
  [
    [201, null],
    [200, "Telefonat mit der Sparkasse"],
  ],
);
const last = many.results[0]?.data;
assert(last);
done(
  200,
  await jana.POST("/v1/time-entries/bulk", { body: { operations: [{ op: "delete", id: last.id }] } }),
  "of which she takes one back",
);

const told = done(
  200,
  await jana.GET("/v1/events", {
    params: { query: { type: ["time_entry.updated", "time_entry.deleted"], resource_id: byHand.id } },
  }),
  "events of two types, of which one happened to it",
);
assert.deepEqual(
  told.data.map((event) => [event.type, event.data["description"]]),
  [["time_entry.updated", "Telefonat mit der Sparkasse"]],
);
assert.deepEqual(
  told.data[0]?.changes?.map((change) => change.member),
  ["description"],
);

const link = done(
  201,
  await jana.POST("/v1/share-links", {
    body: { source: "external", client_id: client.id, url: "https://www.dropbox.com/scl/fo/abc123?rlkey=xyz" },
  }),
  "Jana adds a share link and is warned",
);
assert(link.warnings.some((warning) => warning.code === "non_eu_operator"));

// The automation.

const key = done(
  201,
  await jana.POST("/v1/api-keys", {
    body: { name: "Formular", scopes: ["tasks:read", "tasks:write", "events:read"] },
  }),
  "Jana makes an API key for her form",
);
const form = as(key.secret);
const latest = done(200, await form.GET("/v1/events", { params: { query: { limit: 1 } } }), "which reads where the events stand");

const lead = { path: { source: "formular", ref: run } };
const created = done(
  201,
  await form.PUT("/v1/tasks/by-ref/{source}/{ref}", {
    params: lead,
    body: { client_id: client.id, title: "Rückruf an Frau Lehmann" },
  }),
  "finds or creates a task by its own reference: created",
);
const found = done(
  200,
  await form.PUT("/v1/tasks/by-ref/{source}/{ref}", { params: lead, body: { priority: "high" } }),
  "found, and merged",
);
assert.deepEqual([found.id, found.title, found.priority], [created.id, created.title, "high"]);

const followUp = {
  params: { header: { "Idempotency-Key": "formular-4712" } },
  body: { client_id: client.id, title: "Angebot nachfassen" },
};
const first = done(201, await form.POST("/v1/tasks", followUp), "creates a task with an Idempotency-Key");
const again = done(201, await form.POST("/v1/tasks", followUp), "and again after a lost answer: the same task");
assert.equal(again.id, first.id);

const after = latest.data[0]?.id;
assert(after !== undefined);
const since = done(200, await form.GET("/v1/events", { params: { query: { after } } }), "polls what happened since");
assert.deepEqual(
  since.data.map((event) => event.type),
  ["task.created", "task.updated", "task.created"],
);

// Every task, page by page.

const tasks: Task[] = [];
for (let cursor: string | undefined, more = true; more; ) {
  const query = { client_id: [client.id], limit: 2, ...(cursor === undefined ? {} : { cursor }) };
  const page = done(200, await form.GET("/v1/tasks", { params: { query } }), "a page of tasks");
  tasks.push(...page.data);
  cursor = page.next_cursor ?? undefined;
  more = page.has_more;
}
assert.deepEqual(new Set(tasks.map((each) => each.id)), new Set([asked.id, created.id, first.id]));

console.log(`${steps} steps, all as they should be`);
