-- Calendar addresses. The name begins with an underscore: no copy takes the table along, so that no address that was revoked comes back with
-- a restored store. Instants are microseconds since 1970 (UTC).
CREATE TABLE _calendar (
    id TEXT PRIMARY KEY,
    -- SHA-256 of what stands in the address; that itself is kept nowhere.
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    -- The organisation number of the body that made it.
    owner TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- From then on it leads nowhere.
    revoked_at BIGINT
);
CREATE INDEX _calendar_owner ON _calendar (owner);
GRANT SELECT, INSERT, UPDATE, DELETE ON _calendar TO programgrant_gateway;
