-- Posts: a ward's group or channel is a board, and a bulletin on it is a post.
-- Pressing a button there is an answer like any other.
-- The folder for PostgreSQL says the same in its own words: change both.
-- +goose Up
CREATE TABLE board (
    id        INTEGER PRIMARY KEY,
    chat_id   BIGINT NOT NULL UNIQUE,
    channel   SMALLINT NOT NULL,
    title     TEXT NOT NULL,
    ward_id   BIGINT REFERENCES place (id),  -- none while nobody has said
    thread_id BIGINT NOT NULL DEFAULT 0,
    linked_by BIGINT REFERENCES person (id), -- who hears of trouble, besides the admins
    state     SMALLINT NOT NULL,
    told      SMALLINT NOT NULL DEFAULT 1    -- they know of the state
);
CREATE INDEX board_untold ON board (id) WHERE told = 0;

-- A row is due for the first time while next_at is empty, and again once
-- next_at has come, as in delivery; edit_at likewise for words that are behind.
CREATE TABLE post (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    board_id    BIGINT NOT NULL REFERENCES board (id),
    part        SMALLINT NOT NULL,
    ward_id     BIGINT NOT NULL,
    state       SMALLINT NOT NULL DEFAULT 0,
    attempts    SMALLINT NOT NULL DEFAULT 0,
    resent      SMALLINT NOT NULL DEFAULT 0, -- once more, for want of proof
    next_at     BIGINT,
    claimed_at  BIGINT,
    message_id  BIGINT,
    at          BIGINT,
    err         TEXT,
    revision    BIGINT NOT NULL DEFAULT 0,
    edit_at     BIGINT,
    done        BIGINT NOT NULL DEFAULT 0,   -- the number it shows
    counts_to   BIGINT NOT NULL DEFAULT 0,   -- until then the number may grow
    asked_to    BIGINT,                      -- people of the ward up to this one were asked by it; none: all, or not yet
    PRIMARY KEY (bulletin_id, board_id, part)
) WITHOUT ROWID;
CREATE INDEX post_open ON post (bulletin_id) WHERE state IN (0, 1);
CREATE INDEX post_edit ON post (edit_at) WHERE edit_at IS NOT NULL;
CREATE INDEX post_counts ON post (counts_to) WHERE counts_to > 0;
CREATE INDEX post_asking ON post (bulletin_id) WHERE asked_to IS NOT NULL;

ALTER TABLE bulletin ADD COLUMN via SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN posted BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE tally DROP COLUMN posted;
ALTER TABLE bulletin DROP COLUMN via;
DROP TABLE post;
DROP TABLE board;
