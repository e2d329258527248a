-- name: task
-- Whose history it is.
SELECT t.id, t.name, p.name AS project, t.created_at FROM tasks t JOIN projects p ON p.id = t.project_id WHERE t.id = $1

-- name: openings
-- A task's openings up to a moment, with their ends. $1 task $2 moment or null
WITH told AS MATERIALIZED (
    SELECT e.* FROM task_events($1) AS e WHERE $2::timestamptz IS NULL OR e.at <= $2
), begun AS (
    SELECT 1 AS opening, t.created_at AS at FROM tasks t WHERE t.id = $1
    UNION ALL
    SELECT opening, at FROM told WHERE type = 'loupe.task.reopened'
)
SELECT begun.opening, begun.at AS began_at, coalesce(own.ended_at, past.at) AS ended_at, coalesce(own.state, past.state) AS outcome
FROM begun
LEFT JOIN LATERAL (
    SELECT t.ended_at, t.state FROM tasks t
    WHERE t.id = $1 AND t.opening = begun.opening AND ($2::timestamptz IS NULL OR t.ended_at <= $2) AND t.ended_at IS NOT NULL
) AS own ON true
LEFT JOIN LATERAL (
    SELECT told.at, ended_as(told.type, told.data) AS state FROM told
    WHERE told.opening = begun.opening AND ended_as(told.type, told.data) IS NOT NULL
    ORDER BY told.id LIMIT 1
) AS past ON true
ORDER BY begun.opening

-- name: entries
-- A page of what happened to a task, in order: events, with what the rows say beside them; verdicts, agreements, labels.
-- $1 task $2 moment or null $3 $4 $5 the last entry of the page before $6 limit
WITH told AS (
    SELECT e.at, 1 AS source, e.id AS number, e.opening, e.visit, coalesce(v.stage, e.data ->> 'stage') AS stage, e.type, e.person_id,
           e.data || CASE
               WHEN e.type = 'loupe.visit.opened' THEN jsonb_build_object(
                   'kind', q.kind, 'shown_as', q.shown_as, 'overlap', v.overlap,
                   'team', (SELECT w.name FROM work_teams w WHERE w.id = q.team_id))
               WHEN e.type IN ('loupe.assignment.assigned', 'loupe.task.assigned', 'loupe.task.assignment_dropped')
                   THEN jsonb_strip_nulls(jsonb_build_object('slot', a.slot, 'to', person_shown((e.data ->> 'to')::uuid)))
               WHEN e.type = 'loupe.assignment.submitted' THEN jsonb_strip_nulls(jsonb_build_object(
                   'slot', a.slot, 'answer', a.answer, 'decision', s.decision, 'comment', nullif(s.comment, ''),
                   'accepted_at', coalesce(s.accepted_at, back.accepted_at),
                   'active_seconds', coalesce(s.active_seconds, back.active_seconds)))
               WHEN e.type = 'loupe.assignment.declined'
                   THEN jsonb_strip_nulls(jsonb_build_object('slot', a.slot, 'reason', x.reason))
               WHEN e.type LIKE 'loupe.assignment.%' THEN jsonb_strip_nulls(jsonb_build_object('slot', a.slot))
               WHEN e.type = 'loupe.agent.called' THEN jsonb_build_object('via', tried.via) || CASE
                   WHEN tried.ended_at IS NULL OR tried.ended_at > $2 THEN '{}'
                   ELSE jsonb_build_object('ended_at', tried.ended_at, 'outcome', tried.outcome, 'status', tried.status,
                                           'error', tried.error, 'pathway', tried.pathway) END
               ELSE '{}'
           END AS data
    FROM task_events($1) AS e
    LEFT JOIN visits v ON v.task_id = $1 AND v.opening = e.opening AND v.visit = e.visit
    LEFT JOIN queues q ON q.id = v.queue_id
    LEFT JOIN assignments a ON a.id = (e.data ->> 'assignment')::uuid
    LEFT JOIN submissions s ON s.id = (e.data ->> 'submission')::uuid
    LEFT JOIN withdrawn_submissions back ON e.type = 'loupe.assignment.submitted' AND back.id = (e.data ->> 'submission')::uuid
    LEFT JOIN exclusions x ON x.visit_id = v.id AND x.person_id = e.person_id AND x.why = 'declined'
    LEFT JOIN agent_attempts tried ON e.type = 'loupe.agent.called' AND tried.task_id = $1 AND tried.opening = e.opening
        AND tried.visit = e.visit AND tried.call = (e.data ->> 'call')::integer AND tried.attempt = (e.data ->> 'attempt')::integer
    UNION ALL
    SELECT d.at, 2, d.id, d.opening, d.visit, d.stage, 'loupe.label.' || d.verdict, d.person_id,
           jsonb_build_object('answer', d.answer, 'label', d.label, 'comment', d.comment)
    FROM verdicts d WHERE d.task_id = $1
    UNION ALL
    SELECT g.at, 3, (g.opening::bigint << 32) + g.visit, g.opening, g.visit, v.stage, 'loupe.visit.agreement', NULL,
           jsonb_build_object('measure', g.measure, 'agreement', g.agreement)
    FROM agreements g LEFT JOIN visits v ON v.task_id = g.task_id AND v.opening = g.opening AND v.visit = g.visit
    WHERE g.task_id = $1
    UNION ALL
    SELECT l.at, 4, (l.opening::bigint << 40) + (l.visit::bigint << 8) + l.answer, l.opening, l.visit, v.stage,
           'loupe.label.written', NULL, jsonb_build_object('answer', l.answer, 'source', l.source)
    FROM labels l LEFT JOIN visits v ON v.task_id = l.task_id AND v.opening = l.opening AND v.visit = l.visit
    WHERE l.task_id = $1
)
SELECT told.at, told.source, told.number, told.opening, told.visit, told.stage, told.type,
       person_shown(told.person_id) AS person, told.data::text AS data
