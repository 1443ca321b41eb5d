-- What moves keeps clear of the places of deleted tasks, which may come back.
CREATE INDEX tasks_by_position_deleted ON tasks (workspace_id, position) WHERE deleted_at IS NOT NULL;
