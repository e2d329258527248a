-- name: find_queue
-- The queue of a project's stage and team.
SELECT q.id FROM queues q JOIN work_teams w ON w.id = q.team_id
WHERE q.project_id = $1 AND q.shown_as = $2 AND q.kind = $3 AND w.name = $4

-- name: make_queue
-- Makes it where it is not there.
INSERT INTO queues (project_id, shown_as, kind, team_id)
SELECT $1, $2, $3, w.id FROM work_teams w WHERE w.name = $4
ON CONFLICT DO NOTHING

-- name: open_visit
-- Opens a visit with its slots and offers them; does nothing where it is open already or the task is over. No row where
-- the queue is not there. $1 project $2 shown as $3 kind $4 team
-- $5 task $6 opening $7 visit $8 stage $9 overlap $10 time limit in s $11 deadline
WITH queue AS (
    SELECT q.id FROM queues q JOIN work_teams w ON w.id = q.team_id
    WHERE q.project_id = $1 AND q.shown_as = $2 AND q.kind = $3 AND w.name = $4
), task AS (
    UPDATE tasks SET state = 'open', stage = $8, visit = $7
    FROM queue
    WHERE tasks.id = $5 AND opening = $6 AND ended_at IS NULL AND visit < $7
    RETURNING tasks.id, priority, queue.id AS queue_id
), opened AS (
    INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank, deadline_at)
    SELECT id, $6, $7, $8, queue_id, $9, $10, ((100 - priority)::bigint << 48) + nextval('queue_positions'), $11
    FROM task
    RETURNING id, queue_id, rank
), slots AS (
    INSERT INTO assignments (visit_id, task_id, slot)
    SELECT opened.id, $5, slot FROM opened, generate_series(1, $9) AS slot
), event AS (
    INSERT INTO events (task_id, type, visit, data)
    SELECT $5, 'loupe.visit.opened', $7, jsonb_build_object('stage', $8::text) FROM opened
), offered AS (
    SELECT offer(opened.id, opened.queue_id, opened.rank, task.priority, $9::smallint, $11) FROM opened, task
)
SELECT $9::integer AS slots, (SELECT count(*) FROM offered) AS offered FROM queue

-- name: open_later_visit
-- See the function: rework, reviews and decisions, with reserved slots and excluded people. No row where the queue is not
-- there.
SELECT open_visit($5, $6, $7, $8, q.id, $9::smallint, $10, $11, $12, $13, $14, $15, $16) AS slots
FROM queues q JOIN work_teams w ON w.id = q.team_id
WHERE q.project_id = $1 AND q.shown_as = $2 AND q.kind = $3 AND w.name = $4

-- name: escalate_visit
-- See the function: managers give the visit out.
SELECT escalate_visit($1, $2, $3, $4)

-- name: reservations_over
-- Reserved slots whose time is over, or whose person may not take them any more.
SELECT a.id, CASE WHEN a.reserved_until <= now() THEN 'expired' ELSE 'removed' END AS why
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.state = 'open' AND a.reserved_for IS NOT NULL AND v.closed_at IS NULL
  AND (a.reserved_until <= now() OR NOT may_work(a.reserved_for, v.queue_id)
       OR EXISTS (SELECT 1 FROM assignments h WHERE h.visit_id = a.visit_id AND h.person_id = a.reserved_for))
LIMIT 500

-- name: end_reservation
-- See the function: the slot is offered to its whole team.
SELECT end_reservation($1, $2)

-- name: end_reservations
-- Ends all reservations of people, for all teams or some. $1 people $2 teams or null
SELECT end_reservation(a.id, 'removed')
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.reserved_for = ANY ($1) AND a.state = 'open' AND ($2::uuid[] IS NULL OR q.team_id = ANY ($2))
ORDER BY v.queue_id, v.id

-- name: close_visit
-- See the function: closes under the visit's row lock, or says why it stays open.
SELECT closed, reason, answers, held_until, decision FROM close_visit($1, $2, $3, $4)

