-- Formatted words and any media instead of one photo, and files of our own.
-- The folder for SQLite says the same in its own words: change both.
-- +goose Up
ALTER TABLE bulletin ADD COLUMN marks TEXT NOT NULL DEFAULT '{}';
ALTER TABLE bulletin ADD COLUMN media TEXT NOT NULL DEFAULT '[]';
ALTER TABLE bulletin ADD COLUMN ahead SMALLINT NOT NULL DEFAULT 0; -- 1: the media is part -1, before the letter
UPDATE bulletin SET media = json_build_array(json_build_object('kind', 'photo', 'file_id', photo_id)) WHERE photo_id <> '';
ALTER TABLE bulletin DROP COLUMN photo_id;

-- Media that goes ahead has no words.
CREATE TABLE letter_with_media (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    language    TEXT NOT NULL,
    part        SMALLINT NOT NULL,
    html        TEXT NOT NULL,
    media       TEXT NOT NULL,
    silent      SMALLINT NOT NULL,
    buttons     TEXT NOT NULL,
    revision    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bulletin_id, language, part),
    CHECK (html <> '' OR media NOT IN ('[]', 'null'))
);
INSERT INTO letter_with_media (bulletin_id, language, part, html, media, silent, buttons, revision)
SELECT bulletin_id, language, part, html,
    CASE WHEN photo_id = '' THEN '[]' ELSE json_build_array(json_build_object('kind', 'photo', 'file_id', photo_id))::TEXT END,
    silent, buttons, revision
FROM letter;
DROP TABLE letter;
ALTER TABLE letter_with_media RENAME TO letter;

ALTER TABLE delivery ADD COLUMN more TEXT; -- the other messages of an album

-- Bytes that we keep, and the file_id that Telegram gave them.
CREATE TABLE file (
    sum     TEXT NOT NULL,            -- SHA-256 of the bytes, hexadecimal
    kind    TEXT NOT NULL,            -- as which it is sent: its file_id is good for no other
    name    TEXT NOT NULL,
    bytes   BYTEA NOT NULL,
    file_id TEXT NOT NULL,            -- empty: not uploaded yet, or lost
    at      BIGINT NOT NULL,          -- when it was last brought
    PRIMARY KEY (sum, kind)
);
CREATE INDEX file_at ON file (at);

-- +goose Down
DROP TABLE file;
ALTER TABLE delivery DROP COLUMN more;
CREATE TABLE letter_with_photo (
    bulletin_id BIGINT NOT NULL REFERENCES bulletin (id),
    language    TEXT NOT NULL,
    part        SMALLINT NOT NULL,
    html        TEXT NOT NULL CHECK (html <> ''),
    photo_id    TEXT NOT NULL,
    silent      SMALLINT NOT NULL,
    buttons     TEXT NOT NULL,
    revision    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (bulletin_id, language, part)
);
INSERT INTO letter_with_photo (bulletin_id, language, part, html, photo_id, silent, buttons, revision)
SELECT bulletin_id, language, part, html, COALESCE(media::json -> 0 ->> 'file_id', ''), silent, buttons, revision
FROM letter WHERE html <> '';
DROP TABLE letter;
ALTER TABLE letter_with_photo RENAME TO letter;
ALTER TABLE bulletin ADD COLUMN photo_id TEXT NOT NULL DEFAULT '';
UPDATE bulletin SET photo_id = COALESCE(media::json -> 0 ->> 'file_id', '');
ALTER TABLE bulletin DROP COLUMN ahead;
ALTER TABLE bulletin DROP COLUMN media;
ALTER TABLE bulletin DROP COLUMN marks;
