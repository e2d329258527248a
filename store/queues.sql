-- name: find
-- How much an active person holds, and whether anything was fetched ahead, is reserved to them or was put off by them; and
-- the queues that they may take from, with the first visit that is left for them in each, best first. One row without a
-- queue where nothing is left. $1 person $2 project or null $3 stage (shown_as) or null
SELECT own.held, own.has_prefetched, own.has_reserved, own.has_skips, queue.*
FROM people me
CROSS JOIN LATERAL (
    SELECT (SELECT count(*) FROM assignments a WHERE a.person_id = me.id AND a.state = 'held') AS held,
           EXISTS (
               SELECT 1 FROM assignments f WHERE f.person_id = me.id AND f.state = 'held' AND f.accepted_at IS NULL
           ) AS has_prefetched,
           EXISTS (SELECT 1 FROM assignments r WHERE r.reserved_for = me.id AND r.state = 'open') AS has_reserved,
           EXISTS (SELECT 1 FROM skips s WHERE s.person_id = me.id) AS has_skips
) AS own
LEFT JOIN LATERAL (
    SELECT q.id AS queue_id, q.generation, start.rank AS from_rank, best.rank, best.settled
    FROM work_team_members m
    JOIN queues q ON q.team_id = m.team_id AND me.role = ANY (roles_for(q.kind))
    JOIN projects p ON p.id = q.project_id
    LEFT JOIN queue_cursors c ON c.person_id = me.id AND c.queue_id = q.id
    CROSS JOIN LATERAL (
        SELECT greatest(q.head_rank, least(c.rank, (
            SELECT min(r.rank) FROM queue_returns r WHERE r.queue_id = q.id AND r.generation > c.generation
        ))) AS rank
    ) AS start
    CROSS JOIN LATERAL (
        -- Older than any statement can run: no row before it is still on its way.
        SELECT t.rank, t.queued_at < now() - interval '1 minute' AS settled
        FROM takeable t
        WHERE t.queue_id = q.id AND t.rank >= coalesce(start.rank, 0)
          AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = t.visit_id AND a.person_id = me.id)
          AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = t.visit_id AND d.person_id = me.id)
          AND NOT EXISTS (SELECT 1 FROM skips s WHERE s.person_id = me.id AND s.visit_id = t.visit_id)
          AND (t.until IS NULL OR t.until > now())
        ORDER BY t.rank
        LIMIT 1
    ) AS best
    WHERE m.person_id = me.id AND p.paused_at IS NULL
      AND ($2::text IS NULL OR p.name = $2) AND ($3::text IS NULL OR q.shown_as = $3)
    ORDER BY best.rank
    LIMIT 20
) AS queue ON true
WHERE me.id = $1 AND me.disabled_at IS NULL
ORDER BY queue.rank

-- name: one_prefetch_at_a_time
-- Lets a person's tabs fetch ahead one after the other, until the end of the transaction. $1 person
SELECT pg_advisory_xact_lock(hashtextextended('prefetch ' || $1::uuid::text, 0))

-- name: take_prefetched
-- What a person fetched ahead and did not open: accepted now, or kept for another lease; no row where that is over, or its
-- task was stopped. $1 person $2 project or null $3 stage (shown_as) or null $4 prefetch $5 lease in s
WITH slot AS (
    SELECT a.id, v.visit, CASE WHEN $4 THEN NULL
        ELSE least(now() + make_interval(secs => v.time_limit_seconds), v.deadline_at) END AS until
    FROM assignments a
    JOIN visits v ON v.id = a.visit_id AND v.closed_at IS NULL AND v.draining_at IS NULL
    JOIN queues q ON q.id = v.queue_id
    JOIN projects p ON p.id = q.project_id
    WHERE a.person_id = $1 AND a.state = 'held' AND a.accepted_at IS NULL AND a.lease_until > now()
      AND (v.deadline_at IS NULL OR v.deadline_at > now()) AND may_work($1, q.id) AND p.paused_at IS NULL
      AND ($2::text IS NULL OR p.name = $2) AND ($3::text IS NULL OR q.shown_as = $3)
    ORDER BY v.rank
    LIMIT 1
    FOR UPDATE OF a SKIP LOCKED
), taken AS (
    UPDATE assignments a
    SET lease_token = a.lease_token + 1, hold_until = slot.until,
        accepted_at = CASE WHEN $4 THEN NULL ELSE date_trunc('milliseconds', now()) END,
        lease_until = least(now() + make_interval(secs => $5), slot.until),
        wake_at = least(now() + make_interval(secs => $5), slot.until)
    FROM slot
    WHERE a.id = slot.id
    RETURNING a.id, a.task_id, slot.visit
), event AS (
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT task_id, 'loupe.assignment.accepted', visit, $1, jsonb_build_object('assignment', id)
    FROM taken
    WHERE NOT $4
)
SELECT id FROM taken

