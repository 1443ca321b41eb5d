-- What was changed together is taken back together; older entries stand alone.
ALTER TABLE journal ADD COLUMN change_id uuid;
CREATE INDEX journal_by_actor ON journal (workspace_id, actor_id, change_id);
CREATE INDEX journal_by_change ON journal (workspace_id, change_id) WHERE change_id IS NOT NULL;

-- What is too old to be undone is forgotten.
CREATE INDEX journal_by_age ON journal USING brin (changed_at);
GRANT SELECT (workspace_id, task_id, revision, changed_at), DELETE ON journal TO chat_api_scheduler;
CREATE POLICY scheduler_reads ON journal FOR SELECT TO chat_api_scheduler USING (true);
CREATE POLICY scheduler_forgets ON journal FOR DELETE TO chat_api_scheduler USING (true);
