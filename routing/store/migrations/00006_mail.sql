-- Mails that wait to be sent, messages left while nobody was there, and who was missed.

-- +goose Up
CREATE TABLE mails (
    id            TEXT    NOT NULL PRIMARY KEY,
    recipient     TEXT    NOT NULL,
    recipient_name TEXT    NOT NULL,
    reply_to      TEXT    NOT NULL,
    reply_to_name TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    session_id    TEXT    NOT NULL,
    state         INTEGER NOT NULL,
    due           BIGINT  NOT NULL,
    attempt       INTEGER NOT NULL,
    answer        TEXT    NOT NULL,
    epoch         BIGINT  NOT NULL,
    holder        TEXT    NOT NULL,
    leased        BIGINT  NOT NULL,
    created       BIGINT  NOT NULL,
    failed        BIGINT  NOT NULL,
    ended         BIGINT  NOT NULL
);
CREATE INDEX mails_due ON mails (due, id) WHERE state = 1; -- those that wait
CREATE INDEX mails_failed ON mails (failed) WHERE failed <> 0;
CREATE INDEX mails_ended ON mails (ended) WHERE ended <> 0;

CREATE TABLE offline_requests (
    id          TEXT    NOT NULL PRIMARY KEY,
    widget      TEXT    NOT NULL,
    queue       TEXT    NOT NULL,
    visitor_id  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    page        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    request_key TEXT, -- NULL: asked without a key, never equal to another
    consent     BOOLEAN NOT NULL,
    created     BIGINT  NOT NULL,
    UNIQUE (origin, request_key)
);
CREATE INDEX offline_requests_origin ON offline_requests (origin, created);

CREATE TABLE missed (
    id          TEXT    NOT NULL PRIMARY KEY,
    reason      INTEGER NOT NULL,
    channel     INTEGER NOT NULL, -- 0: the offline form
    queue       TEXT    NOT NULL,
    session_id  TEXT    NOT NULL,
    visitor_id  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    email_folded TEXT   NOT NULL, -- lower case, folded by the program
    body        TEXT    NOT NULL,
    page        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    happened    BIGINT  NOT NULL,
    done        BIGINT  NOT NULL,
    done_by     TEXT    NOT NULL
);
CREATE INDEX missed_happened ON missed (happened, id);
CREATE INDEX missed_open ON missed (queue) WHERE done = 0;
CREATE INDEX missed_open_phone ON missed (phone) WHERE done = 0;
CREATE INDEX missed_open_email ON missed (email_folded) WHERE done = 0;
CREATE INDEX missed_open_visitor ON missed (visitor_id) WHERE done = 0;
