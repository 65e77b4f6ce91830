-- Albums and places go ahead of posts as they do of letters.
-- The folder for PostgreSQL says the same in its own words: change both.
-- +goose Up
ALTER TABLE post ADD COLUMN more TEXT; -- the other messages of an album

-- +goose Down
ALTER TABLE post DROP COLUMN more;
