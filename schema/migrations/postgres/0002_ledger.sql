-- The ledger: claims, the slots that they hold, exceptions, cases, and the audit chain. Instants are microseconds since 1970 (UTC).

-- The chain's head and what the whole ledger is under.
CREATE TABLE ledger (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    -- The last entry's number and hash; the hash of nothing before the first.
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    -- The ledger's clock at the last entry: it never runs backwards.
    at BIGINT NOT NULL,
    -- Why every answer is UNDETERMINED; null while the ledger is in order.
    suspended TEXT,
    -- The key that receipts are signed with.
    seal TEXT NOT NULL
);
INSERT INTO ledger (only_row, sequence, hash, at, seal)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, replace(CAST(gen_random_uuid() AS TEXT) || CAST(gen_random_uuid() AS TEXT), '-', ''));

CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    -- The idempotency key, per principal: kept as long as the claim.
    organisation TEXT NOT NULL,
    principal TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('REQUESTED', 'HELD', 'CLEARED', 'DENIED', 'CONFIRMED', 'PAID', 'REVERSED', 'RELEASED', 'EXPIRED', 'QUARANTINED')),
    fence BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    year BIGINT NOT NULL,
    -- When the ledger's clock ends the state; null where time does not.
    expires_at BIGINT,
    -- The claim as JSON, to the letter as its last entry holds it.
    body TEXT NOT NULL,
    -- That entry.
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (organisation, principal, idempotency_key),
    UNIQUE (id, organisation)
);
CREATE INDEX claim_by_expiry ON claim (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX claim_by_subject ON claim (subject, year);
CREATE INDEX claim_by_recipient ON claim (recipient, year);

-- Exceptions that two people from two bodies, neither of them the asker, have agreed on.
CREATE TABLE exception (
    claim TEXT PRIMARY KEY,
    asked_by TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    legal_basis TEXT NOT NULL CHECK (trim(legal_basis) <> ''),
    proposed_at BIGINT NOT NULL,
    approved_at BIGINT NOT NULL,
    CHECK (asked_by <> proposed_by AND asked_by <> approved_by AND proposed_by <> approved_by),
    CHECK (approved_at >= proposed_at AND approved_at < proposed_at + 604800000000),
    FOREIGN KEY (claim, asked_by) REFERENCES claim (id, organisation)
);

-- A slot that a claim holds. The primary key has the last word on who holds it.
CREATE TABLE slot (
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Year × 12 + month − 1.
    month BIGINT NOT NULL,
    -- 1 children and young, 2 adults, 4 other.
    target BIGINT NOT NULL CHECK (target IN (1, 2, 4)),
    -- 0 ordinary, 1 exceptions.
    lane BIGINT NOT NULL CHECK (lane IN (0, 1)),
    -- Empty: every activity.
    activity TEXT NOT NULL,
    claim TEXT NOT NULL REFERENCES claim (id),
    -- In the exceptions' lane, the claim's exception.
    exception TEXT REFERENCES exception (claim),
    PRIMARY KEY (recipient, subject, month, target, lane, activity),
    CHECK ((lane = 0 AND exception IS NULL) OR (lane = 1 AND exception = claim AND exception IS NOT NULL))
);
CREATE INDEX slot_by_claim ON slot (claim);

-- Who holds every activity of a slot holds each of them. The lock makes two who insert at once wait for each other. Each slot is
-- looked up in the index, also where the plan was made while the table was small.
CREATE FUNCTION slot_covers_every_activity() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(subject.name, 0))
    FROM (SELECT DISTINCT recipient || ' ' || subject AS name FROM taken ORDER BY 1) AS subject;
    IF EXISTS (
        SELECT 1 FROM taken JOIN slot AS held
            ON held.recipient = taken.recipient AND held.subject = taken.subject AND held.month = taken.month
            AND held.target = taken.target AND held.lane = taken.lane
        WHERE held.claim <> taken.claim AND (held.activity = '' OR taken.activity = '')
    ) THEN
        RAISE unique_violation USING MESSAGE = 'the slot is held by a claim that covers it';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER slot_covers_every_activity AFTER INSERT ON slot
    REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION slot_covers_every_activity();
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TRIGGER slot_is_not_handed_on BEFORE UPDATE OR TRUNCATE ON slot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a slot is taken and given back, never changed');

-- What slots are counted in.
CREATE TABLE month (number BIGINT PRIMARY KEY);
INSERT INTO month (number)
SELECT generate_series(22800, 26411);
CREATE TABLE target_group (bit BIGINT PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO target_group (bit, name) VALUES (1, 'CHILDREN_AND_YOUNG'), (2, 'ADULTS'), (4, 'OTHER');

-- Double funding found where nobody asked.
CREATE TABLE double_funding_case (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'CONFIRMED', 'DISMISSED', 'SETTLED')),
    programme TEXT,
    municipality TEXT,
    scheme TEXT,
    year BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    -- The case as JSON, to the letter as its last entry holds it.
    body TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX case_by_opening ON double_funding_case (opened_at, id);

-- The audit chain: one entry for each transition, each bound to the one before it.
CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    -- The claim or case.
    subject TEXT NOT NULL,
    -- The canonical bytes.
    content TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
);
CREATE INDEX audit_by_subject ON audit (subject, sequence);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('an entry of the audit chain is never changed or removed');

-- The gateway works under a role that may add to the chain and read it, and nothing else. Roles belong to the whole server: one
-- that is there already serves.
DO $$
BEGIN
    CREATE ROLE programgrant_gateway NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT programgrant_gateway TO CURRENT_USER;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO programgrant_gateway;
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM programgrant_gateway;
REVOKE UPDATE, TRUNCATE ON slot FROM programgrant_gateway;
REVOKE INSERT, UPDATE, DELETE ON month, target_group FROM programgrant_gateway;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO programgrant_gateway;
