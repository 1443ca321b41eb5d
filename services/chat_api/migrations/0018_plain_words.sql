-- Words are kept and looked up without accents, without regard to case, and apart at every sign: `uberweisung` finds
-- Überweisung, and `garden` the tag home/garden, which the parser took for a path. Scripts that put no blanks between
-- words (Chinese, Japanese) or ends after them (Korean) are kept by the character, so that a word is a phrase of them.
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Each step is taken only for a text that needs it: normalization alone takes as long as the parser. The function is
-- immutable as long as nobody edits the dictionary of unaccent, which then would call for a REINDEX.
CREATE FUNCTION todo_plain(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
  IF octet_length(given) <> length(given) THEN
    IF given ~ '[\u0300-\u036f\u1100-\u11ff\u3099\u309a]' THEN
      given := normalize(given, NFC);
    END IF;
    given := regexp_replace(
      public.unaccent('public.unaccent'::regdictionary, given),
      '([\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g');
  END IF;
  RETURN lower(regexp_replace(given, '[!-/:-@\[-`{-~]+', ' ', 'g'));
END $$;

CREATE FUNCTION todo_title_and_tags(title text, tags text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN todo_plain(title || ' ' || todo_words_of(tags));

-- All words, the last one as a beginning; empty for a text without any.
CREATE FUNCTION todo_needle(given text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(string_agg(asked.phrase::text, ' & ' ORDER BY asked.place) || ':*', '')::tsquery
    FROM (
      SELECT phraseto_tsquery('simple', todo_plain(word)) AS phrase, place
        FROM regexp_split_to_table(given, '[\s!-/:-@\[-`{-~]+') WITH ORDINALITY AS one (word, place)) AS asked
   WHERE numnode(asked.phrase) > 0);

DROP INDEX tasks_by_words;
DROP INDEX tasks_by_likeness;
ALTER TABLE tasks ALTER COLUMN words SET EXPRESSION AS (
  setweight(to_tsvector('simple', todo_plain(title)), 'A')
  || setweight(to_tsvector('simple', todo_plain(todo_words_of(tags))), 'B')
  || setweight(to_tsvector('simple', todo_plain(notes)), 'C'));
CREATE INDEX tasks_by_words ON tasks USING gin (workspace_id, words) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_likeness ON tasks USING gin (workspace_id, todo_title_and_tags(title, tags) gin_trgm_ops)
  WHERE deleted_at IS NULL;

-- As before (migration 0011), of titles and tags.
CREATE OR REPLACE FUNCTION todo_search_alike(
  in_workspace uuid, asked text, after_rank float8, after_id uuid, most integer)
RETURNS TABLE (id uuid, rank float8)
LANGUAGE sql STABLE ROWS 50 SECURITY DEFINER SET search_path = public SET plan_cache_mode = force_custom_plan
  SET pg_trgm.word_similarity_threshold = 0.4
AS $$
  SELECT found.id, found.rank FROM (
    SELECT hit.id, word_similarity(todo_plain(asked), hit.alike)::float8 - 2 AS rank FROM (
      SELECT t.id, todo_title_and_tags(t.title, t.tags) AS alike FROM tasks t
       WHERE in_workspace = ANY (ARRAY(SELECT todo_my_workspaces()))
         AND t.workspace_id = in_workspace AND t.deleted_at IS NULL
         AND todo_plain(asked) <% todo_title_and_tags(t.title, t.tags)
       LIMIT 5000) AS hit) AS found
   WHERE after_rank IS NULL OR found.rank < after_rank OR (found.rank = after_rank AND found.id > after_id)
   ORDER BY found.rank DESC, found.id LIMIT most
$$;