-- name: item
-- All that the person who holds an assignment is shown.
SELECT a.id, a.task_id, p.name AS project, q.shown_as AS stage, q.kind, p.title, p.description, a.lease_token, a.lease_until,
       a.accepted_at, a.hold_until, v.time_limit_seconds, i.content AS input, d.content AS draft, d.saved_at AS draft_saved_at,
       (p.human_task_ui_id IS NOT NULL OR p.label_schema IS NOT NULL) AS has_template, v.opening, v.visit, a.answer, a.person_id,
       p.extend_seconds, greatest(0, p.max_extensions - a.extensions) AS extensions_left,
       coalesce(g.body -> 'stages' -> v.stage ->> 'instructions', '') AS instructions
FROM assignments a
JOIN visits v ON v.id = a.visit_id
JOIN queues q ON q.id = v.queue_id
JOIN projects p ON p.id = q.project_id
JOIN task_inputs i ON i.task_id = a.task_id
JOIN tasks t ON t.id = a.task_id
JOIN graphs g ON g.project_id = t.project_id AND g.version = t.graph_version
LEFT JOIN drafts d ON d.assignment_id = a.id AND d.person_id = a.person_id
WHERE a.id = $1 AND a.person_id = $2 AND a.state = 'held'

-- name: open
-- A new lease for the holder; accepts a prefetched one, unless its task was stopped or its project paused meanwhile.
-- $1 assignment $2 person $3 lease in s $4 token, or null for any
WITH before AS (
    SELECT a.accepted_at IS NULL AS prefetched, v.draining_at IS NOT NULL OR p.paused_at IS NOT NULL AS withheld,
           coalesce(a.hold_until, least(now() + make_interval(secs => v.time_limit_seconds), v.deadline_at)) AS until
    FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id JOIN projects p ON p.id = q.project_id
    WHERE a.id = $1
), opened AS (
    UPDATE assignments a
    SET lease_token = a.lease_token + 1,
        accepted_at = coalesce(a.accepted_at, date_trunc('milliseconds', now())),
        hold_until = before.until,
        lease_until = least(now() + make_interval(secs => $3), before.until),
        wake_at = least(now() + make_interval(secs => $3), before.until)
    FROM visits v, before
    WHERE a.id = $1 AND a.person_id = $2 AND a.state = 'held' AND v.id = a.visit_id AND v.closed_at IS NULL
      AND coalesce(a.hold_until, a.lease_until) > now() AND before.until > now()
      AND ($4::bigint IS NULL OR a.lease_token = $4) AND NOT (before.prefetched AND before.withheld)
    RETURNING a.id, a.task_id, v.visit, before.prefetched
), event AS (
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT task_id, 'loupe.assignment.accepted', visit, $2, jsonb_build_object('assignment', id) FROM opened WHERE prefetched
)
SELECT id FROM opened

-- name: heartbeat
-- Renews a live lease, never past the hold. $1 assignment $2 person $3 token $4 lease in s
UPDATE assignments
SET lease_until = least(now() + make_interval(secs => $4), hold_until),
    wake_at = least(now() + make_interval(secs => $4), hold_until)
WHERE id = $1 AND person_id = $2 AND state = 'held' AND lease_token = $3 AND lease_until > now() AND accepted_at IS NOT NULL
RETURNING lease_until, hold_until

-- name: submit
-- See the function: accepts an answer; nulls where the lease or the visit is over.
-- $1 assignment $2 person $3 token $4 submission $5 content $6 active seconds
SELECT at, withdraw_until FROM accept_submission($1, $2, $3, $4, $5, $6, NULL, '')

-- name: first_answer
-- What a submission id was answered with before; or that its answer was taken back.
SELECT s.assignment_id, s.person_id, s.submitted_at, w.until AS withdraw_until, false AS taken_back
FROM submissions s LEFT JOIN withdrawable_submissions w ON w.submission_id = s.id
WHERE s.id = $1
UNION ALL
SELECT t.assignment_id, t.person_id, t.submitted_at, NULL, true FROM withdrawn_submissions t WHERE t.id = $1

-- name: standing
-- Why an assignment cannot be worked on.
SELECT a.state, a.person_id = $2 AS mine, v.close_reason,
       EXISTS (SELECT 1 FROM submissions s WHERE s.assignment_id = a.id AND s.person_id = $2) AS answered,
       EXISTS (SELECT 1 FROM events e WHERE e.task_id = a.task_id AND e.person_id = $2
               AND e.type LIKE 'loupe.assignment.%' AND e.data ->> 'assignment' = a.id::text) AS was_mine
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.id = $1

