CREATE TABLE tasks (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  title text NOT NULL,
  notes text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'completed', 'dropped')),
  priority smallint NOT NULL,
  tags text[] NOT NULL,
  parent_id uuid,
  position text NOT NULL COLLATE "C",
  due_date date,
  due_time time,
  due_zone text,
  due_at timestamptz,
  start_date date,
  start_time time,
  start_zone text,
  start_at timestamptz,
  reminders jsonb NOT NULL,
  rrule text,
  basis text,
  series_id uuid,
  predecessor_id uuid,
  estimate bigint,
  assignee_id uuid,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  completed_at timestamptz,
  deleted_at timestamptz,
  revision bigint NOT NULL,
  words tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A') || setweight(array_to_tsvector(tags), 'B')
    || setweight(to_tsvector('simple', notes), 'C')) STORED,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, parent_id) REFERENCES tasks (workspace_id, id),
  CHECK ((status = 'completed') = (completed_at IS NOT NULL))
) WITH (fillfactor = 90);
CREATE INDEX tasks_by_position ON tasks (workspace_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_words ON tasks USING gin (words);
CREATE UNIQUE INDEX tasks_by_predecessor ON tasks (workspace_id, series_id, predecessor_id)
  WHERE predecessor_id IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (workspace_id, parent_id) WHERE parent_id IS NOT NULL;

-- What tasks looked like before each change: for undo.
CREATE TABLE journal (
  workspace_id uuid NOT NULL,
  task_id uuid NOT NULL,
  revision bigint NOT NULL,
  actor_id uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  before jsonb NOT NULL,
  PRIMARY KEY (workspace_id, task_id, revision),
  FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);

-- Reminders that will fire (fired_at is null), or fired and may still be taken back.
CREATE TABLE reminders (
  workspace_id uuid NOT NULL,
  task_id uuid NOT NULL,
  id uuid NOT NULL,
  recipient_id uuid NOT NULL,
  fires_at timestamptz NOT NULL,
  fired_at timestamptz,
  PRIMARY KEY (workspace_id, task_id, id),
  FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX reminders_due ON reminders (fires_at) WHERE fired_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON tasks TO chat_api_app;
GRANT SELECT, INSERT ON journal TO chat_api_app;
GRANT SELECT, INSERT, DELETE ON reminders TO chat_api_app;
GRANT SELECT ON tasks TO chat_api_scheduler;
GRANT SELECT, UPDATE ON reminders TO chat_api_scheduler;

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON tasks FOR SELECT TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY writers_create ON tasks FOR INSERT TO chat_api_app
  WITH CHECK (todo_can_write(workspace_id, updated_by));
CREATE POLICY writers_change ON tasks FOR UPDATE TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())))
  WITH CHECK (updated_by = todo_actor() AND todo_can_write(workspace_id, updated_by));
CREATE POLICY scheduler_reads ON tasks FOR SELECT TO chat_api_scheduler USING (true);

ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON journal FOR SELECT TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY writers_add ON journal FOR INSERT TO chat_api_app WITH CHECK (todo_can_write(workspace_id, actor_id));

ALTER TABLE reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON reminders FOR SELECT TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY writers_add ON reminders FOR INSERT TO chat_api_app
  WITH CHECK (todo_can_write(workspace_id, recipient_id));
CREATE POLICY writers_remove ON reminders FOR DELETE TO chat_api_app
  USING (todo_can_write(workspace_id, todo_actor()));
CREATE POLICY scheduler_all ON reminders TO chat_api_scheduler USING (true);