FROM told
WHERE ($2::timestamptz IS NULL OR told.at <= $2)
  AND ($3::timestamptz IS NULL OR (told.at, told.source, told.number) > ($3, $4::integer, $5::bigint))
ORDER BY told.at, told.source, told.number
LIMIT $6

-- name: state
-- Where a task was at a moment, by its events. $1 task $2 moment $3 its opening then
WITH told AS MATERIALIZED (
    SELECT e.* FROM task_events($1) AS e WHERE e.opening = $3 AND e.at <= $2
)
SELECT EXISTS (
           SELECT 1 FROM told
           WHERE visit IS NOT NULL AND type <> 'loupe.task.ended' OR type IN ('loupe.task.started', 'loupe.task.reopened')
       ) AS started,
       present.visit, coalesce(v.stage, (
           SELECT told.data ->> 'stage' FROM told
           WHERE told.visit = present.visit AND (told.type = 'loupe.task.routed' OR told.type LIKE 'loupe.agent.%')
           ORDER BY told.id LIMIT 1
       )) AS stage,
       EXISTS (
           SELECT 1 FROM told
           WHERE type IN ('loupe.task.stop_requested', 'loupe.task.cancel_requested') OR data ->> 'humanLoopStatus' = 'Stopping'
       ) AS stop_requested,
       -- The next change says what it was before.
       coalesce((
           SELECT coalesce(e.data ->> 'before', e.data ->> 'from')::smallint FROM events e
           WHERE e.task_id = $1 AND e.type = 'loupe.task.prioritised' AND e.time > $2
           ORDER BY e.id LIMIT 1
       ), t.priority) AS priority,
       EXISTS (SELECT 1 FROM told WHERE told.type = 'loupe.visit.escalated' AND told.visit = present.visit) AS escalated
FROM tasks t
-- What comes late may be about an earlier opening.
CROSS JOIN (SELECT coalesce(max(visit), 0) AS visit FROM told WHERE type NOT LIKE '%.late') AS present
LEFT JOIN visits v ON v.task_id = t.id AND v.opening = $3 AND v.visit = present.visit
WHERE t.id = $1

-- name: slots
-- Who had which slot of a visit at a moment, by the last that had happened to it. $1 task $2 moment $3 opening $4 visit
SELECT a.id AS assignment, a.slot, a.answer, s.state, person_shown(
           CASE s.state WHEN 'free' THEN NULL WHEN 'withdrawn' THEN NULL WHEN 'reserved' THEN s.reserved_for ELSE last.person_id END
       ) AS person,
       CASE WHEN s.state NOT IN ('free', 'withdrawn') THEN coalesce(last.time, v.opened_at) END AS since
