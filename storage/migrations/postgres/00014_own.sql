-- When a person wants to be written to, and what they were told once. The
-- other folder says the same in its own words: change both.
-- +goose Up
ALTER TABLE person ADD COLUMN hours_from SMALLINT NOT NULL DEFAULT 0; -- minutes since midnight; both 0: at any time
ALTER TABLE person ADD COLUMN hours_to SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN thanked SMALLINT NOT NULL DEFAULT 0; -- the last of the days on which they were thanked: 7, 30, 100
ALTER TABLE person ADD COLUMN offered_at BIGINT; -- when a pause was offered to them last

-- +goose Down
ALTER TABLE person DROP COLUMN offered_at;
ALTER TABLE person DROP COLUMN thanked;
ALTER TABLE person DROP COLUMN hours_to;
ALTER TABLE person DROP COLUMN hours_from;
