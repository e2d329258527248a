-- name: plan_anew
-- Plans the next statement for its filters: a plan for all filters at once would use no index.
SET LOCAL plan_cache_mode = force_custom_plan

-- name: by_priority
-- A page of the tasks that match, best first. $1 project $2 to $16 the filter $17 $18 $19 the last row before $20 how many
WITH page AS MATERIALIZED (
    SELECT t.id FROM tasks_that_match($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS t
    WHERE $17::smallint IS NULL
       OR (t.priority <= $17 AND (t.priority < $17 OR (t.created_at, t.id) > ($18::timestamptz, $19::uuid)))
    ORDER BY t.priority DESC, t.created_at, t.id
    LIMIT $20
)
SELECT l.* FROM page JOIN listed_tasks l ON l.id = page.id
ORDER BY l.priority DESC, l.created_at, l.id

-- name: oldest_first
-- The same by age. $17 $18 the last row before $19 how many
WITH page AS MATERIALIZED (
    SELECT t.id FROM tasks_that_match($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS t
    WHERE $17::timestamptz IS NULL OR (t.created_at, t.id) > ($17, $18::uuid)
    ORDER BY t.created_at, t.id
    LIMIT $19
)
SELECT l.* FROM page JOIN listed_tasks l ON l.id = page.id
ORDER BY l.created_at, l.id

-- name: newest_first
-- The same the other way round.
WITH page AS MATERIALIZED (
    SELECT t.id FROM tasks_that_match($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS t
    WHERE $17::timestamptz IS NULL OR (t.created_at, t.id) < ($17, $18::uuid)
    ORDER BY t.created_at DESC, t.id DESC
    LIMIT $19
)
SELECT l.* FROM page JOIN listed_tasks l ON l.id = page.id
ORDER BY l.created_at DESC, l.id DESC

-- name: person
-- Somebody by their address, also who is disabled.
SELECT id FROM people WHERE lower(email) = lower($1)

-- name: project
-- The project that has this name now.
SELECT id FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: present
-- What a task is, and what its open visit waits for. $1 task
SELECT t.id, t.opening, t.visit, t.graph_version, i.content AS input, v.id AS visit_id, q.kind, q.shown_as,
       (SELECT w.name FROM work_teams w WHERE w.id = q.team_id) AS team, v.opened_at, v.deadline_at, v.starved_reason,
       v.escalated_at IS NOT NULL AS escalated,
       t.ended_at IS NULL AND (v.draining_at IS NOT NULL OR t.cancel_requested_at IS NOT NULL) AS stopping,
       (SELECT person_shown(w.person_id) FROM planned_assignments w WHERE w.task_id = t.id) AS planned,
       (SELECT jsonb_agg(jsonb_build_object('name', s.key, 'type', s.value ->> 'type') ORDER BY s.key)
        FROM graphs g CROSS JOIN LATERAL jsonb_each(g.body -> 'stages') AS s
        WHERE g.project_id = t.project_id AND g.version = t.graph_version) AS stages,
       (SELECT jsonb_build_object('stage', l.stage, 'attempts', l.attempts, 'error', l.error, 'pathways', l.pathways,
                                  'dead_at', l.dead_at)
        FROM agent_dead_letters l
        WHERE l.task_id = t.id AND l.opening = t.opening AND l.closed_at IS NULL AND t.ended_at IS NULL) AS dead_letter,
       (SELECT a.id FROM assignments a JOIN projects p ON p.id = t.project_id
        WHERE a.task_id = t.id AND a.state IN ('held', 'submitted')
          AND (p.human_task_ui_id IS NOT NULL OR p.label_schema IS NOT NULL) LIMIT 1) AS shown_by
FROM tasks t
JOIN task_inputs i ON i.task_id = t.id
LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.visit = t.visit AND v.closed_at IS NULL
LEFT JOIN queues q ON q.id = v.queue_id
WHERE t.id = $1

-- name: slots
-- Who has which slot of a visit now.
SELECT a.slot, CASE WHEN a.state = 'open' AND a.reserved_for IS NOT NULL THEN 'reserved' WHEN a.state = 'open' THEN 'free'
                    ELSE a.state END AS state,
       person_shown(coalesce(a.person_id, a.reserved_for)) AS person, a.accepted_at, a.hold_until, a.reserved_until,
       a.lease_until > now() AS at_work
FROM assignments a WHERE a.visit_id = $1 ORDER BY a.slot

-- name: labels
-- A task's answers by now.
SELECT l.answer, l.visit, l.source, l.content, (
    SELECT coalesce(jsonb_object_agg(made.label, person_shown(made.author::uuid)), '{}')
    FROM jsonb_each_text(l.authors) AS made (label, author) WHERE made.author <> ''
) AS authors
FROM label_set($1, $2, 2147483647) l ORDER BY l.answer
