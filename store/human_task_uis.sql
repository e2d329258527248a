-- name: create
-- A template under a name that is free.
INSERT INTO human_task_uis (name, content, content_sha256, created_at)
VALUES ($1, $2, $3, date_trunc('milliseconds', now()))
ON CONFLICT (name) WHERE deleted_at IS NULL DO NOTHING
RETURNING id;

-- name: get
-- The template that has this name now.
SELECT id, name, content, content_sha256, created_at FROM human_task_uis WHERE name = $1 AND deleted_at IS NULL;

-- name: content
-- A template by its id, also after its deletion.
SELECT content FROM human_task_uis WHERE id = $1;

-- name: list_page
-- A page by time of creation. $1 from $2 before $3 ascending $4 $5 the last row of the page before $6 how many
SELECT id, name, content_sha256, created_at
FROM human_task_uis
WHERE deleted_at IS NULL
    AND ($1::timestamptz IS NULL OR created_at >= $1)
    AND ($2::timestamptz IS NULL OR created_at < $2)
    AND ($4::timestamptz IS NULL OR CASE WHEN $3 THEN (created_at, id) > ($4, $5::uuid) ELSE (created_at, id) < ($4, $5) END)
ORDER BY
    CASE WHEN $3 THEN created_at END,
    CASE WHEN $3 THEN id END,
    created_at DESC,
    id DESC
LIMIT $6;

-- name: delete
-- Frees the name; flow definitions that use the template go on with its content.
UPDATE human_task_uis SET deleted_at = now() WHERE name = $1 AND deleted_at IS NULL RETURNING id;
