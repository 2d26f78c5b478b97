-- What a gateway writes to find out whether it could write. Nobody reads it, and no copy takes it along.
CREATE TABLE _probe (content BLOB NOT NULL) STRICT;
