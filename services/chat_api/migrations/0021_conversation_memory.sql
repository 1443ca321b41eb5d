-- What a conversation is to remember of a message is kept with its answer, so that a repeat writes the same to the
-- state store again. `sequence` orders the messages that were sent: a late repeat of an old one never overwrites what
-- newer ones have shown. Both are null for messages of the release before; its inserts take the default.
ALTER TABLE sent_messages ADD COLUMN memory jsonb, ADD COLUMN sequence bigint;
CREATE SEQUENCE sent_messages_sequence OWNED BY sent_messages.sequence;
ALTER TABLE sent_messages ALTER COLUMN sequence SET DEFAULT nextval('sent_messages_sequence');
GRANT USAGE ON SEQUENCE sent_messages_sequence TO chat_api_app;
