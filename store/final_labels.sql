-- name: project
-- The project that has this name now.
SELECT id FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: page
-- Completed tasks of a project, the newest first, with the beginning of the label that each ended with. As in exports,
-- benchmark tasks have no place here.
-- $1 project $2 text within the name or null $3 completed after $4 completed before $5 $6 the last row of the page before
-- $7 how many $8 characters of the label
SELECT t.id AS task_id, t.name, t.opening, t.ended_at AS completed_at, t.rejections, coalesce(ended.answers, 0) AS answers,
       left(ended.label, $8) AS label, t.output_uri
FROM tasks t
LEFT JOIN LATERAL (
    SELECT count(*) AS answers, (array_agg(l.content ORDER BY l.answer))[1] AS label
    FROM label_set(t.id, t.opening, 2147483647) AS l
) AS ended ON true
WHERE t.project_id = $1 AND t.state = 'completed' AND t.deleted_at IS NULL AND t.ended_at IS NOT NULL
  AND ($2::text IS NULL OR strpos(lower(t.name), lower($2)) > 0)
  AND ($3::timestamptz IS NULL OR t.ended_at >= $3) AND ($4::timestamptz IS NULL OR t.ended_at < $4)
  AND ($5::timestamptz IS NULL OR (t.ended_at, t.id) < ($5, $6::uuid))
  AND NOT EXISTS (SELECT 1 FROM benchmark_items b WHERE b.input_sha256 = t.input_sha256)
ORDER BY t.ended_at DESC, t.id DESC
LIMIT $7

-- name: one
-- A completed task of a project. $1 project $2 task
SELECT t.opening, t.ended_at FROM tasks t
WHERE t.project_id = $1 AND t.id = $2 AND t.state = 'completed' AND t.deleted_at IS NULL AND t.ended_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM benchmark_items b WHERE b.input_sha256 = t.input_sha256)
