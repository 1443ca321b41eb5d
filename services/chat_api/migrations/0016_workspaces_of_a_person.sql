-- An owner who adds somebody sees only the workspaces that they share: how many there are in all, this tells.
CREATE FUNCTION todo_workspaces_of(person uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
AS $$ SELECT count(*) FROM members WHERE user_id = person $$;
ALTER FUNCTION todo_workspaces_of(uuid) OWNER TO chat_api_access;
