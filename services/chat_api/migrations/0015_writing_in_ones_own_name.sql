-- Whoever acts, writes in their own name. Only a set write, which is of many people and of no actor, has each row checked
-- by the name that stands in it: otherwise an actor could write in that of a member of a workspace that is not theirs.
ALTER POLICY writers_create ON tasks
  WITH CHECK ((todo_actor() IS NULL OR updated_by = todo_actor()) AND todo_can_write(workspace_id, updated_by));
ALTER POLICY writers_add ON journal
  WITH CHECK ((todo_actor() IS NULL OR actor_id = todo_actor()) AND todo_can_write(workspace_id, actor_id));
ALTER POLICY writers_add ON reminders
  WITH CHECK ((todo_actor() IS NULL OR recipient_id = todo_actor()) AND todo_can_write(workspace_id, recipient_id));
