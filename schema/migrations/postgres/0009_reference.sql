-- What the reference registers said, every version of it, and when the gateway learnt it. A version is added where something else is
-- said, not for each round. Instants are microseconds since 1970 (UTC).
CREATE TABLE reference_version (
    register TEXT NOT NULL REFERENCES source (id),
    -- What is told of: empty for numbers of municipalities (klass) and for the list of municipalities (brreg), otherwise a unit's number.
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- Since when it is in force.
    since BIGINT NOT NULL,
    -- The generation that it came with.
    generation BIGINT NOT NULL,
    -- JSON.
    content TEXT NOT NULL,
    PRIMARY KEY (register, subject, version)
);
CREATE INDEX reference_version_by_generation ON reference_version (generation);

-- When Enhetsregisteret was last asked about a unit, whatever it said.
CREATE TABLE reference_check (
    unit TEXT PRIMARY KEY,
    checked_at BIGINT NOT NULL
);

-- Days since 1970 on which numbers of municipalities began or ended while gateways ran, each taken up by one new generation.
CREATE TABLE reference_turn (
    day BIGINT PRIMARY KEY
);

-- Whose slots are kept under another's name since they went up in it. A row is added and never taken back: slots would part.
CREATE TABLE slot_key (
    recipient TEXT NOT NULL,
    successor TEXT NOT NULL,
    PRIMARY KEY (recipient, successor),
    CHECK (recipient <> successor)
);

-- Claims that two municipalities' merger has set against each other keep out newcomers in lanes of their own: 0 ordinary, 1 exceptions,
-- from 2 on one claim's own.
DO $$
DECLARE
    stated text;
BEGIN
    FOR stated IN SELECT conname FROM pg_constraint WHERE conrelid = CAST('slot' AS regclass) AND contype = 'c'
        AND pg_get_constraintdef(oid) LIKE '%lane%'
    LOOP
        EXECUTE format('ALTER TABLE slot DROP CONSTRAINT %I', stated);
    END LOOP;
END $$;
ALTER TABLE slot ADD CHECK (lane >= 0),
    ADD CHECK ((lane = 0 AND exception IS NULL) OR (lane = 1 AND exception IS NOT NULL) OR lane >= 2),
    ADD CHECK (exception IS NULL OR exception = claim);

-- Who holds every activity of a slot holds each of them. A lane of one claim's own keeps newcomers out of the ordinary lane and, where
-- it is held by an exception, out of the exceptions'. The lock makes two who insert at once wait for each other. Each slot is looked up
-- in the index, also where the plan was made while the table was small.
CREATE OR REPLACE FUNCTION slot_covers_every_activity() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(subject.name, 0))
    FROM (SELECT DISTINCT recipient || ' ' || subject AS name FROM taken ORDER BY 1) AS subject;
    IF EXISTS (
        SELECT 1 FROM taken JOIN slot AS held
            ON held.recipient = taken.recipient AND held.subject = taken.subject AND held.month = taken.month
            AND held.target = taken.target
        WHERE held.claim <> taken.claim AND (
            (held.lane = taken.lane AND (held.activity = '' OR taken.activity = ''))
            OR (held.lane >= 2 AND (taken.lane = 0 OR (taken.lane = 1 AND held.exception IS NOT NULL))
                AND (held.activity = '' OR taken.activity = '' OR held.activity = taken.activity))
        )
    ) THEN
        RAISE unique_violation USING MESSAGE = 'the slot is held by a claim that covers it';
    END IF;
    RETURN NULL;
END $$;

-- A database that was copied has no default privileges. What was said and whose slots are whose stays.
GRANT SELECT, INSERT, UPDATE, DELETE ON reference_version, reference_check, reference_turn, slot_key TO programgrant_gateway;
REVOKE UPDATE, DELETE, TRUNCATE ON reference_version, slot_key FROM programgrant_gateway;
