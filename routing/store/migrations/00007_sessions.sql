-- Sessions: one row for each, whatever the visitor came by. Lists are JSON in the
-- row; session_tags and session_parts are what they are searched by. searched is
-- what words are looked for in, folded by the program.

-- +goose Up
CREATE TABLE sessions (
    id          TEXT    NOT NULL PRIMARY KEY,
    request_key TEXT, -- NULL: asked without a key, never equal to another
    visitor_id  TEXT    NOT NULL,
    number      BIGINT  NOT NULL, -- the visitor's
    channel     INTEGER NOT NULL,
    widget_id   TEXT    NOT NULL,
    queue       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    state       INTEGER NOT NULL,
    outcome     INTEGER NOT NULL,
    operator_id TEXT    NOT NULL,
    first       BOOLEAN NOT NULL,
    for_id      TEXT    NOT NULL,
    for_groups  TEXT    NOT NULL,
    from_id     TEXT    NOT NULL,
    handed      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    entry_url   TEXT    NOT NULL,
    entry_title TEXT    NOT NULL,
    referrer    TEXT    NOT NULL,
    browser     TEXT    NOT NULL,
    os          TEXT    NOT NULL,
    params      TEXT    NOT NULL,
    tags        TEXT    NOT NULL,
    notes       TEXT    NOT NULL,
    parts       TEXT    NOT NULL,
    call_id     TEXT    NOT NULL,
    requested   BIGINT  NOT NULL,
    accepted    BIGINT  NOT NULL,
    ended       BIGINT  NOT NULL,
    closed      BIGINT  NOT NULL,
    searched    TEXT    NOT NULL,
    UNIQUE (visitor_id, request_key)
);
CREATE INDEX sessions_requested ON sessions (requested, id);
CREATE INDEX sessions_visitor ON sessions (visitor_id, requested, id);
CREATE INDEX sessions_queue ON sessions (queue, requested, id);
CREATE INDEX sessions_open ON sessions (requested) WHERE closed = 0;

CREATE TABLE session_tags (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    tag        TEXT NOT NULL,
    PRIMARY KEY (tag, session_id)
);
CREATE INDEX session_tags_session ON session_tags (session_id);

CREATE TABLE session_parts (
    session_id  TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    place       INTEGER NOT NULL, -- 0 is the first operator's
    operator_id TEXT    NOT NULL,
    result      TEXT    NOT NULL,
    PRIMARY KEY (session_id, place)
);
CREATE INDEX session_parts_operator ON session_parts (operator_id, session_id);
CREATE INDEX session_parts_result ON session_parts (result, session_id);

ALTER TABLE callbacks ADD COLUMN visitor_id TEXT NOT NULL DEFAULT '';
