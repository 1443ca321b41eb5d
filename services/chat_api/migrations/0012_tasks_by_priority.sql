-- What is most urgent: the order that people ask for most after their own and that of the due dates.
CREATE INDEX tasks_by_priority ON tasks (workspace_id, priority DESC, due_date, due_time, id) WHERE deleted_at IS NULL;
