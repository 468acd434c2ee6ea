-- What no session tells of an operator's day, and the sessions of a day.

-- +goose Up
CREATE TABLE spans (
    id          TEXT    NOT NULL PRIMARY KEY,
    operator_id TEXT    NOT NULL,
    kind        INTEGER NOT NULL,
    began       BIGINT  NOT NULL,
    ended       BIGINT  NOT NULL -- 0: it lasts
);
CREATE INDEX spans_operator ON spans (operator_id, began);
CREATE INDEX spans_lasting ON spans (began) WHERE ended = 0;

CREATE INDEX sessions_closed ON sessions (closed);
