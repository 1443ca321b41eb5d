-- Requests that were answered long ago are forgotten; whoever forgets them never sees the answers.
CREATE INDEX requests_by_age ON requests USING brin (created_at);
GRANT SELECT (user_id, request_id, created_at), DELETE ON requests TO notification_deliverer;
CREATE POLICY deliverer_reads ON requests FOR SELECT TO notification_deliverer USING (true);
CREATE POLICY deliverer_forgets ON requests FOR DELETE TO notification_deliverer USING (true);