-- name: take
-- Takes the first free slot of a queue from a rank on; no row where others were faster.
-- $1 person $2 queue $3 rank $4 prefetch $5 lease in s
WITH place AS (
    SELECT t.visit_id, t.free_slots FROM takeable t
    WHERE t.queue_id = $2 AND t.rank >= $3
      AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = t.visit_id AND a.person_id = $1)
      AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = t.visit_id AND d.person_id = $1)
      AND NOT EXISTS (SELECT 1 FROM skips s WHERE s.person_id = $1 AND s.visit_id = t.visit_id)
      AND NOT EXISTS (SELECT 1 FROM assignments r WHERE r.reserved_for = $1 AND r.state = 'open' AND r.visit_id = t.visit_id)
      AND (t.until IS NULL OR t.until > now())
    ORDER BY t.rank
    LIMIT 1
    FOR UPDATE OF t SKIP LOCKED
), slot AS (
    SELECT a.id FROM place JOIN assignments a ON a.visit_id = place.visit_id
    WHERE a.state = 'open' AND a.reserved_for IS NULL
      AND EXISTS (SELECT 1 FROM queues q JOIN work_team_members m ON m.team_id = q.team_id WHERE q.id = $2 AND m.person_id = $1)
    ORDER BY a.slot
    LIMIT 1
    FOR UPDATE OF a SKIP LOCKED
), hold AS (
    SELECT slot.id, CASE WHEN $4 THEN NULL
        ELSE least(now() + make_interval(secs => v.time_limit_seconds), v.deadline_at) END AS until, v.visit
    FROM slot, place JOIN visits v ON v.id = place.visit_id
), taken AS (
    UPDATE assignments a
    SET state = 'held', person_id = $1, lease_token = a.lease_token + 1, hold_until = hold.until, extensions = 0,
        accepted_at = CASE WHEN $4 THEN NULL ELSE date_trunc('milliseconds', now()) END,
        lease_until = least(now() + make_interval(secs => $5), hold.until),
        wake_at = least(now() + make_interval(secs => $5), hold.until)
    FROM hold
    WHERE a.id = hold.id
    RETURNING a.id, a.task_id, a.visit_id, hold.visit
), fewer AS (
    UPDATE takeable t SET free_slots = t.free_slots - 1, touched = true FROM taken, place
    WHERE t.visit_id = taken.visit_id AND place.free_slots > 1
), gone AS (
    DELETE FROM takeable t USING taken, place WHERE t.visit_id = taken.visit_id AND place.free_slots = 1
), event AS (
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT task_id, CASE WHEN $4 THEN 'loupe.assignment.prefetched' ELSE 'loupe.assignment.accepted' END, visit, $1,
           jsonb_build_object('assignment', id)
    FROM taken
)
SELECT id FROM taken

-- name: take_reserved
-- Takes what is reserved to a person, best first; no row where nothing is.
-- $1 person $2 project or null $3 stage (shown_as) or null $4 prefetch $5 lease in s $6 assignment or null for any
WITH slot AS (
    SELECT a.id, CASE WHEN $4 THEN NULL
        ELSE least(now() + make_interval(secs => v.time_limit_seconds), v.deadline_at) END AS until, v.visit
    FROM assignments a
    JOIN visits v ON v.id = a.visit_id AND v.closed_at IS NULL AND v.draining_at IS NULL
    JOIN queues q ON q.id = v.queue_id
    JOIN projects p ON p.id = q.project_id
    WHERE a.reserved_for = $1 AND a.state = 'open' AND (a.reserved_until IS NULL OR a.reserved_until > now())
      AND (v.deadline_at IS NULL OR v.deadline_at > now()) AND may_work($1, q.id) AND p.paused_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM assignments h WHERE h.visit_id = a.visit_id AND h.person_id = $1)
      AND ($2::text IS NULL OR p.name = $2) AND ($3::text IS NULL OR q.shown_as = $3)
      AND ($6::uuid IS NULL OR a.id = $6)
    ORDER BY v.rank
    LIMIT 1
    FOR UPDATE OF a SKIP LOCKED
), taken AS (
    UPDATE assignments a
    SET state = 'held', person_id = $1, lease_token = a.lease_token + 1, hold_until = slot.until, extensions = 0,
        accepted_at = CASE WHEN $4 THEN NULL ELSE date_trunc('milliseconds', now()) END,
        lease_until = least(now() + make_interval(secs => $5), slot.until),
        wake_at = least(now() + make_interval(secs => $5), slot.until)
    FROM slot
    WHERE a.id = slot.id
    RETURNING a.id, a.task_id, slot.visit
), event AS (
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT task_id, CASE WHEN $4 THEN 'loupe.assignment.prefetched' ELSE 'loupe.assignment.accepted' END, visit, $1,
           jsonb_build_object('assignment', id)
    FROM taken
)
SELECT id FROM taken

