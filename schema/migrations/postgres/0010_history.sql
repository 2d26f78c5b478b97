-- The history: what was known at an instant, kept as spans that begin when something changes and end when it changes again. It begins when a
-- gateway first opens the store with it. Instants are microseconds since 1970 (UTC).

-- Since when each generation of the register was in force; it ends where the next one begins.
CREATE TABLE picture (
    generation BIGINT PRIMARY KEY,
    since BIGINT NOT NULL
);
CREATE INDEX picture_by_since ON picture (since);

-- How a record stood in the pictures from one generation until another; its content is the version's.
CREATE TABLE record_span (
    source TEXT NOT NULL REFERENCES source (id),
    id TEXT NOT NULL,
    from_generation BIGINT NOT NULL,
    -- The first generation in which it stood otherwise; null while it stands.
    until_generation BIGINT,
    version BIGINT NOT NULL,
    revision BIGINT,
    changed_at BIGINT,
    received_at BIGINT NOT NULL,
    listed_in BIGINT NOT NULL,
    vanished_at BIGINT,
    changed_before BIGINT,
    PRIMARY KEY (source, id, from_generation)
);

-- What stood aside in the pictures from one generation until another.
CREATE TABLE set_aside_span (
    source TEXT NOT NULL REFERENCES source (id),
    key TEXT NOT NULL,
    from_generation BIGINT NOT NULL,
    until_generation BIGINT,
    -- A SetAside, as JSON.
    content TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (source, key, from_generation)
);

-- A source's own state, and from when until when it was heard in that state without a break. A round that changes nothing moves
-- `heard_until` on and adds no row.
CREATE TABLE source_span (
    source TEXT NOT NULL REFERENCES source (id),
    since BIGINT NOT NULL,
    walked BIGINT NOT NULL CHECK (walked IN (0, 1)),
    changed_at BIGINT,
    -- Gaps open then, as JSON.
    gaps TEXT NOT NULL,
    last_error TEXT,
    heard_from BIGINT,
    heard_until BIGINT,
    -- The longest time between two hearings that followed each other within the span.
    widest BIGINT NOT NULL,
    -- The latest hundred hearings of the span, as JSON.
    hearings TEXT NOT NULL,
    PRIMARY KEY (source, since)
);

-- What a database that was copied from another may not give by itself.
GRANT SELECT, INSERT, UPDATE ON picture, record_span, set_aside_span, source_span TO programgrant_gateway;
