-- Summaries that are sent by themselves: when each is due next, who does not
-- want them, and what each reader gets, as long as it is on its way. The
-- folder for SQLite says the same in its own words: change both.
-- +goose Up
CREATE TABLE digest (
    kind    SMALLINT PRIMARY KEY,
    rule    TEXT NOT NULL,        -- the setting that next_at was reckoned by
    next_at BIGINT NOT NULL
);

CREATE TABLE own_letter (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    person_id   BIGINT NOT NULL REFERENCES person (id),
    part        SMALLINT NOT NULL,
    html        TEXT NOT NULL,
    media       TEXT NOT NULL,
    silent      SMALLINT NOT NULL,
    buttons     TEXT NOT NULL,
    PRIMARY KEY (bulletin_id, person_id, part),
    CHECK (html <> '' OR media NOT IN ('[]', 'null'))
);
CREATE INDEX own_letter_person ON own_letter (person_id);

ALTER TABLE person ADD COLUMN no_digest SMALLINT NOT NULL DEFAULT 0; -- 1: the weekly digest is not wanted

-- +goose Down
ALTER TABLE person DROP COLUMN no_digest;
DROP TABLE own_letter;
DROP TABLE digest;
