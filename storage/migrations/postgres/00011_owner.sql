-- Several processes may serve one database: each update belongs to the one
-- that took it, and a chat's open ones are found by their chat. The folder for
-- SQLite says the same in its own words: change both.
-- +goose Up
ALTER TABLE inbox ADD COLUMN owner BIGINT NOT NULL DEFAULT 0; -- 0: nobody, whoever finds it may take it
CREATE INDEX inbox_open ON inbox (chat_id) WHERE finished_at IS NULL;

-- +goose Down
DROP INDEX inbox_open;
ALTER TABLE inbox DROP COLUMN owner;
