-- name: lock_resource
-- Lets one change of a resource's tags at a time count them.
SELECT pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: put
-- Adds tags to a resource or gives them new values.
INSERT INTO tags (resource_arn, key, value)
SELECT $1, key, value FROM unnest($2::text[], $3::text[]) AS given (key, value)
ON CONFLICT (resource_arn, key) DO UPDATE SET value = excluded.value;

-- name: count
-- How many tags a resource has.
SELECT count(*) FROM tags WHERE resource_arn = $1;

-- name: list_page
-- A page of a resource's tags by key, from behind $2.
SELECT key, value FROM tags
WHERE resource_arn = $1 AND ($2::text IS NULL OR key COLLATE "C" > $2)
ORDER BY key COLLATE "C"
LIMIT $3;

-- name: remove
-- Takes tags off a resource.
DELETE FROM tags WHERE resource_arn = $1 AND key = ANY ($2::text[]);

-- name: remove_all
-- Takes all tags off a resource that is gone.
DELETE FROM tags WHERE resource_arn = $1;

-- name: has_flow_definition
-- Whether a flow definition has this name.
SELECT EXISTS (SELECT FROM projects WHERE name = $1 AND kind = 'flow_definition' AND deleted_at IS NULL);

-- name: has_human_task_ui
-- Whether a human task UI has this name.
SELECT EXISTS (SELECT FROM human_task_uis WHERE name = $1 AND deleted_at IS NULL);

-- name: has_work_team
-- Whether a work team has this name.
SELECT EXISTS (SELECT FROM work_teams WHERE name = $1);

-- name: has_workforce
-- Whether a workforce has this name.
SELECT EXISTS (SELECT FROM workforces WHERE name = $1);
