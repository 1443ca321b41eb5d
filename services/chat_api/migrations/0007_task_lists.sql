CREATE TABLE task_lists (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  display_name text NOT NULL,
  revision bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX task_lists_by_name ON task_lists (workspace_id, display_name, id);

ALTER TABLE tasks ADD COLUMN task_list_id uuid;
ALTER TABLE tasks ADD CONSTRAINT tasks_in_list
  FOREIGN KEY (workspace_id, task_list_id) REFERENCES task_lists (workspace_id, id);
CREATE INDEX tasks_by_list ON tasks (workspace_id, task_list_id) WHERE task_list_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON task_lists TO chat_api_app;

ALTER TABLE task_lists ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_lists FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON task_lists FOR SELECT TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY writers_create ON task_lists FOR INSERT TO chat_api_app
  WITH CHECK (updated_by = todo_actor() AND todo_can_write(workspace_id, updated_by));
CREATE POLICY writers_change ON task_lists FOR UPDATE TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())))
  WITH CHECK (updated_by = todo_actor() AND todo_can_write(workspace_id, updated_by));
CREATE POLICY writers_remove ON task_lists FOR DELETE TO chat_api_app
  USING (todo_can_write(workspace_id, todo_actor()));
