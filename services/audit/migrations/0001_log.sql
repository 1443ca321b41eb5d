-- include: outbox
-- include: inbox
-- include: dead_letters
-- include: access

-- Writer schemas, each under the SHA-256 of its exact text.
CREATE TABLE schemas (
  fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
  text text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now()
);

-- Every event, byte for byte. What `hash` covers is defined in services/audit/domain/chain.py.
CREATE TABLE events (
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  -- Place in the stream's hash chain, from 1.
  link bigint NOT NULL CHECK (link > 0),
  -- Recorded after an event with a higher sequence: its link does not follow that of its predecessor.
  late boolean NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  partition integer NOT NULL,
  position bigint NOT NULL,
  -- The headers in order, packed as in services/audit/domain/packing.py.
  headers bytea NOT NULL,
  payload bytea,
  schema_id integer,
  schema_fingerprint bytea,
  -- Why the payload can't be decoded; null when it can be.
  undecodable text,
  prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (topic, key, sequence)
);
CREATE INDEX events_by_subject ON events (subject, sequence);
CREATE UNIQUE INDEX late_events_by_link ON events (topic, key, link) WHERE late;

-- The end of each stream's chain: the only thing here that changes.
CREATE TABLE heads (
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL,
  link bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (topic, key)
) WITH (fillfactor = 50);

-- What is recorded stays as it is, whoever asks: the owner, too, is refused.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON schemas
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Also where session_replication_role turns ordinary triggers off.
ALTER TABLE events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE schemas ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON events, schemas TO audit_app;
GRANT SELECT, INSERT, UPDATE ON heads TO audit_app;
