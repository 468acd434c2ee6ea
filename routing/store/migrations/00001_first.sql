-- One text for SQLite and PostgreSQL: ids are TEXT, times BIGINT in milliseconds
-- of UTC (0: has not happened), JSON is TEXT, enums are the numbers of package routing.

-- +goose Up
CREATE TABLE callbacks (
    id          TEXT    NOT NULL PRIMARY KEY,
    token_hash  TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    number      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    queue       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    request_key TEXT, -- NULL: asked without a key, never equal to another
    state       INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    attempt     INTEGER NOT NULL,
    call_id     TEXT    NOT NULL,
    operator_id TEXT    NOT NULL,
    epoch       BIGINT  NOT NULL,
    holder      TEXT    NOT NULL,
    created     BIGINT  NOT NULL,
    changed     BIGINT  NOT NULL,
    talked      BIGINT  NOT NULL,
    ended       BIGINT  NOT NULL,
    UNIQUE (origin, request_key)
);
CREATE INDEX callbacks_state ON callbacks (state);
CREATE INDEX callbacks_created ON callbacks (created);

CREATE TABLE journals (
    session_id TEXT   NOT NULL PRIMARY KEY,
    last_seq   BIGINT NOT NULL
);

CREATE TABLE entries (
    id         TEXT    NOT NULL PRIMARY KEY,
    session_id TEXT    NOT NULL REFERENCES journals (session_id),
    seq        BIGINT  NOT NULL,
    call_id    TEXT    NOT NULL,
    happened   BIGINT  NOT NULL,
    kind       TEXT    NOT NULL,
    author     TEXT    NOT NULL,
    audience   INTEGER NOT NULL,
    data       TEXT    NOT NULL,
    UNIQUE (session_id, seq)
);
CREATE INDEX entries_call ON entries (call_id) WHERE call_id <> '';

CREATE TABLE operators (
    id            TEXT    NOT NULL PRIMARY KEY,
    login         TEXT    NOT NULL,
    login_folded  TEXT    NOT NULL UNIQUE, -- lower case, folded by the program
    name          TEXT    NOT NULL,
    public_name   TEXT    NOT NULL,
    rank          INTEGER NOT NULL,
    phone         TEXT    NOT NULL,
    active        BOOLEAN NOT NULL,
    desk_only     BOOLEAN NOT NULL,
    robot         BOOLEAN NOT NULL,
    password_hash TEXT    NOT NULL,
    language      TEXT    NOT NULL
);

CREATE TABLE staff_groups (
    name TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE operator_groups (
    operator_id TEXT    NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    place       INTEGER NOT NULL, -- keeps the order in which they were given
    name        TEXT    NOT NULL,
    PRIMARY KEY (operator_id, place)
);

CREATE TABLE phones (
    extension  TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    ha1_md5    TEXT NOT NULL,
    ha1_sha256 TEXT NOT NULL
);

CREATE TABLE desk_sessions (
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    operator_id TEXT   NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created     BIGINT NOT NULL,
    expires     BIGINT NOT NULL
);
CREATE INDEX desk_sessions_operator ON desk_sessions (operator_id);

CREATE TABLE calls (
    id          TEXT    NOT NULL PRIMARY KEY,
    session_id  TEXT    NOT NULL,
    kind        INTEGER NOT NULL,
    queue       TEXT    NOT NULL,
    client_name TEXT    NOT NULL,
    number      TEXT    NOT NULL,
    operator_id TEXT    NOT NULL,
    started     BIGINT  NOT NULL,
    talked      BIGINT  NOT NULL,
    ended       BIGINT  NOT NULL,
    cause       TEXT    NOT NULL
);
CREATE INDEX calls_started ON calls (started, id);

CREATE TABLE comments (
    id          TEXT   NOT NULL PRIMARY KEY,
    call_id     TEXT   NOT NULL,
    operator_id TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    changed     BIGINT NOT NULL
);
CREATE INDEX comments_call ON comments (call_id);
