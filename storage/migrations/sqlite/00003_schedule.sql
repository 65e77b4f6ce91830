-- Bulletins that are sent at set times, those that come too late, and those
-- that are told together with another one after an outage. The folder for
-- PostgreSQL says the same in its own words: change both.
-- +goose Up

-- A kept draft and when it is sent. A slot belongs to whoever moves next_at
-- on from it.
CREATE TABLE schedule (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out twice: old buttons name it
    draft_key TEXT NOT NULL UNIQUE,
    chat_id   BIGINT NOT NULL, -- of the coordinator who planned it
    language  TEXT NOT NULL,
    draft     TEXT NOT NULL,
    rule      TEXT NOT NULL,
    deadline  TEXT NOT NULL,
    next_at   BIGINT,          -- none: it is over
    paused    SMALLINT NOT NULL,
    missed    BIGINT NOT NULL DEFAULT 0, -- slots of which the coordinator is to be told
    missed_at BIGINT
);
CREATE INDEX schedule_next ON schedule (next_at) WHERE next_at IS NOT NULL;

ALTER TABLE bulletin ADD COLUMN meant_at BIGINT; -- before quiet hours put it off

-- Told by another bulletin's message, which counts how many others it tells of.
ALTER TABLE delivery ADD COLUMN told_by BIGINT;
ALTER TABLE delivery ADD COLUMN others SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE bulletin ADD COLUMN tells SMALLINT NOT NULL DEFAULT 0; -- some of its messages do
CREATE INDEX delivery_told ON delivery (told_by, person_id) WHERE told_by IS NOT NULL;
CREATE INDEX delivery_too_late ON delivery (bulletin_id) WHERE err = 'too late';

-- +goose Down
DROP INDEX delivery_too_late;
DROP INDEX delivery_told;
ALTER TABLE bulletin DROP COLUMN tells;
ALTER TABLE delivery DROP COLUMN others;
ALTER TABLE delivery DROP COLUMN told_by;
ALTER TABLE bulletin DROP COLUMN meant_at;
DROP TABLE schedule;
