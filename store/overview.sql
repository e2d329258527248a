-- name: project
-- The project that has this name now, with the types of its stages; the newest version of its graph that has a stage says.
SELECT p.id, p.name, p.title, p.kind, p.created_at, p.graph_version, p.paused_at IS NOT NULL AS paused,
       p.deleting_at IS NOT NULL AS deleting, (
           SELECT jsonb_object_agg(s.key, s.value ->> 'type' ORDER BY g.version)
           FROM graphs g CROSS JOIN LATERAL jsonb_each(g.body -> 'stages') AS s WHERE g.project_id = p.id
       ) AS stage_types
FROM projects p
WHERE p.name = $1 AND p.deleted_at IS NULL

-- name: list_page
-- A page of projects by name. $1 behind this name or null $2 how many
SELECT p.id, p.name, p.title, p.kind, p.created_at, p.paused_at IS NOT NULL AS paused, p.deleting_at IS NOT NULL AS deleting,
       (SELECT min(oldest.created_at) FROM (VALUES ('queued'), ('open')) AS unfinished (state) CROSS JOIN LATERAL (
           SELECT t.created_at FROM tasks t
           WHERE t.project_id = p.id AND t.state = unfinished.state AND t.deleted_at IS NULL
           ORDER BY t.created_at, t.id LIMIT 1
       ) AS oldest) AS oldest_at,
       (SELECT count(*) FROM visits v JOIN queues q ON q.id = v.queue_id
        WHERE q.project_id = p.id AND v.starved_at IS NOT NULL AND v.closed_at IS NULL) AS starved
FROM projects p
WHERE p.deleted_at IS NULL AND ($1::text IS NULL OR p.name > $1)
ORDER BY p.name
LIMIT $2

-- name: counts
-- Tasks of some projects by state.
SELECT project_id, state, sum(tasks)::bigint AS tasks FROM present_tallies
WHERE project_id = ANY ($1)
GROUP BY project_id, state HAVING sum(tasks) <> 0

-- name: places
-- A project's tasks by state, the open ones by stage and by whether that is a review in the version that they walk.
SELECT c.state, c.stage, coalesce(g.body -> 'stages' -> c.stage ->> 'type' = 'review', false) AS in_review, c.tasks
FROM (
    SELECT state, stage, graph_version, sum(tasks)::bigint AS tasks FROM present_tallies
    WHERE project_id = $1
    GROUP BY state, stage, graph_version HAVING sum(tasks) <> 0
) AS c
LEFT JOIN graphs g ON g.project_id = $1 AND g.version = c.graph_version
ORDER BY c.state, c.stage

-- name: held
-- Tasks that somebody has, by stage.
SELECT v.stage, count(DISTINCT v.task_id) AS tasks
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.state = 'held' AND v.closed_at IS NULL AND q.project_id = $1
GROUP BY v.stage

-- name: starved
-- Tasks that nobody can take, by stage and reason.
SELECT v.stage, v.starved_reason AS reason, count(*) AS tasks
FROM queues q JOIN visits v ON v.queue_id = q.id
WHERE q.project_id = $1 AND v.starved_at IS NOT NULL AND v.closed_at IS NULL
GROUP BY v.stage, v.starved_reason

-- name: deadlines
-- Visits whose deadline is within the hour, those that managers give out, and those that a deadline ended within the day.
SELECT
    (SELECT count(*) FROM queues q JOIN visits v ON v.queue_id = q.id
     WHERE q.project_id = $1 AND v.closed_at IS NULL AND v.deadline_at IS NOT NULL
       AND v.deadline_at <= now() + interval '1 hour') AS expiring,
    (SELECT count(*) FROM queues q JOIN visits v ON v.queue_id = q.id
     WHERE q.project_id = $1 AND v.escalated_at IS NOT NULL AND v.closed_at IS NULL) AS escalated,
    (SELECT count(DISTINCT v.task_id) FROM queues q JOIN visits v ON v.queue_id = q.id
     WHERE q.project_id = $1 AND v.close_reason = 'expired' AND v.closed_at > now() - interval '24 hours') AS expired

-- name: oldest
-- The unfinished task that has waited longest.
SELECT oldest.id, oldest.name, oldest.created_at
FROM (VALUES ('queued'), ('open')) AS unfinished (state)
CROSS JOIN LATERAL (
    SELECT t.id, t.name, t.created_at FROM tasks t
    WHERE t.project_id = $1 AND t.state = unfinished.state AND t.deleted_at IS NULL
    ORDER BY t.created_at, t.id LIMIT 1
) AS oldest
ORDER BY oldest.created_at, oldest.id LIMIT 1

-- name: endings_by_hour
-- How many of a project's tasks ended in each of the last $2 hours, and how.
SELECT slot.starts_at, coalesce(sum(e.tasks) FILTER (WHERE e.state = 'completed'), 0)::bigint AS completed,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'archived'), 0)::bigint AS archived,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'cancelled'), 0)::bigint AS cancelled,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'failed'), 0)::bigint AS failed
FROM generate_series(date_trunc('hour', now(), 'UTC') - make_interval(hours => $2 - 1), date_trunc('hour', now(), 'UTC'),
                     interval '1 hour') AS slot (starts_at)
LEFT JOIN present_endings e ON e.project_id = $1 AND e.hour = slot.starts_at
GROUP BY slot.starts_at ORDER BY slot.starts_at

-- name: endings_by_day
-- The same for each of the last $2 days, in UTC.
SELECT slot.starts_at, coalesce(sum(e.tasks) FILTER (WHERE e.state = 'completed'), 0)::bigint AS completed,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'archived'), 0)::bigint AS archived,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'cancelled'), 0)::bigint AS cancelled,
       coalesce(sum(e.tasks) FILTER (WHERE e.state = 'failed'), 0)::bigint AS failed
FROM generate_series(date_trunc('day', now(), 'UTC') - make_interval(days => $2 - 1), date_trunc('day', now(), 'UTC'),
                     interval '1 day') AS slot (starts_at)
LEFT JOIN present_endings e ON e.project_id = $1 AND e.hour >= slot.starts_at AND e.hour < slot.starts_at + interval '1 day'
GROUP BY slot.starts_at ORDER BY slot.starts_at

-- name: workers
-- Active people who may take work of a project, with the stages (shown_as) that they may take it in.
SELECT p.id, p.email, p.name, p.role, array_agg(DISTINCT q.shown_as ORDER BY q.shown_as) AS stages
FROM queues q
JOIN work_team_members m ON m.team_id = q.team_id
JOIN people p ON p.id = m.person_id AND p.disabled_at IS NULL AND p.role = ANY (roles_for(q.kind))
WHERE q.project_id = $1
GROUP BY p.id ORDER BY p.name, p.email

-- name: newest_event
-- The last thing that happened anywhere.
SELECT coalesce(max(id), 0) FROM events

-- name: newest_event_of
-- The last thing that happened to a project's tasks since an event, which may be far back: then of the newest ones alone.
SELECT max(e.id) FROM events e JOIN tasks t ON t.id = e.task_id
WHERE e.id > greatest($2::bigint, (SELECT max(id) FROM events) - 20000) AND t.project_id = $1

-- name: fold
-- See the function: how many changes were added to the tallies.
SELECT fold_task_changes()
