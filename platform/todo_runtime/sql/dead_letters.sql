-- Messages that could not be processed, whole, until an operator redrives or discards them.
CREATE TABLE dead_letters (
  id uuid PRIMARY KEY,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'redriven', 'discarded')),
  source_topic text NOT NULL,
  source_partition integer NOT NULL,
  source_offset bigint NOT NULL,
  stream_key uuid,
  sequence bigint,
  event_id uuid,
  event_type text,
  key bytea,
  value bytea,
  header_names text[] NOT NULL,
  header_values bytea[] NOT NULL,
  reason text NOT NULL,
  error text NOT NULL,
  attempts integer NOT NULL,
  failed_at timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_by text,
  UNIQUE (source_topic, source_partition, source_offset)
);
CREATE INDEX dead_letters_by_status ON dead_letters (status, id);

GRANT SELECT, INSERT, UPDATE ON dead_letters TO :app;
