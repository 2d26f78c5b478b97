-- How many batches of the source were stored: whoever pulled before the last of them is not on top of things.
ALTER TABLE source ADD COLUMN batches BIGINT NOT NULL DEFAULT 0;
