-- What members of a workspace see of each other. The view looks past row-level security with its owner's eyes, and
-- shows what it names: a policy would show the whole row, with the hash of the password. 0006 takes the policy away.
CREATE VIEW colleagues WITH (security_barrier) AS
SELECT u.id, u.email, u.display_name FROM users u
 WHERE u.id IN (SELECT m.user_id FROM members m WHERE m.workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
ALTER VIEW colleagues OWNER TO chat_api_access;
GRANT SELECT ON colleagues TO chat_api_app;
