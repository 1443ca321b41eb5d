-- A stream is (topic, key). Its row's lock orders its writers; its sequence is gapless.
CREATE TABLE streams (
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
  PRIMARY KEY (topic, key)
) WITH (fillfactor = 70);

-- Events that are committed and not yet acknowledged by the broker, in commit order per stream.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  key uuid NOT NULL,
  sequence bigint NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz NOT NULL,
  correlation_id uuid,
  causation_id uuid,
  traceparent text,
  payload bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, toast_tuple_target = 8160);
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE MAIN;

GRANT SELECT, INSERT, UPDATE ON streams TO :app;
GRANT INSERT ON outbox TO :app;
GRANT SELECT, DELETE ON outbox TO :relay;
