-- Exclusions: what the gateway keeps in each back-office system. Lists are JSON; instants are microseconds since 1970 (UTC).
CREATE TABLE exclusion (
    source TEXT PRIMARY KEY,
    -- All that may have been written there and was not seen lifted. Stored before anything is written.
    written TEXT NOT NULL DEFAULT '[]',
    -- Grows whenever `written` is stored: whoever read it before is not on top of things.
    version INTEGER NOT NULL DEFAULT 0,
    -- What was wanted and seen to stand in the last round.
    standing TEXT NOT NULL DEFAULT '[]',
    -- What stands there and is somebody else's; null where the system never said.
    others TEXT,
    -- The last round after which all stood as wanted.
    kept_at INTEGER,
    -- The last round.
    tried_at INTEGER,
    -- Why the last round left something undone; null when it did not.
    last_error TEXT
) STRICT;
