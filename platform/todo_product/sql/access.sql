-- What is known of people from events: the local projection of access. `complete` says that everything up to some
-- moment is here (from the first event on, or by asking chat_api), and not only what single events told.
CREATE TABLE access_people (
  user_id uuid PRIMARY KEY,
  complete boolean NOT NULL DEFAULT false,
  deleted boolean NOT NULL DEFAULT false,
  generation bigint NOT NULL DEFAULT 0,
  profile_sequence bigint NOT NULL DEFAULT 0,
  time_zone text NOT NULL DEFAULT '',
  locale text NOT NULL DEFAULT '',
  personal_workspace uuid
);

-- Sessions that ended before their tokens did.
CREATE TABLE access_revoked_sessions (
  user_id uuid NOT NULL,
  session_id uuid NOT NULL,
  PRIMARY KEY (user_id, session_id)
);

-- Places in workspaces; a role of null is the place of somebody who has left. `sequence` is that of the workspace's
-- event that said so: an older one never overwrites a newer one.
CREATE TABLE access_members (
  user_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  sequence bigint NOT NULL,
  role text CHECK (role IN ('viewer', 'editor', 'owner')),
  PRIMARY KEY (user_id, workspace_id)
);
CREATE INDEX access_members_by_workspace ON access_members (workspace_id);

GRANT SELECT, INSERT, UPDATE ON access_people, access_revoked_sessions, access_members TO :app;
