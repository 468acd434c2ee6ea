-- What a call is searched by: its number as digits and its client's name without
-- case and accents, folded by the program. NULL: not folded yet, as in the rows of
-- earlier releases; the program does it when it starts.

-- +goose Up
ALTER TABLE calls ADD COLUMN digits TEXT;
ALTER TABLE calls ADD COLUMN client_folded TEXT;
CREATE INDEX calls_unfolded ON calls (id) WHERE client_folded IS NULL;
CREATE INDEX calls_search ON calls (started, id, digits, client_folded, operator_id, queue, kind); -- read instead of the rows
CREATE INDEX calls_operator ON calls (operator_id, started, id);
CREATE INDEX calls_queue ON calls (queue, started, id);
