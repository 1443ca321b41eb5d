-- Whoever an owner invites joins by a code that is made from the invitation's id: nothing of it is kept here.
CREATE TABLE invitations (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  invited_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX invitations_by_address ON invitations (workspace_id, lower(email));
CREATE INDEX invitations_by_workspace ON invitations (workspace_id, id);
GRANT SELECT, INSERT, DELETE ON invitations TO chat_api_app;
GRANT SELECT, DELETE ON invitations TO chat_api_access;
GRANT INSERT ON members TO chat_api_access;

ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY owners_read ON invitations FOR SELECT TO chat_api_app USING (todo_owns(workspace_id, todo_actor()));
CREATE POLICY owners_invite ON invitations FOR INSERT TO chat_api_app
  WITH CHECK (invited_by = todo_actor() AND todo_owns(workspace_id, invited_by));
CREATE POLICY owners_revoke ON invitations FOR DELETE TO chat_api_app USING (todo_owns(workspace_id, todo_actor()));

-- Whoever holds the code is no member yet: these look past the policies, and the code says where.
CREATE FUNCTION todo_invited_to(invitation uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT workspace_id FROM invitations WHERE id = invitation $$;

CREATE FUNCTION todo_accept_invitation(invitation uuid, moment timestamptz) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public
AS $$
  WITH taken AS (
    DELETE FROM invitations i USING users u
     WHERE i.id = invitation AND i.expires_at > moment AND u.id = todo_actor() AND lower(u.email) = lower(i.email)
    RETURNING i.workspace_id, u.id, i.role)
  INSERT INTO members (workspace_id, user_id, role, joined_at) SELECT workspace_id, id, role, moment FROM taken
  RETURNING role
$$;

-- A deleted workspace has no members from that moment on; what was in it is taken away in pieces.
ALTER TABLE workspaces ADD COLUMN deleted_at timestamptz;
GRANT SELECT (id, deleted_at) ON workspaces TO chat_api_access;
CREATE OR REPLACE FUNCTION todo_is_new(workspace uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT NOT EXISTS (SELECT FROM members WHERE workspace_id = workspace)
         AND NOT EXISTS (SELECT FROM workspaces WHERE id = workspace AND deleted_at IS NOT NULL) $$;

GRANT SELECT (id, deleted_at), DELETE ON workspaces TO chat_api_scheduler;
GRANT DELETE ON tasks TO chat_api_scheduler;
CREATE POLICY scheduler_reads ON workspaces FOR SELECT TO chat_api_scheduler USING (deleted_at IS NOT NULL);
CREATE POLICY scheduler_forgets ON workspaces FOR DELETE TO chat_api_scheduler USING (deleted_at IS NOT NULL);
CREATE POLICY scheduler_forgets ON tasks FOR DELETE TO chat_api_scheduler
  USING (workspace_id IN (SELECT id FROM workspaces));

ALTER FUNCTION todo_invited_to(uuid) OWNER TO chat_api_access;
ALTER FUNCTION todo_accept_invitation(uuid, timestamptz) OWNER TO chat_api_access;
