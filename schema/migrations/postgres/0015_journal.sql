-- The journal: what the programme itself decides, and what is said to it on the way. No back-office system holds any of it.
CREATE TABLE journal (
    id TEXT PRIMARY KEY,
    programme TEXT NOT NULL,
    -- The record as JSON, to the letter as its last entry holds it.
    body TEXT NOT NULL,
    -- That entry.
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX journal_by_sequence ON journal (sequence);
CREATE TRIGGER journal_is_not_removed BEFORE DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a record of the journal is never removed');
REVOKE DELETE, TRUNCATE ON journal FROM programgrant_gateway;

-- Participations as they were decided, every version, and the generation that begins with each: what the picture and its past are told by.
CREATE TABLE participation_version (
    -- Organisation number and programme.
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- Since when it is in force. Microseconds since 1970 (UTC).
    since BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    -- JSON.
    content TEXT NOT NULL,
    PRIMARY KEY (subject, version)
);
CREATE INDEX participation_version_by_generation ON participation_version (generation);
GRANT SELECT, INSERT, UPDATE ON journal TO programgrant_gateway;
GRANT SELECT, INSERT ON participation_version TO programgrant_gateway;