-- name: move_cursor
-- Lets a person's next search begin where this one found its first row.
-- The sweep looks whether the queue's head can follow. Who fetches ahead keeps the mark's lock for a while and may go on to
-- another queue, so nobody waits for it.
WITH unmarked AS (
    SELECT id FROM queues WHERE id = $2 AND NOT cursors_moved FOR NO KEY UPDATE SKIP LOCKED
), marked AS (
    UPDATE queues SET cursors_moved = true FROM unmarked WHERE queues.id = unmarked.id
)
INSERT INTO queue_cursors AS c (person_id, queue_id, rank, generation) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, queue_id) DO UPDATE SET rank = excluded.rank, generation = excluded.generation, moved_at = now()

-- name: list
-- A person's queues with what waits in each for them (counted up to 1000) and what they hold.
SELECT p.name AS project, q.shown_as AS stage, q.kind, p.title, p.description, waiting.takeable, waiting.oldest_at, mine.held
FROM people me
JOIN work_team_members m ON m.person_id = me.id
JOIN queues q ON q.team_id = m.team_id AND me.role = ANY (roles_for(q.kind))
JOIN projects p ON p.id = q.project_id AND p.deleted_at IS NULL AND p.paused_at IS NULL
LEFT JOIN queue_cursors c ON c.person_id = me.id AND c.queue_id = q.id
CROSS JOIN LATERAL (
    SELECT greatest(q.head_rank, least(c.rank, (
        SELECT min(r.rank) FROM queue_returns r WHERE r.queue_id = q.id AND r.generation > c.generation
    ))) AS rank
) AS start
CROSS JOIN LATERAL (
    SELECT count(*) AS takeable, min(left_for_me.queued_at) AS oldest_at FROM (
        (SELECT t.queued_at FROM takeable t
        WHERE t.queue_id = q.id AND t.rank >= coalesce(start.rank, 0)
          AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = t.visit_id AND a.person_id = me.id)
          AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = t.visit_id AND d.person_id = me.id)
          AND NOT EXISTS (SELECT 1 FROM skips s WHERE s.person_id = me.id AND s.visit_id = t.visit_id)
          AND (t.until IS NULL OR t.until > now())
        ORDER BY t.rank
        LIMIT 1000)
        UNION ALL
        SELECT v.opened_at FROM assignments r JOIN visits v ON v.id = r.visit_id
        WHERE r.reserved_for = me.id AND r.state = 'open' AND v.queue_id = q.id
          AND (r.reserved_until IS NULL OR r.reserved_until > now())
          AND v.closed_at IS NULL AND v.draining_at IS NULL AND (v.deadline_at IS NULL OR v.deadline_at > now())
        UNION ALL
        SELECT t.queued_at FROM skips s JOIN takeable t ON t.visit_id = s.visit_id
        WHERE s.person_id = me.id AND t.queue_id = q.id
          AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = t.visit_id AND a.person_id = me.id)
          AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = t.visit_id AND d.person_id = me.id)
          AND (t.until IS NULL OR t.until > now())
    ) AS left_for_me
) AS waiting
CROSS JOIN LATERAL (
    SELECT count(*) AS held FROM assignments a JOIN visits v ON v.id = a.visit_id
    WHERE a.person_id = me.id AND a.state = 'held' AND v.queue_id = q.id AND a.accepted_at IS NOT NULL
) AS mine
WHERE me.id = $1 AND me.disabled_at IS NULL
ORDER BY p.title, p.name, q.shown_as

-- name: heads
-- The first row that anybody could take, null where there is none, in each queue whose cursors have moved since its head
-- did; not where a row before it may be on its way.
SELECT q.id, q.generation, first.rank
FROM queues q
LEFT JOIN LATERAL (
    SELECT t.rank, t.queued_at FROM takeable t WHERE t.queue_id = q.id AND t.rank >= q.head_rank ORDER BY t.rank LIMIT 1
) AS first ON true
WHERE q.cursors_moved AND (first.rank IS NULL OR first.queued_at < now() - interval '1 minute')

