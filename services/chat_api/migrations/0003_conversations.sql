-- What people and the assistant said. A conversation is one person's alone.
CREATE TABLE conversations (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  display_name text NOT NULL,
  is_default boolean NOT NULL,
  request_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX conversations_default ON conversations (user_id) WHERE is_default;
CREATE UNIQUE INDEX conversations_by_request ON conversations (user_id, request_id) WHERE request_id IS NOT NULL;

CREATE TABLE messages (
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  id uuid NOT NULL,
  author text NOT NULL CHECK (author IN ('person', 'assistant')),
  text text NOT NULL,
  tasks text[] NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, conversation_id, id),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
);

-- Messages that were sent: what each was understood from, fixed before its first effect, so that a repeat does the
-- same, and its answer, which is null until it was carried out.
CREATE TABLE sent_messages (
  user_id uuid NOT NULL,
  request_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  body_hash bytea NOT NULL,
  premises jsonb NOT NULL,
  answer bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, request_id),
  FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
);
CREATE INDEX sent_messages_by_age ON sent_messages USING brin (created_at);
CREATE INDEX sent_messages_by_conversation ON sent_messages (user_id, conversation_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO chat_api_app;
GRANT SELECT, INSERT ON messages TO chat_api_app;
GRANT SELECT, INSERT, UPDATE ON sent_messages TO chat_api_app;

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON conversations TO chat_api_app USING (user_id = todo_actor()) WITH CHECK (user_id = todo_actor());

ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON messages TO chat_api_app USING (user_id = todo_actor()) WITH CHECK (user_id = todo_actor());

ALTER TABLE sent_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE sent_messages FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sent_messages TO chat_api_app USING (user_id = todo_actor()) WITH CHECK (user_id = todo_actor());