-- name: extend
-- See the function: more time for a live hold, or why there is none.
SELECT extend_hold($1, $2, $3, $4)

-- name: other_kind
-- What work is that cannot be submitted, only decided, for who could do it now. $1 assignment $2 person $3 token
SELECT q.kind FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.id = $1 AND a.person_id = $2 AND a.state = 'held' AND a.lease_token = $3 AND a.lease_until > now()
  AND v.closed_at IS NULL AND q.kind <> 'annotate'

-- name: end_hold
-- See the function: the slot goes back to its queue.
SELECT end_hold($1, $2, $3, $4)

-- name: decline
-- Excludes the person from the visit for good.
INSERT INTO exclusions (visit_id, person_id, why, reason)
SELECT visit_id, $2, 'declined', $3 FROM assignments WHERE id = $1
ON CONFLICT DO NOTHING

-- name: lock_held
-- Locks the visits of all that people hold, before any queue is: $1 people $2 teams or null
SELECT v.id
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.person_id = ANY ($1) AND a.state = 'held' AND ($2::uuid[] IS NULL OR q.team_id = ANY ($2))
ORDER BY v.id
FOR UPDATE OF v

-- name: end_holds
-- Takes all that people hold, for all teams or some, after lock_held. $1 people $2 teams or null
SELECT end_hold(a.id, a.person_id, NULL, 'removed')
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.person_id = ANY ($1) AND a.state = 'held' AND ($2::uuid[] IS NULL OR q.team_id = ANY ($2))
ORDER BY v.queue_id, v.id

-- name: left_behind
-- Holds of people who are no longer in the team or the role: they left while they took it.
SELECT a.id, a.person_id
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
WHERE a.state = 'held' AND NOT may_work(a.person_id, q.id)
LIMIT 500

-- name: save_draft
-- Keeps the holder's draft. $1 assignment $2 person $3 token $4 content
INSERT INTO drafts AS d (assignment_id, person_id, content)
SELECT a.id, a.person_id, $4 FROM assignments a
WHERE a.id = $1 AND a.person_id = $2 AND a.state = 'held' AND a.lease_token = $3 AND a.lease_until > now()
ON CONFLICT (assignment_id, person_id) DO UPDATE SET content = excluded.content, saved_at = now()
RETURNING d.saved_at

-- name: held
-- What is reserved to a person, oldest first.
SELECT a.id, a.task_id, p.name AS project, q.shown_as AS stage, q.kind, p.title, a.accepted_at, a.hold_until,
       CASE WHEN a.lease_until > now() THEN a.lease_until END AS lease_expires_at,
       EXISTS (SELECT 1 FROM drafts d WHERE d.assignment_id = a.id AND d.person_id = $1) AS has_draft
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id JOIN projects p ON p.id = q.project_id
WHERE a.person_id = $1 AND a.state = 'held' AND a.accepted_at IS NOT NULL AND a.hold_until > now() AND v.closed_at IS NULL
ORDER BY a.accepted_at, a.id

-- name: lapse_leases
-- Ends leases without a heartbeat: the work stays reserved to its holder until the end of the hold.
WITH lapsed AS (
    SELECT id FROM assignments
    WHERE state = 'held' AND wake_at <= now() AND accepted_at IS NOT NULL AND hold_until > now()
    ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE assignments a SET lease_until = NULL, wake_at = a.hold_until FROM lapsed WHERE a.id = lapsed.id
    RETURNING a.visit_id
)
SELECT p.name AS flow, count(*) AS leases
FROM ended JOIN visits v ON v.id = ended.visit_id JOIN queues q ON q.id = v.queue_id JOIN projects p ON p.id = q.project_id
GROUP BY p.name

-- name: over
-- Holds and unopened prefetches whose time is over.
SELECT a.id, a.person_id, p.name AS flow
FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id JOIN projects p ON p.id = q.project_id
WHERE a.state = 'held' AND a.wake_at <= now() AND (a.accepted_at IS NULL OR a.hold_until <= now()) AND v.closed_at IS NULL
ORDER BY a.wake_at LIMIT 500

-- name: count_up
-- Adds to a small total that outlives the process.
INSERT INTO counters AS c (name, flow, value) VALUES ($1, $2, $3)
ON CONFLICT (name, flow) DO UPDATE SET value = c.value + excluded.value
