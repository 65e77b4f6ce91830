-- An update belongs to the process that took it. An SQLite file is served by
-- one process, so nothing is ever looked for by it while that runs. The folder
-- for PostgreSQL says the same in its own words: change both.
-- +goose Up
ALTER TABLE inbox ADD COLUMN owner BIGINT NOT NULL DEFAULT 0; -- 0: nobody, whoever finds it may take it

-- +goose Down
ALTER TABLE inbox DROP COLUMN owner;
