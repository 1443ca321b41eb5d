CREATE TABLE saved_filters (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  display_name text NOT NULL,
  filter text NOT NULL,
  order_by text NOT NULL,
  revision bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX saved_filters_by_name ON saved_filters (workspace_id, display_name, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_filters TO chat_api_app;

ALTER TABLE saved_filters ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_filters FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON saved_filters FOR SELECT TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY writers_create ON saved_filters FOR INSERT TO chat_api_app
  WITH CHECK (updated_by = todo_actor() AND todo_can_write(workspace_id, updated_by));
CREATE POLICY writers_change ON saved_filters FOR UPDATE TO chat_api_app
  USING (workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())))
  WITH CHECK (updated_by = todo_actor() AND todo_can_write(workspace_id, updated_by));
CREATE POLICY writers_remove ON saved_filters FOR DELETE TO chat_api_app
  USING (todo_can_write(workspace_id, todo_actor()));
