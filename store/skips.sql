-- name: skip
-- Remembers that a person put off an assignment's visit.
INSERT INTO skips AS s (person_id, visit_id)
SELECT $2, visit_id FROM assignments WHERE id = $1
ON CONFLICT (person_id, visit_id) DO UPDATE SET at = now()

-- name: tell
-- The event of it. $1 assignment $2 person $3 reason
SELECT record_event(a.task_id, 'loupe.assignment.skipped', v.visit, $2,
                    jsonb_strip_nulls(jsonb_build_object('assignment', a.id, 'reason', nullif($3::text, ''))))
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.id = $1

-- name: put_back
-- Forgets what a person put off first, of what is left for them, and tells where it stands; no row where nothing is.
-- $1 person $2 project or null $3 stage (shown_as) or null
WITH first AS (
    SELECT s.visit_id, t.queue_id, t.rank
    FROM skips s JOIN takeable t ON t.visit_id = s.visit_id
    JOIN queues q ON q.id = t.queue_id
    JOIN projects p ON p.id = q.project_id
    WHERE s.person_id = $1 AND may_work($1, q.id) AND p.paused_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = t.visit_id AND a.person_id = $1)
      AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = t.visit_id AND d.person_id = $1)
      AND (t.until IS NULL OR t.until > now())
      AND ($2::text IS NULL OR p.name = $2) AND ($3::text IS NULL OR q.shown_as = $3)
    ORDER BY s.at, t.rank
    LIMIT 1
)
DELETE FROM skips s USING first WHERE s.person_id = $1 AND s.visit_id = first.visit_id
RETURNING first.queue_id, first.rank

-- name: forget
-- Drops those of visits that have closed.
DELETE FROM skips s USING visits v WHERE v.id = s.visit_id AND v.closed_at IS NOT NULL
