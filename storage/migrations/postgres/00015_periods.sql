-- Tallies of weeks, months and years, and targets. The folder for SQLite says
-- the same in its own words: change both.
-- +goose Up
ALTER TABLE place ADD COLUMN target SMALLINT NOT NULL DEFAULT 0; -- the rate aimed at, in percent; 0: none
-- Who is counted as living where, and the groups of a ward.
CREATE INDEX person_counted ON person (ward_id, group_id) WHERE state IN (0, 2);
CREATE INDEX place_parent ON place (parent_id, valid_from, valid_to) WHERE parent_id IS NOT NULL;

-- Besides a row for each bulletin the tally has, for wards, one for each
-- stretch: a week, or the part of it in a month. In place of the bulletin and
-- of the day it names minus its first day. Weeks, months and years are sums of
-- stretches.
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
DROP INDEX place_parent;
DROP INDEX person_counted;
ALTER TABLE place DROP COLUMN target;
