-- How many tasks a workspace had when they were last counted, at which number of its stream: each event since may have
-- been one more. Kept by the function alone, and only for workspaces that may be near their quota.
CREATE TABLE task_counts (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
  sequence bigint NOT NULL,
  tasks bigint NOT NULL
);
ALTER TABLE task_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_counts FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON task_counts TO chat_api_access;

-- A bound on the tasks of a workspace whose stream is at `head`; counted again when it would be more than `most`.
CREATE FUNCTION todo_task_bound(workspace uuid, head bigint, most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
AS $$
DECLARE
  bound bigint;
BEGIN
  SELECT tasks + head - sequence INTO bound FROM task_counts WHERE workspace_id = workspace;
  IF bound IS NULL OR bound > most THEN
    INSERT INTO task_counts AS c (workspace_id, sequence, tasks)
    SELECT workspace, head, count(*) FROM tasks WHERE workspace_id = workspace AND deleted_at IS NULL
        ON CONFLICT (workspace_id) DO UPDATE SET sequence = excluded.sequence, tasks = excluded.tasks
    RETURNING c.tasks INTO bound;
  END IF;
  RETURN bound;
END $$;
ALTER FUNCTION todo_task_bound(uuid, bigint, bigint) OWNER TO chat_api_access;
