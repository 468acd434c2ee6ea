-- Who comes to the pages, who is kept out, and who was invited.

-- +goose Up
CREATE TABLE visitors (
    id         TEXT   NOT NULL PRIMARY KEY,
    token_hash TEXT   NOT NULL UNIQUE,
    number     BIGINT NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    phone      TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    language   TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    seen       BIGINT NOT NULL
);

CREATE TABLE visitor_numbers (
    name TEXT   NOT NULL PRIMARY KEY, -- one row: the numbers are given one after another
    last BIGINT NOT NULL
);
INSERT INTO visitor_numbers (name, last) VALUES ('visitors', 0);

CREATE TABLE bans (
    id         TEXT   NOT NULL PRIMARY KEY,
    visitor_id TEXT   NOT NULL,
    number     TEXT   NOT NULL,
    session_id TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    author     TEXT   NOT NULL,
    decided    BIGINT NOT NULL,
    until      BIGINT NOT NULL, -- 0: for ever
    lifted_by  TEXT   NOT NULL,
    lifted     BIGINT NOT NULL
);
CREATE INDEX bans_visitor ON bans (visitor_id);
CREATE INDEX bans_open ON bans (decided) WHERE lifted = 0;

CREATE TABLE invitations (
    id           TEXT    NOT NULL PRIMARY KEY,
    code         TEXT    NOT NULL, -- '': belongs to a later invitation now
    token_hash   TEXT    NOT NULL UNIQUE,
    operator_id  TEXT    NOT NULL,
    queue        TEXT    NOT NULL,
    once         BOOLEAN NOT NULL,
    created      BIGINT  NOT NULL,
    code_expires BIGINT  NOT NULL,
    expires      BIGINT  NOT NULL,
    uses         INTEGER NOT NULL,
    visitor_id   TEXT    NOT NULL,
    ended        BIGINT  NOT NULL
);
CREATE UNIQUE INDEX invitations_code ON invitations (code) WHERE code <> '';
CREATE INDEX invitations_operator ON invitations (operator_id, created);
CREATE INDEX invitations_expires ON invitations (expires);
