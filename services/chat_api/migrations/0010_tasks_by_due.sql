-- Lists by due date, and ranges of it: without this each reads all tasks. Tasks that are not due come last, as in lists.
CREATE INDEX tasks_by_due ON tasks (workspace_id, due_date, due_time, id) WHERE deleted_at IS NULL;
