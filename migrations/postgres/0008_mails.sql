-- Mails on their way: written in the transaction that causes them, delivered outside of any, at least once.
CREATE TABLE mails (
    id UUID NOT NULL PRIMARY KEY,
    -- Null for a mail about an account, which belongs to no workspace and is shown in none.
    workspace_id UUID REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- Subject and text, sealed with the secret key: they may hold a token. Null once the mail is settled.
    sealed BYTEA,
    status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed', 'expired')),
    -- Claims so far: whoever settles one names its number, so that a late one changes nothing.
    attempts BIGINT NOT NULL,
    -- While a delivery is in hand this is the end of its lease. Null once the mail is settled.
    next_attempt_at TIMESTAMPTZ,
    in_hand BOOLEAN NOT NULL,
    -- When the token in it ends: it is not sent from then on.
    expires_at TIMESTAMPTZ,
    -- Message-ID (RFC 5322), the same in every attempt: it tells a recipient's server what came twice.
    message_id TEXT NOT NULL,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ
);
CREATE INDEX mails_due ON mails (next_attempt_at, id) WHERE status = 'queued';
CREATE INDEX mails_by_workspace ON mails (workspace_id, created_at, id);
-- They are forgotten some time after they are settled: an address is personal data.
CREATE INDEX mails_settled ON mails (settled_at) WHERE settled_at IS NOT NULL;
