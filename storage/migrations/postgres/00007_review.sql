-- What tasks ask to be reported, and the review of reports. The folder for
-- SQLite says the same in its own words: change both.
-- +goose Up
ALTER TABLE bulletin ADD COLUMN form TEXT NOT NULL DEFAULT '{}'; -- the usual one

ALTER TABLE report ADD COLUMN replies TEXT NOT NULL DEFAULT '[]'; -- to the questions that have a label
ALTER TABLE report ADD COLUMN state SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE report ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE report ADD COLUMN reviewer_id BIGINT NOT NULL DEFAULT 0; -- 0: an admin who is no collaborator
ALTER TABLE report ADD COLUMN reviewed_at BIGINT;
ALTER TABLE report ADD COLUMN reason SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE report ADD COLUMN reason_text TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN told_at BIGINT; -- when its author read of the return
CREATE INDEX report_waiting ON report (bulletin_id, id) WHERE state = 1;
CREATE INDEX report_untold ON report (id) WHERE state = 3 AND told_at IS NULL;

-- Sums of the numbers and counts of the choices that reports gave, by question
-- of the task's form. Group 0 is the whole ward, as in the tally.
CREATE TABLE figure (
    bulletin_id BIGINT NOT NULL,
    ward_id     BIGINT NOT NULL,
    group_id    BIGINT NOT NULL,
    day         BIGINT NOT NULL,
    question    SMALLINT NOT NULL,
    choice      SMALLINT NOT NULL, -- 0 for a number
    n           BIGINT NOT NULL,
    PRIMARY KEY (bulletin_id, ward_id, group_id, question, choice)
);
CREATE INDEX figure_day ON figure (day) WHERE group_id = 0;

-- What photos of reports look like. The photos are at Telegram.
CREATE TABLE photo_hash (
    report_id  BIGINT NOT NULL,
    unique_id  TEXT NOT NULL,
    file_id    TEXT NOT NULL, -- of its smallest size
    at         BIGINT NOT NULL,
    checked_at BIGINT,        -- none: not looked at yet
    hash       BIGINT,        -- none: cannot be compared
    alike      BIGINT,        -- an earlier report with a photo that looks the same
    PRIMARY KEY (report_id, unique_id)
);
CREATE INDEX photo_hash_unchecked ON photo_hash (at) WHERE checked_at IS NULL;
CREATE INDEX photo_hash_at ON photo_hash (at) WHERE hash IS NOT NULL;
CREATE INDEX photo_hash_alike ON photo_hash (alike) WHERE alike IS NOT NULL;

ALTER TABLE conversation ADD COLUMN brought_back_at BIGINT; -- what is left unfinished is brought back once

-- +goose Down
ALTER TABLE conversation DROP COLUMN brought_back_at;
DROP TABLE photo_hash;
DROP TABLE figure;
DROP INDEX report_untold;
DROP INDEX report_waiting;
ALTER TABLE report DROP COLUMN told_at;
ALTER TABLE report DROP COLUMN reason_text;
ALTER TABLE report DROP COLUMN reason;
ALTER TABLE report DROP COLUMN reviewed_at;
ALTER TABLE report DROP COLUMN reviewer_id;
ALTER TABLE report DROP COLUMN revision;
ALTER TABLE report DROP COLUMN state;
ALTER TABLE report DROP COLUMN replies;
ALTER TABLE bulletin DROP COLUMN form;
