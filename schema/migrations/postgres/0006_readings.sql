-- The generation since which the source has listed the record without a break; of a record from before, the last one in which anything
-- had vanished by the time that it was received.
ALTER TABLE record ADD COLUMN listed_in BIGINT NOT NULL DEFAULT 0;
CREATE INDEX record_by_vanishing ON record (source, vanished_at) WHERE vanished_at IS NOT NULL;
UPDATE record SET listed_in = COALESCE((
    SELECT max(gone.generation) FROM record AS gone
    WHERE gone.source = record.source AND gone.vanished_at IS NOT NULL AND gone.vanished_at <= record.received_at
), 0);
DROP INDEX record_by_vanishing;
-- The later time of change that the source had stated before the one in force; null where its times run forwards.
ALTER TABLE record ADD COLUMN changed_before BIGINT;

-- What other headings list of a record that is in force under one of them: the latest statement of each.
CREATE TABLE other_listing (
    source TEXT NOT NULL REFERENCES source (id),
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    reference TEXT NOT NULL,
    revision BIGINT,
    changed_at BIGINT,
    content TEXT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (source, id, scope)
);

-- The items of a queue that were stored, by the system's own names for them: whichever comes again is a repeat.
CREATE TABLE queue_item (
    source TEXT NOT NULL REFERENCES source (id),
    reference TEXT NOT NULL,
    -- The record that it brought; empty where not even its id could be read.
    record TEXT NOT NULL,
    -- 0 where it was set aside.
    readable BIGINT NOT NULL CHECK (readable IN (0, 1)),
    PRIMARY KEY (source, reference, record, readable)
);
