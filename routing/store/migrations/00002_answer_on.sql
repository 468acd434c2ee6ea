-- Where a person's calls ring (routing.AnswerOn); 3 is both: who was there before
-- had only a phone, and it goes on ringing.

-- +goose Up
ALTER TABLE operators ADD COLUMN answer_on INTEGER NOT NULL DEFAULT 3;
