-- The register: what each source said, and when the gateway learnt it. Instants are microseconds since 1970 (UTC).

-- One row per picture of the register; every row of `record` carries the generation that last touched it.
CREATE TABLE generation (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    number BIGINT NOT NULL
);
INSERT INTO generation (only_row, number) VALUES (1, 0);

CREATE TABLE source (
    id TEXT PRIMARY KEY,
    -- Where the adapter stopped, in its own words.
    position TEXT,
    -- Whether a walk was ever finished.
    walked BIGINT NOT NULL DEFAULT 0 CHECK (walked IN (0, 1)),
    -- The last complete answer, also one with nothing new.
    heard_at BIGINT,
    -- The last answer that brought something new.
    changed_at BIGINT,
    -- Gaps open now, as JSON.
    gaps TEXT NOT NULL DEFAULT '[]',
    -- Why the last round failed; null when it did not.
    last_error TEXT
);

-- The version in force of each record.
CREATE TABLE record (
    source TEXT NOT NULL REFERENCES source (id),
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- The heading under which the source listed it last; null where the source has no headings.
    scope TEXT,
    reference TEXT NOT NULL,
    revision BIGINT,
    changed_at BIGINT,
    content TEXT NOT NULL,
    digest BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    -- Since when the source no longer lists it; null while it does.
    vanished_at BIGINT,
    generation BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX record_by_generation ON record (generation);
CREATE INDEX record_by_scope ON record (source, scope);

-- Every version ever stored, the one in force included.
CREATE TABLE record_version (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    reference TEXT NOT NULL,
    revision BIGINT,
    changed_at BIGINT,
    content TEXT NOT NULL,
    digest BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, id, version)
);

-- Records that stand aside now: they came and could not be read.
CREATE TABLE set_aside (
    source TEXT NOT NULL REFERENCES source (id),
    -- The record's id where it could be read, its place otherwise.
    key TEXT NOT NULL,
    scope TEXT,
    revision BIGINT,
    -- A SetAside, as JSON.
    content TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (source, key)
);
