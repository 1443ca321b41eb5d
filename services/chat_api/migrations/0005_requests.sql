-- A request is kept in the name of whoever asked. A set write is of many people and of no actor: there each row is
-- checked by its own, as that of its task is.
CREATE POLICY actor_asks ON requests FOR INSERT TO chat_api_app
  WITH CHECK (actor_id = todo_actor() OR (todo_actor() IS NULL AND todo_can_write(scope, actor_id)));

-- Requests and messages that were answered long ago are forgotten; whoever forgets them never sees the answers.
GRANT SELECT (scope, actor_id, request_id, created_at), DELETE ON requests TO chat_api_scheduler;
GRANT SELECT (user_id, request_id, created_at), DELETE ON sent_messages TO chat_api_scheduler;
CREATE POLICY scheduler_reads ON requests FOR SELECT TO chat_api_scheduler USING (true);
CREATE POLICY scheduler_forgets ON requests FOR DELETE TO chat_api_scheduler USING (true);
CREATE POLICY scheduler_reads ON sent_messages FOR SELECT TO chat_api_scheduler USING (true);
CREATE POLICY scheduler_forgets ON sent_messages FOR DELETE TO chat_api_scheduler USING (true);