FROM visits v JOIN assignments a ON a.visit_id = v.id
LEFT JOIN LATERAL (
    SELECT e.type, e.time, e.person_id, e.data FROM events e
    WHERE e.task_id = $1 AND e.type LIKE 'loupe.assignment.%' AND e.data ->> 'assignment' = a.id::text AND e.time <= $2
    ORDER BY e.id DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT e.type, e.person_id FROM events e
    WHERE e.task_id = $1 AND e.type LIKE 'loupe.assignment.%' AND e.data ->> 'assignment' = a.id::text AND e.time > $2
    ORDER BY e.id LIMIT 1
) AS next ON true
CROSS JOIN LATERAL (
    SELECT coalesce(v.closed_at <= $2, false) AS closed, CASE
        WHEN last.type = 'loupe.assignment.assigned' THEN (last.data ->> 'to')::uuid
        WHEN last.data ? 'stays_reserved' THEN last.person_id
        -- Reserved from the beginning: whoever took it or lost it says so; while it is untouched the row does.
        WHEN last.type IS NULL AND next.type = 'loupe.assignment.reservation_ended' THEN next.person_id
        WHEN last.type IS NULL THEN a.reserved_for
    END AS reserved_for
) AS known
CROSS JOIN LATERAL (
    SELECT known.reserved_for, CASE
        WHEN last.type = 'loupe.assignment.submitted' THEN 'submitted'
        WHEN known.closed THEN 'withdrawn'
        WHEN last.type IN ('loupe.assignment.accepted', 'loupe.assignment.prefetched', 'loupe.assignment.extended',
                           'loupe.assignment.taken_back') THEN 'held'
        WHEN known.reserved_for IS NOT NULL THEN 'reserved'
        ELSE 'free'
    END AS state
) AS s
WHERE v.task_id = $1 AND v.opening = $3 AND v.visit = $4
ORDER BY a.slot

-- name: labels
-- A task's answers as they were at a moment: see label_set. $1 task $2 moment $3 opening
WITH given AS NOT MATERIALIZED (
    SELECT assignment_id, person_id, content FROM submissions WHERE submitted_at <= $2
    UNION ALL
    SELECT assignment_id, person_id, content FROM withdrawn_submissions WHERE submitted_at <= $2 AND withdrawn_at > $2
), made AS (
    SELECT max(l.visit) AS visit FROM labels l WHERE l.task_id = $1 AND l.opening = $3 AND l.at <= $2
), answered AS (
    SELECT max(v.visit) AS visit
    FROM visits v JOIN queues q ON q.id = v.queue_id JOIN assignments a ON a.visit_id = v.id
    JOIN given s ON s.assignment_id = a.id
    -- What is reworked is an answer once it is merged.
    WHERE v.task_id = $1 AND v.opening = $3 AND q.kind = 'annotate' AND a.answer IS NULL
), found AS (
    SELECT l.answer, l.visit, l.source, l.content, l.authors
    FROM made JOIN labels l ON l.task_id = $1 AND l.opening = $3 AND l.visit = made.visit
    WHERE made.visit >= coalesce((SELECT answered.visit FROM answered), 0)
    UNION ALL
    SELECT a.slot, v.visit, 'person', s.content, jsonb_build_object('', s.person_id)
    FROM answered JOIN visits v ON v.task_id = $1 AND v.opening = $3 AND v.visit = answered.visit
    JOIN assignments a ON a.visit_id = v.id
    JOIN given s ON s.assignment_id = a.id
    WHERE answered.visit > coalesce((SELECT made.visit FROM made), 0)
)
SELECT found.answer, found.visit, found.source, found.content, (
    SELECT coalesce(jsonb_object_agg(made.label, person.worker_id), '{}')
    FROM jsonb_each_text(found.authors) AS made (label, author) JOIN people person ON person.id = made.author::uuid
) AS authors
FROM found ORDER BY found.answer

-- name: record_late
-- Keeps an answer that came when its visit was over, once. $1 assignment $2 person $3 SHA-256 $4 content $5 whether it was cut
INSERT INTO events (task_id, type, visit, person_id, data)
SELECT v.task_id, 'loupe.submission.late', v.visit, $2, jsonb_build_object(
           'assignment', a.id, 'opening', v.opening, 'slot', a.slot, 'close_reason', v.close_reason,
           'content_sha256', $3::text, 'content', $4::text, 'cut', $5::boolean)
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.id = $1 AND NOT EXISTS (
    SELECT 1 FROM events e
    WHERE e.task_id = v.task_id AND e.type = 'loupe.submission.late' AND e.person_id = $2
      AND e.data ->> 'assignment' = a.id::text AND e.data ->> 'content_sha256' = $3
)
