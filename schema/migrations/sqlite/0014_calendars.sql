-- Calendar addresses. The name begins with an underscore: no copy takes the table along, so that no address that was revoked comes back with
-- a restored store. Instants are microseconds since 1970 (UTC).
CREATE TABLE _calendar (
    id TEXT PRIMARY KEY,
    -- SHA-256 of what stands in the address; that itself is kept nowhere.
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    -- The organisation number of the body that made it.
    owner TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    -- From then on it leads nowhere.
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX _calendar_owner ON _calendar (owner);
