-- How far each stream has been processed: moves in the transaction of the effect.
CREATE TABLE inbox (
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (topic, key)
) WITH (fillfactor = 70);

-- Numbers below the mark that were not processed: dead letters, and what was missing when its successor came.
CREATE TABLE inbox_holes (
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (topic, key, sequence)
);

GRANT SELECT, INSERT, UPDATE ON inbox TO :app;
GRANT SELECT, INSERT, DELETE ON inbox_holes TO :app;
