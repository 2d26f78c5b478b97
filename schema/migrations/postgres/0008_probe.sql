-- What a gateway writes to find out whether it could write. Nobody reads it, and no copy takes it along. Zeros are not
-- compressed here: they are to take the room that they are asked for.
CREATE TABLE _probe (content BYTEA NOT NULL);
ALTER TABLE _probe ALTER COLUMN content SET STORAGE EXTERNAL;
GRANT INSERT, DELETE, TRUNCATE ON _probe TO programgrant_gateway;
