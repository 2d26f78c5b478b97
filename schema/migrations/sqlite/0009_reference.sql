-- What the reference registers said, every version of it, and when the gateway learnt it. A version is added where something else is
-- said, not for each round. Instants are microseconds since 1970 (UTC).
CREATE TABLE reference_version (
    register TEXT NOT NULL REFERENCES source (id),
    -- What is told of: empty for numbers of municipalities (klass) and for the list of municipalities (brreg), otherwise a unit's number.
    subject TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Since when it is in force.
    since INTEGER NOT NULL,
    -- The generation that it came with.
    generation INTEGER NOT NULL,
    -- JSON.
    content TEXT NOT NULL,
    PRIMARY KEY (register, subject, version)
) STRICT;
CREATE INDEX reference_version_by_generation ON reference_version (generation);

-- When Enhetsregisteret was last asked about a unit, whatever it said.
CREATE TABLE reference_check (
    unit TEXT PRIMARY KEY,
    checked_at INTEGER NOT NULL
) STRICT;

-- Days since 1970 on which numbers of municipalities began or ended while gateways ran, each taken up by one new generation.
CREATE TABLE reference_turn (
    day INTEGER PRIMARY KEY
) STRICT;

-- Whose slots are kept under another's name since they went up in it. A row is added and never taken back: slots would part.
CREATE TABLE slot_key (
    recipient TEXT NOT NULL,
    successor TEXT NOT NULL,
    PRIMARY KEY (recipient, successor),
    CHECK (recipient <> successor)
) STRICT;

-- Claims that two municipalities' merger has set against each other keep out newcomers in lanes of their own.
DROP TRIGGER slot_covers_every_activity;
DROP TRIGGER slot_is_not_handed_on;
DROP INDEX slot_by_claim;
ALTER TABLE slot RENAME TO slot_before;
CREATE TABLE slot (
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Year × 12 + month − 1.
    month INTEGER NOT NULL,
    -- 1 children and young, 2 adults, 4 other.
    target INTEGER NOT NULL CHECK (target IN (1, 2, 4)),
    -- 0 ordinary, 1 exceptions, from 2 on one claim's own.
    lane INTEGER NOT NULL CHECK (lane >= 0),
    -- Empty: every activity.
    activity TEXT NOT NULL,
    claim TEXT NOT NULL REFERENCES claim (id),
    -- The claim's exception, where it holds the slot by one.
    exception TEXT REFERENCES exception (claim),
    PRIMARY KEY (recipient, subject, month, target, lane, activity),
    CHECK ((lane = 0 AND exception IS NULL) OR (lane = 1 AND exception IS NOT NULL) OR lane >= 2),
    CHECK (exception IS NULL OR exception = claim)
) STRICT, WITHOUT ROWID;
INSERT INTO slot (recipient, subject, month, target, lane, activity, claim, exception)
SELECT recipient, subject, month, target, lane, activity, claim, exception FROM slot_before;
DROP TABLE slot_before;
CREATE INDEX slot_by_claim ON slot (claim);

-- Who holds every activity of a slot holds each of them. A lane of one claim's own keeps newcomers out of the ordinary lane and, where
-- it is held by an exception, out of the exceptions'.
CREATE TRIGGER slot_covers_every_activity BEFORE INSERT ON slot
WHEN EXISTS (
    SELECT 1 FROM slot AS held
    WHERE held.recipient = NEW.recipient AND held.subject = NEW.subject AND held.month = NEW.month AND held.target = NEW.target
      AND (held.lane = NEW.lane OR (held.lane >= 2 AND (NEW.lane = 0 OR (NEW.lane = 1 AND held.exception IS NOT NULL))))
      AND held.claim <> NEW.claim AND (held.activity = '' OR NEW.activity = '' OR held.activity = NEW.activity)
)
BEGIN
    SELECT RAISE(ABORT, 'the slot is held by a claim that covers it');
END;
CREATE TRIGGER slot_is_not_handed_on BEFORE UPDATE ON slot
BEGIN
    SELECT RAISE(ABORT, 'a slot is taken and given back, never changed');
END;
