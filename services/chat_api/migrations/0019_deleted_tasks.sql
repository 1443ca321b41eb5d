-- Deleted tasks can be undeleted for so long, and then they are forgotten, with their journal and reminders.
CREATE INDEX tasks_by_deletion ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
GRANT UPDATE (deleted_at), DELETE ON tasks TO chat_api_access;

-- Forgets at most so many tasks that were deleted before a moment, from the leaves; returns how many. One that has
-- subtasks stays: they point at it. Those that somebody works with are left for the next time; once the others are
-- locked nobody can give them subtasks, and the second statement sees those that they were given before.
CREATE FUNCTION todo_forget_tasks(moment timestamptz, most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public
AS $$
DECLARE
  workspaces uuid[];
  ids uuid[];
  forgotten bigint;
BEGIN
  SELECT array_agg(workspace_id), array_agg(id) INTO workspaces, ids FROM (
    SELECT t.workspace_id, t.id FROM tasks t
     WHERE t.deleted_at < moment
       AND NOT EXISTS (SELECT FROM tasks c WHERE c.workspace_id = t.workspace_id AND c.parent_id = t.id)
     ORDER BY t.deleted_at LIMIT most FOR UPDATE SKIP LOCKED) AS old;
  DELETE FROM tasks t USING unnest(workspaces, ids) AS old (workspace_id, id)
   WHERE t.workspace_id = old.workspace_id AND t.id = old.id AND t.deleted_at < moment
     AND NOT EXISTS (SELECT FROM tasks c WHERE c.workspace_id = t.workspace_id AND c.parent_id = t.id);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$;
ALTER FUNCTION todo_forget_tasks(timestamptz, bigint) OWNER TO chat_api_access;
REVOKE EXECUTE ON FUNCTION todo_forget_tasks(timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION todo_forget_tasks(timestamptz, bigint) TO chat_api_scheduler;
