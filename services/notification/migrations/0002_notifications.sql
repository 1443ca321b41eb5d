CREATE FUNCTION todo_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('todo.actor', true), '')::uuid;

CREATE TABLE notifications (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reminder', 'test')),
  title text NOT NULL,
  body text NOT NULL,
  workspace_id uuid,
  task_id uuid,
  reminder_id uuid,
  created_at timestamptz NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX notifications_by_time ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_by_reminder ON notifications (user_id, reminder_id) WHERE reminder_id IS NOT NULL;

-- The address is sealed with a key that the database does not have; only its kind and a masked host are readable.
CREATE TABLE channels (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  display_name text NOT NULL,
  sealed_url bytea NOT NULL,
  kind text NOT NULL,
  masked_host text NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (user_id, id)
);

CREATE TABLE preferences (
  user_id uuid PRIMARY KEY,
  silenced_kinds text[] NOT NULL,
  quiet_start time,
  quiet_end time
);

-- One row for each notification and channel until it is settled. Tried again from next_attempt_at on.
CREATE TABLE deliveries (
  user_id uuid NOT NULL,
  notification_id uuid NOT NULL,
  channel_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, notification_id, channel_id),
  FOREIGN KEY (user_id, notification_id) REFERENCES notifications (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, channel_id) REFERENCES channels (user_id, id) ON DELETE CASCADE
);
CREATE INDEX deliveries_waiting ON deliveries (next_attempt_at) WHERE state = 'waiting';

-- The first answer to a request, for its repeats.
CREATE TABLE requests (
  user_id uuid NOT NULL,
  request_id uuid NOT NULL,
  method text NOT NULL,
  body_hash bytea NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, request_id)
);

GRANT SELECT, INSERT, UPDATE ON notifications, channels, preferences, deliveries TO notification_app;
GRANT SELECT, INSERT ON requests TO notification_app;
GRANT SELECT, UPDATE ON deliveries TO notification_deliverer;
GRANT SELECT ON notifications, channels TO notification_deliverer;
GRANT SELECT, INSERT, UPDATE ON streams TO notification_deliverer;
GRANT INSERT ON outbox TO notification_deliverer;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['notifications', 'channels', 'preferences', 'deliveries', 'requests'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own ON %I TO notification_app USING (user_id = todo_actor()) '
                   'WITH CHECK (user_id = todo_actor())', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['notifications', 'channels', 'deliveries'] LOOP
    EXECUTE format('CREATE POLICY deliverer ON %I TO notification_deliverer USING (true)', name);
  END LOOP;
END $$;
