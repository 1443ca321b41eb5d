CREATE TABLE series (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  rule text NOT NULL,
  basis text NOT NULL,
  start_date date,
  start_time time,
  start_zone text,
  made integer NOT NULL DEFAULT 0,
  latest_task_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'ended')),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- What followed each completed occurrence. The outcome is created, ended or skipped; the reason says why not.
CREATE TABLE occurrences (
  workspace_id uuid NOT NULL,
  series_id uuid NOT NULL,
  predecessor_id uuid NOT NULL,
  successor_id uuid,
  outcome text NOT NULL CHECK (outcome IN ('created', 'ended', 'skipped')),
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, series_id, predecessor_id),
  FOREIGN KEY (workspace_id, series_id) REFERENCES series (workspace_id, id)
);

GRANT SELECT, INSERT, UPDATE ON series, occurrences TO recurring_task_app;

-- Every transaction names the workspace that it is about before it touches these tables.
CREATE FUNCTION todo_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('todo.workspace', true), '')::uuid;

ALTER TABLE series ENABLE ROW LEVEL SECURITY;
ALTER TABLE series FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_workspace ON series TO recurring_task_app
  USING (workspace_id = todo_workspace()) WITH CHECK (workspace_id = todo_workspace());
ALTER TABLE occurrences ENABLE ROW LEVEL SECURITY;
ALTER TABLE occurrences FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_workspace ON occurrences TO recurring_task_app
  USING (workspace_id = todo_workspace()) WITH CHECK (workspace_id = todo_workspace());
