-- What people change by day, each setting a document that routing/settings knows,
-- and what each person of ours may have open and look at (routing.Operator).

-- +goose Up
CREATE TABLE settings (
    kind    TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    data    TEXT   NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

ALTER TABLE operators ADD COLUMN chat_limit INTEGER NOT NULL DEFAULT 3;
ALTER TABLE operators ADD COLUMN preview BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE operators ADD COLUMN description TEXT NOT NULL DEFAULT '';
