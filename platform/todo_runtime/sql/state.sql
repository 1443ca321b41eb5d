-- Small values by key, with optimistic concurrency: the local store behind the state interface.
CREATE TABLE state (
  key text PRIMARY KEY,
  value bytea NOT NULL,
  etag bigint NOT NULL DEFAULT 1,
  expires_at timestamptz
);

GRANT SELECT, INSERT, UPDATE, DELETE ON state TO :app;
