-- What a period of an engagement leaves to the next: computed from other rows, and written with every change of theirs.

CREATE TABLE checkpoints (
    workspace_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    overage_seconds INTEGER NOT NULL,
    left_seconds INTEGER NOT NULL,
    -- Lots and debt as JSON.
    balance TEXT NOT NULL,
    PRIMARY KEY (workspace_id, engagement_id, seq),
    FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)
) STRICT;