-- name: look_at_all_heads
-- Lets the sweep look at queues, too, of which much was closed without anybody searching them. Those that somebody is
-- giving work back to, in an order of their own, are left for the next time.
UPDATE queues SET cursors_moved = true
WHERE id IN (
    SELECT q.id FROM queues q
    WHERE NOT q.cursors_moved AND EXISTS (SELECT 1 FROM takeable t WHERE t.queue_id = q.id AND t.rank > q.head_rank)
    FOR NO KEY UPDATE SKIP LOCKED
)

-- name: move_head
-- Lets all searches of a queue begin there, unless work came back meanwhile. $3 null where nothing is left: it stays.
UPDATE queues SET head_rank = greatest(head_rank, $3), cursors_moved = false WHERE id = $1 AND generation = $2

-- name: forget_cursors
-- A cursor that was not moved for half an hour starts again at the head; so older returns need not be kept.
DELETE FROM queue_cursors WHERE moved_at < now() - interval '30 minutes'

-- name: forget_returns
-- Returns that no cursor can have missed.
DELETE FROM queue_returns WHERE at < now() - interval '1 hour'

-- name: mark_starved
-- Marks visits that no active person may take, with the reason, and takes the mark from those that found somebody.
WITH served AS (
    SELECT q.id AS queue_id, (
        SELECT count(*) FROM work_team_members m JOIN people p ON p.id = m.person_id
        WHERE m.team_id = q.team_id AND p.role = ANY (roles_for(q.kind))
    ) AS people
    FROM queues q
), suspected AS (
    -- All but one slot of a visit may be taken: with more people than that and than declined, somebody is left.
    SELECT t.visit_id FROM takeable t JOIN served USING (queue_id) JOIN visits v ON v.id = t.visit_id
    WHERE t.touched AND served.people < v.overlap + (SELECT count(*) FROM exclusions d WHERE d.visit_id = t.visit_id)
    UNION
    SELECT t.visit_id FROM takeable t JOIN served USING (queue_id) WHERE served.people = 0
    UNION
    SELECT v.id FROM visits v WHERE v.starved_at IS NOT NULL AND v.closed_at IS NULL
), judged AS (
    SELECT v.id, CASE
        WHEN t.visit_id IS NULL OR EXISTS (SELECT 1 FROM eligible_people(v.id)) THEN NULL
        WHEN NOT EXISTS (SELECT 1 FROM work_team_members m WHERE m.team_id = q.team_id) THEN 'no_members'
        WHEN EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = v.id AND d.why = 'declined') THEN 'all_declined'
        WHEN EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = v.id) THEN 'excluded'
        ELSE 'team_too_small'
    END AS reason
    FROM suspected s JOIN visits v ON v.id = s.visit_id JOIN queues q ON q.id = v.queue_id
    LEFT JOIN takeable t ON t.visit_id = v.id
), changed AS (
    UPDATE visits v
    SET starved_reason = judged.reason, starved_at = CASE WHEN judged.reason IS NULL THEN NULL ELSE coalesce(v.starved_at, now()) END
    FROM judged
    WHERE v.id = judged.id AND v.closed_at IS NULL AND v.starved_reason IS DISTINCT FROM judged.reason
    RETURNING v.id
)
SELECT count(*) FROM changed

-- name: exhausted
-- Visits whose eligible people all declined, with nothing held: the workflow is told once.
WITH over AS (
    UPDATE visits v SET exhausted_at = now()
    WHERE v.starved_reason = 'all_declined' AND v.closed_at IS NULL AND v.exhausted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = v.id AND a.state = 'held')
    RETURNING v.task_id, v.visit
)
SELECT post_message(task_id, 'exhausted', jsonb_build_object('visit', visit)) FROM over

-- name: depth
-- What waits in each queue, and since when; with the team's name.
SELECT p.name AS project, q.shown_as AS stage, waiting.visits, waiting.slots, waiting.oldest_at
FROM queues q JOIN projects p ON p.id = q.project_id AND p.deleted_at IS NULL
CROSS JOIN LATERAL (
    SELECT count(*) AS visits, coalesce(sum(free_slots), 0) AS slots, min(queued_at) AS oldest_at FROM takeable t WHERE t.queue_id = q.id
) AS waiting
