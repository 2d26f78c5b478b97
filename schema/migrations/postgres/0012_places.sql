-- Who holds a place is found by slot_by_place. While the table had not been counted, PostgreSQL took the index of the exclusion for as
-- good, and read much of it. Recipient and scheme stand in the exclusion as expressions now, so that it serves nobody who looks for them;
-- what it refuses is the same.
ALTER TABLE slot DROP CONSTRAINT slot_has_one_holder;
ALTER TABLE slot ADD CONSTRAINT slot_has_one_holder EXCLUDE USING gist (
    hashtextextended(recipient || ' ' || subject, 0) WITH =,
    int8range(month_from, month_until, '[]') WITH &&,
    (recipient || '') WITH =,
    (subject || '') WITH =,
    int8range(target_from, target_until, '[]') WITH &&,
    (CASE WHEN activity = '' THEN activity_range('', NULL) ELSE activity_range(activity, activity, '[]') END) WITH &&,
    lane WITH =,
    party WITH <>
);
