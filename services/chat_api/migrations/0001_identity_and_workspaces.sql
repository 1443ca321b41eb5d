-- include: outbox
-- include: state

GRANT SELECT, INSERT, UPDATE ON streams TO chat_api_scheduler;
GRANT INSERT ON outbox TO chat_api_scheduler;

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  password_hash text NOT NULL,
  display_name text NOT NULL,
  time_zone text NOT NULL,
  locale text NOT NULL,
  personal_workspace_id uuid NOT NULL,
  generation bigint NOT NULL DEFAULT 0,
  sign_up_request_id uuid,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

-- Sessions of people and API tokens of programs. Of secrets only their SHA-256 is kept.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('session', 'api_token')),
  display_name text NOT NULL DEFAULT '',
  refresh_hash bytea,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id, id);

CREATE TABLE sign_in_attempts (
  address_hash bytea PRIMARY KEY,
  failures integer NOT NULL,
  first_failure_at timestamptz NOT NULL
);

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  display_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('personal', 'shared')),
  revision bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE members (
  workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id, workspace_id);

-- The first answer to a request, for its repeats. The scope is the stream whose lock orders them.
CREATE TABLE requests (
  scope uuid NOT NULL,
  actor_id uuid NOT NULL,
  request_id uuid NOT NULL,
  method text NOT NULL,
  body_hash bytea NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (scope, actor_id, request_id)
);
CREATE INDEX requests_by_age ON requests USING brin (created_at);

GRANT SELECT, INSERT, UPDATE ON users, sessions, workspaces, requests TO chat_api_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts, members TO chat_api_app;
GRANT SELECT ON users, sessions, members, requests TO chat_api_access;
GRANT USAGE ON SCHEMA public TO chat_api_access;

-- Who the transaction acts for; null outside of one.
CREATE FUNCTION todo_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('todo.actor', true), '')::uuid;

-- The look-ups below see every row: a policy that read a protected table would recurse.
CREATE FUNCTION todo_my_workspaces() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT workspace_id FROM members WHERE user_id = todo_actor() $$;

CREATE FUNCTION todo_can_write(workspace uuid, actor uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT EXISTS (SELECT FROM members WHERE workspace_id = workspace AND user_id = actor AND role <> 'viewer') $$;

CREATE FUNCTION todo_owns(workspace uuid, actor uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT EXISTS (SELECT FROM members WHERE workspace_id = workspace AND user_id = actor AND role = 'owner') $$;

CREATE FUNCTION todo_is_new(workspace uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT NOT EXISTS (SELECT FROM members WHERE workspace_id = workspace) $$;

CREATE FUNCTION todo_credentials(address text)
RETURNS TABLE (id uuid, password_hash text, sign_up_request_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT id, password_hash, sign_up_request_id FROM users WHERE lower(email) = lower(address) $$;

CREATE FUNCTION todo_session(session uuid) RETURNS TABLE (user_id uuid, refresh_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT user_id, refresh_hash FROM sessions
       WHERE id = session AND kind = 'session' AND revoked_at IS NULL AND expires_at > now() $$;

CREATE FUNCTION todo_known_requests(scopes uuid[], actors uuid[], ids uuid[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT asked.place FROM unnest(scopes, actors, ids) WITH ORDINALITY AS asked (scope, actor_id, request_id, place)
        JOIN requests USING (scope, actor_id, request_id) $$;

ALTER FUNCTION todo_my_workspaces() OWNER TO chat_api_access;
ALTER FUNCTION todo_can_write(uuid, uuid) OWNER TO chat_api_access;
ALTER FUNCTION todo_owns(uuid, uuid) OWNER TO chat_api_access;
ALTER FUNCTION todo_is_new(uuid) OWNER TO chat_api_access;
ALTER FUNCTION todo_credentials(text) OWNER TO chat_api_access;
ALTER FUNCTION todo_session(uuid) OWNER TO chat_api_access;
ALTER FUNCTION todo_known_requests(uuid[], uuid[], uuid[]) OWNER TO chat_api_access;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON users TO chat_api_app USING (id = todo_actor()) WITH CHECK (id = todo_actor());
CREATE POLICY colleagues ON users FOR SELECT TO chat_api_app USING (
  id IN (SELECT user_id FROM members WHERE workspace_id = ANY (ARRAY(SELECT todo_my_workspaces()))));

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sessions TO chat_api_app USING (user_id = todo_actor()) WITH CHECK (user_id = todo_actor());

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON workspaces FOR SELECT TO chat_api_app
  USING (id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY anybody_creates ON workspaces FOR INSERT TO chat_api_app WITH CHECK (todo_actor() IS NOT NULL);
CREATE POLICY owners_change ON workspaces FOR UPDATE TO chat_api_app USING (todo_owns(id, todo_actor()));

ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY members_read ON members FOR SELECT TO chat_api_app
  USING (user_id = todo_actor() OR workspace_id = ANY (ARRAY(SELECT todo_my_workspaces())));
CREATE POLICY owners_add ON members FOR INSERT TO chat_api_app
  WITH CHECK (todo_owns(workspace_id, todo_actor()) OR (user_id = todo_actor() AND todo_is_new(workspace_id)));
CREATE POLICY owners_change ON members FOR UPDATE TO chat_api_app USING (todo_owns(workspace_id, todo_actor()));
CREATE POLICY owners_remove ON members FOR DELETE TO chat_api_app
  USING (user_id = todo_actor() OR todo_owns(workspace_id, todo_actor()));

ALTER TABLE requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE requests FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON requests FOR SELECT TO chat_api_app USING (actor_id = todo_actor());
CREATE POLICY anybody_asks ON requests FOR INSERT TO chat_api_app WITH CHECK (true);
