-- Tasks and the comments on them.

CREATE TABLE tasks (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB,
    title TEXT NOT NULL,
    description TEXT,
    area TEXT,
    status TEXT NOT NULL CHECK (status IN ('requested', 'accepted', 'todo', 'in_progress', 'waiting_on_client', 'in_review', 'done', 'declined', 'cancelled')),
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    start_on TEXT,
    due_on TEXT,
    due_at INTEGER,
    estimated_minutes INTEGER,
    -- In the second place of the ladder of rates, in minor units per hour, or per day
    -- in a daily engagement.
    rate_minor INTEGER,
    -- Null: as the engagement says.
    billable INTEGER,
    assignee_id BLOB,
    requested_by BLOB NOT NULL,
    checklist TEXT NOT NULL,
    tags TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('shared', 'internal')),
    -- When the client last lost sight of it; null while she sees it, or when she never did.
    hidden_at INTEGER,
    -- The version that took it out of her sight: what her tombstone shows.
    hidden_version INTEGER,
    internal_note TEXT,
    external_source TEXT,
    external_ref TEXT,
    waiting_since INTEGER,
    waited_seconds INTEGER NOT NULL,
    completed_at INTEGER,
    -- For sorting: the last instant at which it is still in time (far away without a due date), the rank of its
    -- priority, its folded title. For search: folded too, the internal part for assistants only.
    due_key INTEGER NOT NULL,
    priority_rank INTEGER NOT NULL,
    sort_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    search_internal TEXT NOT NULL,
    tags_key TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, requested_by) REFERENCES members (workspace_id, id),
    CHECK ((external_ref IS NULL) = (external_source IS NULL)),
    CHECK (due_on IS NULL OR due_at IS NULL),
    CHECK ((waiting_since IS NOT NULL) = (status = 'waiting_on_client'))
) STRICT;
CREATE INDEX tasks_by_created ON tasks (workspace_id, created_at, id);
CREATE INDEX tasks_by_updated ON tasks (workspace_id, updated_at, id);
CREATE INDEX tasks_by_due ON tasks (workspace_id, due_key, id);
CREATE INDEX tasks_by_priority ON tasks (workspace_id, priority_rank, id);
CREATE INDEX tasks_by_title ON tasks (workspace_id, sort_key, id);
CREATE INDEX tasks_of_client_by_created ON tasks (workspace_id, client_id, created_at, id);
CREATE INDEX tasks_of_client_by_due ON tasks (workspace_id, client_id, due_key, id);
CREATE INDEX tasks_of_client_by_priority ON tasks (workspace_id, client_id, priority_rank, id);
CREATE INDEX tasks_of_client_by_title ON tasks (workspace_id, client_id, sort_key, id);
CREATE INDEX tasks_of_client_by_updated ON tasks (workspace_id, client_id, updated_at, id);
CREATE INDEX tasks_of_engagement_by_created ON tasks (workspace_id, engagement_id, created_at, id);
CREATE INDEX tasks_of_engagement_by_due ON tasks (workspace_id, engagement_id, due_key, id);
CREATE INDEX tasks_of_engagement_by_priority ON tasks (workspace_id, engagement_id, priority_rank, id);
CREATE INDEX tasks_of_engagement_by_title ON tasks (workspace_id, engagement_id, sort_key, id);
CREATE INDEX tasks_of_assignee_by_created ON tasks (workspace_id, assignee_id, created_at, id);
CREATE INDEX tasks_of_assignee_by_due ON tasks (workspace_id, assignee_id, due_key, id);
CREATE UNIQUE INDEX tasks_by_ref ON tasks (workspace_id, external_source, external_ref) WHERE deleted_at IS NULL;

CREATE TABLE comments (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    task_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('shared', 'internal')),
    text TEXT NOT NULL,
    edited_at INTEGER,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, task_id) REFERENCES tasks (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, author_id) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX comments_by_created ON comments (workspace_id, task_id, created_at, id);
CREATE INDEX comments_by_updated ON comments (workspace_id, task_id, updated_at, id);
