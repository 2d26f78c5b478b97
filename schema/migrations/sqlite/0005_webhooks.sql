-- Webhooks: whom the gateway tells of what happens, and what is still to be told. Instants are microseconds since 1970 (UTC).
CREATE TABLE webhook_endpoint (
    -- The organisation's number.
    endpoint TEXT PRIMARY KEY,
    -- The entry of the audit chain up to which it was looked what is to be told.
    position INTEGER NOT NULL,
    -- Failed attempts since the last that succeeded.
    failures INTEGER NOT NULL DEFAULT 0,
    -- No attempt is made before then; null: at once.
    next_at INTEGER
) STRICT;
CREATE TABLE webhook_message (
    endpoint TEXT NOT NULL REFERENCES webhook_endpoint (endpoint),
    -- The event's id: what happened once is told once.
    id TEXT NOT NULL,
    -- The order in which messages are told.
    number INTEGER NOT NULL,
    -- The CloudEvent as it is sent.
    body TEXT NOT NULL,
    -- When it was put here.
    made_at INTEGER NOT NULL,
    -- When it was delivered or set aside; null while it waits.
    settled_at INTEGER,
    outcome TEXT CHECK (outcome IN ('DELIVERED', 'SET_ASIDE')),
    PRIMARY KEY (endpoint, id)
) STRICT;
CREATE INDEX webhook_message_waiting ON webhook_message (endpoint, number) WHERE settled_at IS NULL;
CREATE INDEX webhook_message_by_number ON webhook_message (endpoint, number);
-- Sources as those who listen were last told of them.
CREATE TABLE webhook_source (
    source TEXT PRIMARY KEY,
    -- 1 while it is heard, 0 while it is not.
    is_heard INTEGER NOT NULL CHECK (is_heard IN (0, 1)),
    -- How often that has changed.
    changes INTEGER NOT NULL
) STRICT;
