-- Words are looked up within one workspace. Row-level security keeps conditions that are not leakproof, such as `@@`,
-- away from indexes, so these functions look up as a role that it does not bind, after asking for membership
-- themselves: whoever is no member of the workspace finds nothing. Each look-up is planned for its words, since the
-- best way to a rare word is not that to a common one.
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Only words with positions have a weight, and array_to_tsvector gives none: tags ranked behind notes.
CREATE FUNCTION todo_words_of(tags text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_string(tags, ' ');

DROP INDEX tasks_by_words;
ALTER TABLE tasks ALTER COLUMN words SET EXPRESSION AS (
  setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', todo_words_of(tags)), 'B')
  || setweight(to_tsvector('simple', notes), 'C'));
CREATE INDEX tasks_by_words ON tasks USING gin (workspace_id, words) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_likeness ON tasks USING gin (workspace_id, lower(title) gin_trgm_ops) WHERE deleted_at IS NULL;
GRANT SELECT ON tasks TO chat_api_access;

-- The tasks that match, best first, behind a place; of more than 5,000 that match, some 5,000 are ranked.
CREATE FUNCTION todo_search(in_workspace uuid, needle tsquery, after_rank float8, after_id uuid, most integer)
RETURNS TABLE (id uuid, rank float8)
LANGUAGE sql STABLE ROWS 50 SECURITY DEFINER SET search_path = public SET plan_cache_mode = force_custom_plan
AS $$
  SELECT found.id, found.rank FROM (
    SELECT hit.id, ts_rank(hit.words, needle)::float8 AS rank FROM (
      SELECT t.id, t.words FROM tasks t
       WHERE in_workspace = ANY (ARRAY(SELECT todo_my_workspaces()))
         AND t.workspace_id = in_workspace AND t.deleted_at IS NULL AND t.words @@ needle
       LIMIT 5000) AS hit) AS found
   WHERE after_rank IS NULL OR found.rank < after_rank OR (found.rank = after_rank AND found.id > after_id)
   ORDER BY found.rank DESC, found.id LIMIT most
$$;

-- The same for tasks whose title is like a text; the rank is below 0, the nearest to 0 the most alike.
CREATE FUNCTION todo_search_alike(in_workspace uuid, asked text, after_rank float8, after_id uuid, most integer)
RETURNS TABLE (id uuid, rank float8)
LANGUAGE sql STABLE ROWS 50 SECURITY DEFINER SET search_path = public SET plan_cache_mode = force_custom_plan
  SET pg_trgm.word_similarity_threshold = 0.4
AS $$
  SELECT found.id, found.rank FROM (
    SELECT hit.id, word_similarity(asked, lower(hit.title))::float8 - 2 AS rank FROM (
      SELECT t.id, t.title FROM tasks t
       WHERE in_workspace = ANY (ARRAY(SELECT todo_my_workspaces()))
         AND t.workspace_id = in_workspace AND t.deleted_at IS NULL AND asked <% lower(t.title)
       LIMIT 5000) AS hit) AS found
   WHERE after_rank IS NULL OR found.rank < after_rank OR (found.rank = after_rank AND found.id > after_id)
   ORDER BY found.rank DESC, found.id LIMIT most
$$;

-- Policies ask it: where it may not run beside workers, no query may have any.
ALTER FUNCTION todo_my_workspaces() PARALLEL SAFE;

ALTER FUNCTION todo_search(uuid, tsquery, float8, uuid, integer) OWNER TO chat_api_access;
ALTER FUNCTION todo_search_alike(uuid, text, float8, uuid, integer) OWNER TO chat_api_access;

-- Of `= ANY` over an array that the planner does not know, it expects few rows, and reads a large workspace as if it were
-- a small one. Of this it expects all, which is so: every query names its workspace besides.
ALTER POLICY members_read ON tasks USING (array_position(ARRAY(SELECT todo_my_workspaces()), workspace_id) IS NOT NULL);
