-- The register: what each source said, and when the gateway learnt it. Instants are microseconds since 1970 (UTC).

-- One row per picture of the register; every row of `record` carries the generation that last touched it.
CREATE TABLE generation (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO generation (only_row, number) VALUES (1, 0);

CREATE TABLE source (
    id TEXT PRIMARY KEY,
    -- Where the adapter stopped, in its own words.
    position TEXT,
    -- Whether a walk was ever finished.
    walked INTEGER NOT NULL DEFAULT 0 CHECK (walked IN (0, 1)),
    -- The last complete answer, also one with nothing new.
    heard_at INTEGER,
    -- The last answer that brought something new.
    changed_at INTEGER,
    -- Gaps open now, as JSON.
    gaps TEXT NOT NULL DEFAULT '[]',
    -- Why the last round failed; null when it did not.
    last_error TEXT
) STRICT;

-- The version in force of each record.
CREATE TABLE record (
    source TEXT NOT NULL REFERENCES source (id),
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- The heading under which the source listed it last; null where the source has no headings.
    scope TEXT,
    reference TEXT NOT NULL,
    revision INTEGER,
    changed_at INTEGER,
    content TEXT NOT NULL,
    digest BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    -- Since when the source no longer lists it; null while it does.
    vanished_at INTEGER,
    generation INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX record_by_generation ON record (generation);
CREATE INDEX record_by_scope ON record (source, scope);

-- Every version ever stored, the one in force included.
CREATE TABLE record_version (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    reference TEXT NOT NULL,
    revision INTEGER,
    changed_at INTEGER,
    content TEXT NOT NULL,
    digest BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (source, id, version)
) STRICT;

-- Records that stand aside now: they came and could not be read.
CREATE TABLE set_aside (
    source TEXT NOT NULL REFERENCES source (id),
    -- The record's id where it could be read, its place otherwise.
    key TEXT NOT NULL,
    scope TEXT,
    revision INTEGER,
    -- A SetAside, as JSON.
    content TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT;
