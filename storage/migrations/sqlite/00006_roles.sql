-- Who looks after which ward, the log of what they do, invites that can be
-- taken back, and the lists of people who are expected. The folder for
-- PostgreSQL says the same in its own words: change both.
-- +goose Up
ALTER TABLE person ADD COLUMN charge_id BIGINT REFERENCES place (id); -- of a ward coordinator: their ward
UPDATE person SET charge_id = ward_id WHERE role = 2;
CREATE INDEX person_charge ON person (charge_id) WHERE charge_id IS NOT NULL;

-- No names: who did it and about whom are looked up, so that who has left is
-- nobody here, too.
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,
    at        BIGINT NOT NULL,
    by_id     BIGINT REFERENCES person (id),
    by_admin  BIGINT,                        -- the Telegram id, in ADMIN_IDS, of who has not registered
    deed      SMALLINT NOT NULL,
    person_id BIGINT REFERENCES person (id),
    ward_id   BIGINT REFERENCES place (id),  -- none: all wards
    role      SMALLINT NOT NULL,
    count     BIGINT NOT NULL
);
CREATE INDEX audit_ward ON audit (ward_id, id);

-- Invites get a number, for buttons, and remember how many they were for.
CREATE TABLE invitation (
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    ward_id    BIGINT REFERENCES place (id),
    group_id   BIGINT REFERENCES place (id),
    created_by BIGINT REFERENCES person (id),
    uses       BIGINT NOT NULL,
    uses_left  BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT
);
INSERT INTO invitation (code, ward_id, group_id, created_by, uses, uses_left, expires_at)
    SELECT code, ward_id, group_id, created_by, uses_left, uses_left, expires_at FROM invite;
DROP TABLE invite;
ALTER TABLE invitation RENAME TO invite;
CREATE INDEX invite_ward ON invite (ward_id);

-- Who is expected and has not come yet. Whoever comes has a record of their
-- own, and the line here goes.
CREATE TABLE roster (
    id       INTEGER PRIMARY KEY,
    ward_id  BIGINT NOT NULL REFERENCES place (id),
    group_id BIGINT REFERENCES place (id),
    name     TEXT NOT NULL,
    key      TEXT NOT NULL, -- the name without tones
    phone    TEXT NOT NULL, -- E.164, or empty
    at       BIGINT NOT NULL
);
CREATE INDEX roster_key ON roster (key);
CREATE INDEX roster_ward ON roster (ward_id);

-- +goose Down
DROP TABLE roster;
DROP INDEX invite_ward;
CREATE TABLE invitation (
    code       TEXT PRIMARY KEY,
    ward_id    BIGINT REFERENCES place (id),
    group_id   BIGINT REFERENCES place (id),
    created_by BIGINT REFERENCES person (id),
    uses_left  BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT
);
INSERT INTO invitation SELECT code, ward_id, group_id, created_by, uses_left, expires_at FROM invite;
DROP TABLE invite;
ALTER TABLE invitation RENAME TO invite;
DROP TABLE audit;
DROP INDEX person_charge;
ALTER TABLE person DROP COLUMN charge_id;
