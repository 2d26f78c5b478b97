-- One row for each place that a claim holds: months and target groups as ranges. Overlap is refused by the database itself: an
-- exclusion constraint, which needs the extension btree_gist. Opening the store sees to that.

-- Gateways of before wait here, and find no head afterwards.
LOCK TABLE ledger, claim, exception, slot IN ACCESS EXCLUSIVE MODE;

DROP TRIGGER slot_covers_every_activity ON slot;
DROP FUNCTION slot_covers_every_activity();
DROP TRIGGER slot_is_not_handed_on ON slot;
DROP INDEX slot_by_claim;
ALTER TABLE slot RENAME TO slot_before;

CREATE TYPE activity_range AS RANGE (subtype = text, collation = "C");

CREATE TABLE slot (
    claim TEXT NOT NULL REFERENCES claim (id),
    recipient TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    -- Year × 12 + month − 1, both inclusive.
    month_from BIGINT NOT NULL,
    month_until BIGINT NOT NULL,
    -- 1 children and young, 2 adults, 3 other, both inclusive.
    target_from BIGINT NOT NULL CHECK (target_from BETWEEN 1 AND 3),
    target_until BIGINT NOT NULL CHECK (target_until BETWEEN 1 AND 3),
    -- Empty: every activity.
    activity TEXT COLLATE "C" NOT NULL,
    -- 0 ordinary, 1 exceptions.
    lane BIGINT NOT NULL CHECK (lane IN (0, 1)),
    -- Keeps out all that are not of it. A claim is a party of its own; those that a merger has set against each other are one together.
    party TEXT COLLATE "C" NOT NULL,
    -- In the exceptions' lane, the claim's exception.
    exception TEXT REFERENCES exception (claim),
    CONSTRAINT slot_of_claim PRIMARY KEY (claim, recipient, subject),
    CHECK (month_from <= month_until AND target_from <= target_until),
    CHECK ((lane = 0 AND exception IS NULL) OR (lane = 1 AND exception = claim AND exception IS NOT NULL))
);

-- What each claim holds at each place, and whether that is a range.
CREATE TABLE slot_gathered AS
SELECT claim, recipient, subject, min(month) AS month_from, max(month) AS month_until,
    -- 1, 2 and 4 become 1, 2 and 3.
    min(target) - min(target) / 4 AS target_from, max(target) - max(target) / 4 AS target_until,
    min(activity) AS activity, max(activity) AS last_activity, min(exception) AS exception, count(exception) AS excepted, count(*) AS slots,
    min(lane) <> max(lane) AS is_mixed, CASE WHEN count(exception) > 0 THEN 1 ELSE 0 END AS lane
FROM slot_before GROUP BY claim, recipient, subject;
CREATE INDEX slot_gathered_by_place ON slot_gathered (recipient, subject, lane);
ANALYZE slot_gathered;

-- A claim whose slots cannot be told by a range ends the migration, and nothing has changed.
DO $$
DECLARE
    flawed text;
BEGIN
    SELECT claim INTO flawed FROM slot_gathered
    WHERE slots <> (month_until - month_from + 1) * (target_until - target_from + 1)
        OR activity <> last_activity OR excepted NOT IN (0, slots) OR is_mixed
    ORDER BY claim LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the slots of % cannot be told by a range', flawed;
    END IF;
END $$;

-- Who overlaps in one lane does so by a merger, and is of one party, which is called after its least claim.
CREATE TABLE slot_party AS
WITH RECURSIVE overlap (claim, other) AS MATERIALIZED (
    SELECT DISTINCT one.claim, other.claim FROM slot_gathered AS one JOIN slot_gathered AS other
        ON one.recipient = other.recipient AND one.subject = other.subject AND one.lane = other.lane
    WHERE one.claim <> other.claim AND one.month_from <= other.month_until AND other.month_from <= one.month_until
        AND one.target_from <= other.target_until AND other.target_from <= one.target_until
        AND (one.activity = '' OR other.activity = '' OR one.activity = other.activity)
),
reached (claim, other) AS (
    SELECT claim, claim FROM overlap
    UNION
    SELECT reached.claim, overlap.other FROM reached JOIN overlap ON overlap.claim = reached.other
)
SELECT claim, 'merged ' || min(other) AS party FROM reached GROUP BY claim;

INSERT INTO slot (claim, recipient, subject, month_from, month_until, target_from, target_until, activity, lane, party, exception)
SELECT gathered.claim, recipient, subject, month_from, month_until, target_from, target_until, activity, lane,
    coalesce(slot_party.party, gathered.claim), exception
FROM slot_gathered AS gathered LEFT JOIN slot_party ON slot_party.claim = gathered.claim;

-- The same slots as before: each is held by the same claim, and no more are.
DO $$
DECLARE
    flawed text;
BEGIN
    SELECT before.claim INTO flawed FROM slot_before AS before LEFT JOIN slot
        ON slot.claim = before.claim AND slot.recipient = before.recipient AND slot.subject = before.subject
        AND before.month BETWEEN slot.month_from AND slot.month_until
        AND before.target - before.target / 4 BETWEEN slot.target_from AND slot.target_until
        AND slot.activity = before.activity AND slot.exception IS NOT DISTINCT FROM before.exception
    WHERE slot.claim IS NULL ORDER BY before.claim LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the slots of % cannot be told by a range', flawed;
    END IF;
    IF (SELECT count(*) FROM slot_before)
        <> (SELECT coalesce(sum((month_until - month_from + 1) * (target_until - target_from + 1)), 0) FROM slot) THEN
        RAISE EXCEPTION 'the slots of the ledger cannot be told by ranges';
    END IF;
END $$;

DROP TABLE slot_before;
DROP TABLE slot_gathered;
DROP TABLE slot_party;
DROP TABLE month;
DROP TABLE target_group;

CREATE INDEX slot_by_place ON slot (recipient, subject, month_until);

-- Who holds every activity of a slot holds each of them. Whoever comes at the same time waits for the other. The number and the months come
-- first because they are found by quickly; what is refused is decided by all.
ALTER TABLE slot ADD CONSTRAINT slot_has_one_holder EXCLUDE USING gist (
    hashtextextended(recipient || ' ' || subject, 0) WITH =,
    int8range(month_from, month_until, '[]') WITH &&,
    recipient WITH =,
    subject WITH =,
    int8range(target_from, target_until, '[]') WITH &&,
    (CASE WHEN activity = '' THEN activity_range('', NULL) ELSE activity_range(activity, activity, '[]') END) WITH &&,
    lane WITH =,
    party WITH <>
);
CREATE TRIGGER slot_is_not_handed_on BEFORE UPDATE OR TRUNCATE ON slot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a slot is taken and given back, never changed');

-- A database that was copied has no default privileges.
GRANT SELECT, INSERT, DELETE ON slot TO programgrant_gateway;
REVOKE UPDATE, TRUNCATE ON slot FROM programgrant_gateway;
-- How far the layout has come, so that a gateway knows when it is past its own.
GRANT SELECT ON _sqlx_migrations TO programgrant_gateway;

-- A gateway that knows nothing of this layout finds no head, and answers that the ledger cannot be reached.
ALTER TABLE ledger RENAME COLUMN at TO last_at;
