-- What a period of an engagement leaves to the next: computed from other rows, and written with every change of theirs.

CREATE TABLE checkpoints (
    workspace_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    overage_seconds BIGINT NOT NULL,
    left_seconds BIGINT NOT NULL,
    -- Lots and debt as JSON.
    balance TEXT NOT NULL,
    PRIMARY KEY (workspace_id, engagement_id, seq),
    FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)
);
