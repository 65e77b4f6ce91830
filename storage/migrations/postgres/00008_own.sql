-- What is a person's own: how they are addressed, and that they have taken
-- their consent back. The folder for SQLite says the same in its own
-- words: change both.
-- +goose Up
ALTER TABLE person ADD COLUMN address SMALLINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE person DROP COLUMN address;
