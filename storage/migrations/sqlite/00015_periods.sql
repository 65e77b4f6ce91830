-- Tallies of weeks, months and years, and targets. The folder for PostgreSQL
-- says the same in its own words: change both.
-- +goose Up
ALTER TABLE place ADD COLUMN target SMALLINT NOT NULL DEFAULT 0; -- the rate aimed at, in percent; 0: none

-- Besides a row for each bulletin the tally has one for each stretch: a week,
-- or the part of it in a month. In place of the bulletin it names minus its
-- first day; its own day is 0. Weeks, months and years are sums of stretches.
-- The new columns count, at a day, week, month or year, whom a bulletin made
-- active there and whom losing an answer made inactive again, and the groups
-- likewise. So one row alone means nothing, but all of a period add up.
ALTER TABLE tally ADD COLUMN active_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN active_week BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN active_month BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN active_year BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN covered_week BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN covered_month BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tally ADD COLUMN covered_year BIGINT NOT NULL DEFAULT 0;
-- The tasks of a ward by day: where else somebody may have been active.
CREATE INDEX tally_tasks ON tally (ward_id, day) WHERE group_id = 0 AND day > 0;

-- +goose Down
DROP INDEX tally_tasks;
DELETE FROM tally WHERE bulletin_id < 0;
ALTER TABLE tally DROP COLUMN covered_year;
ALTER TABLE tally DROP COLUMN covered_month;
ALTER TABLE tally DROP COLUMN covered_week;
ALTER TABLE tally DROP COLUMN active_year;
ALTER TABLE tally DROP COLUMN active_month;
ALTER TABLE tally DROP COLUMN active_week;
ALTER TABLE tally DROP COLUMN active_day;
ALTER TABLE place DROP COLUMN target;
