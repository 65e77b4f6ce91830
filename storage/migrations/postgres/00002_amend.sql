-- Corrections and recalls: what was sent is changed copy by copy. A revision
-- counts both; a copy whose revision is behind its bulletin's is to be changed,
-- for the first time while edit_at is empty, and again once edit_at has come.
-- The folder for SQLite says the same in its own words: change both.
-- +goose Up
ALTER TABLE bulletin ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bulletin ADD COLUMN revised BIGINT NOT NULL DEFAULT 0; -- that every copy shows
ALTER TABLE bulletin ADD COLUMN corrected_at BIGINT;
ALTER TABLE bulletin ADD COLUMN correction TEXT NOT NULL DEFAULT '';
ALTER TABLE bulletin ADD COLUMN recalled_at BIGINT;
ALTER TABLE bulletin ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;  -- of part 0, to be changed
ALTER TABLE bulletin ADD COLUMN amended BIGINT NOT NULL DEFAULT 0; -- of those, the changed ones
ALTER TABLE bulletin ADD COLUMN missed BIGINT NOT NULL DEFAULT 0;  -- and those that cannot be
ALTER TABLE letter ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN edit_at BIGINT;
CREATE INDEX bulletin_amending ON bulletin (id) WHERE revised < revision;
CREATE INDEX delivery_edit ON delivery (bulletin_id, edit_at) WHERE edit_at IS NOT NULL;

-- +goose Down
DROP INDEX delivery_edit;
DROP INDEX bulletin_amending;
ALTER TABLE delivery DROP COLUMN edit_at;
ALTER TABLE delivery DROP COLUMN revision;
ALTER TABLE letter DROP COLUMN revision;
ALTER TABLE bulletin DROP COLUMN missed;
ALTER TABLE bulletin DROP COLUMN amended;
ALTER TABLE bulletin DROP COLUMN copies;
ALTER TABLE bulletin DROP COLUMN recalled_at;
ALTER TABLE bulletin DROP COLUMN correction;
ALTER TABLE bulletin DROP COLUMN corrected_at;
ALTER TABLE bulletin DROP COLUMN revised;
ALTER TABLE bulletin DROP COLUMN revision;
