-- The ledger: claims, the slots that they hold, exceptions, cases, and the audit chain. Instants are microseconds since 1970 (UTC).

-- The chain's head and what the whole ledger is under.
CREATE TABLE ledger (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    -- The last entry's number and hash; the hash of nothing before the first.
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    -- The ledger's clock at the last entry: it never runs backwards.
    at INTEGER NOT NULL,
    -- Why every answer is UNDETERMINED; null while the ledger is in order.
    suspended TEXT,
    -- The key that receipts are signed with.
    seal TEXT NOT NULL
) STRICT;
INSERT INTO ledger (only_row, sequence, hash, at, seal)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, lower(hex(randomblob(32))));

CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    -- The idempotency key, per principal: kept as long as the claim.
    organisation TEXT NOT NULL,
    principal TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('REQUESTED', 'HELD', 'CLEARED', 'DENIED', 'CONFIRMED', 'PAID', 'REVERSED', 'RELEASED', 'EXPIRED', 'QUARANTINED')),
    fence INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    year INTEGER NOT NULL,
    -- When the ledger's clock ends the state; null where time does not.
    expires_at INTEGER,
    -- The claim as JSON, to the letter as its last entry holds it.
    body TEXT NOT NULL,
    -- That entry.
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (organisation, principal, idempotency_key),
    UNIQUE (id, organisation)
) STRICT;
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
    proposed_at INTEGER NOT NULL,
    approved_at INTEGER NOT NULL,
    CHECK (asked_by <> proposed_by AND asked_by <> approved_by AND proposed_by <> approved_by),
    CHECK (approved_at >= proposed_at AND approved_at < proposed_at + 604800000000),
    FOREIGN KEY (claim, asked_by) REFERENCES claim (id, organisation)
) STRICT;

-- A slot that a claim holds. The primary key has the last word on who holds it.
CREATE TABLE slot (
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Year × 12 + month − 1.
    month INTEGER NOT NULL,
    -- 1 children and young, 2 adults, 4 other.
    target INTEGER NOT NULL CHECK (target IN (1, 2, 4)),
    -- 0 ordinary, 1 exceptions.
    lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
    -- Empty: every activity.
    activity TEXT NOT NULL,
    claim TEXT NOT NULL REFERENCES claim (id),
    -- In the exceptions' lane, the claim's exception.
    exception TEXT REFERENCES exception (claim),
    PRIMARY KEY (recipient, subject, month, target, lane, activity),
    CHECK ((lane = 0 AND exception IS NULL) OR (lane = 1 AND exception = claim AND exception IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_by_claim ON slot (claim);

-- Who holds every activity of a slot holds each of them.
CREATE TRIGGER slot_covers_every_activity BEFORE INSERT ON slot
WHEN EXISTS (
    SELECT 1 FROM slot AS held
    WHERE held.recipient = NEW.recipient AND held.subject = NEW.subject AND held.month = NEW.month AND held.target = NEW.target
      AND held.lane = NEW.lane AND held.claim <> NEW.claim AND (held.activity = '' OR NEW.activity = '' OR held.activity = NEW.activity)
)
BEGIN
    SELECT RAISE(ABORT, 'the slot is held by a claim that covers it');
END;
CREATE TRIGGER slot_is_not_handed_on BEFORE UPDATE ON slot
BEGIN
    SELECT RAISE(ABORT, 'a slot is taken and given back, never changed');
END;

-- What slots are counted in.
CREATE TABLE month (number INTEGER PRIMARY KEY) STRICT;
INSERT INTO month (number)
WITH RECURSIVE counted (number) AS (SELECT 22800 UNION ALL SELECT number + 1 FROM counted WHERE number < 26411)
SELECT number FROM counted;
CREATE TABLE target_group (bit INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO target_group (bit, name) VALUES (1, 'CHILDREN_AND_YOUNG'), (2, 'ADULTS'), (4, 'OTHER');

-- Double funding found where nobody asked.
CREATE TABLE double_funding_case (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'CONFIRMED', 'DISMISSED', 'SETTLED')),
    programme TEXT,
    municipality TEXT,
    scheme TEXT,
    year INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    -- The case as JSON, to the letter as its last entry holds it.
    body TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX case_by_opening ON double_funding_case (opened_at, id);

-- The audit chain: one entry for each transition, each bound to the one before it.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    -- The claim or case.
    subject TEXT NOT NULL,
    -- The canonical bytes.
    content TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, sequence);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit chain is never changed');
END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit chain is never removed');
END;
-- `INSERT OR REPLACE` removes a row without asking the trigger above.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence OR hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit chain is never replaced');
END;
