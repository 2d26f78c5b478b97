-- Logging in. The names begin with an underscore: no copy takes these tables along, and a restored store has another key, so that nobody
-- is logged in who was logged in before. Instants are microseconds since 1970 (UTC).
-- What cookies are sealed with, made once for all gateways over this store.
CREATE TABLE _login_key (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    content BLOB NOT NULL CHECK (length(content) = 32)
) STRICT;
-- Sessions that were ended before their time.
CREATE TABLE _ended_session (
    issuer TEXT NOT NULL,
    -- `sid:` and the issuer's name of it, `id:` and ours, `jti:` and the id of the token that said so, or `*` for all of the issuer.
    session TEXT NOT NULL,
    -- What began later is another session.
    ended_at INTEGER NOT NULL,
    -- Nobody could bring it after that.
    until INTEGER NOT NULL,
    PRIMARY KEY (issuer, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX _ended_session_until ON _ended_session (until);
