-- name: invite
-- A new person; no row where the e-mail address is somebody's.
INSERT INTO people (email, name, role) VALUES ($1, $2, $3) ON CONFLICT (lower(email)) DO NOTHING RETURNING id

-- name: account
-- One person as those see them who manage people. $1 person $2 who asks
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.created_at, p.signed_in_at, p.disabled_at, p.teams,
    may_change_person($2, p.id) AS may_change
FROM accounts p
WHERE p.id = $1 AND may_see_person($2, p.id)

-- name: list_page
-- By name. $1 who asks $2 part of name or address $3 role $4 team $5 disabled $6 $7 last of the page before $8 how many
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.created_at, p.signed_in_at, p.disabled_at, p.teams,
    may_change_person($1, p.id) AS may_change
FROM accounts p
WHERE may_see_person($1, p.id)
    AND ($2::text IS NULL OR strpos(lower(p.name), lower($2)) > 0 OR strpos(lower(p.email), lower($2)) > 0)
    AND ($3::text IS NULL OR p.role = $3)
    AND ($4::text IS NULL OR $4 = ANY (p.teams))
    AND ($5::boolean IS NULL OR (p.disabled_at IS NOT NULL) = $5)
    AND ($6::text IS NULL OR (lower(p.name), p.id) > (lower($6), $7::uuid))
ORDER BY lower(p.name), p.id
LIMIT $8

-- name: asker
-- Role and teams of the active person who wants a change.
SELECT role, teams FROM accounts WHERE id = $1 AND disabled_at IS NULL

-- name: change
-- Another name or role; null leaves one as it was.
UPDATE people SET name = coalesce($2, name), role = coalesce($3, role) WHERE id = $1

-- name: lock_unfit
-- Locks the visits of what a person holds and may not do any more, before any queue is.
SELECT v.id
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.person_id = $1 AND a.state = 'held' AND NOT may_work($1, v.queue_id)
ORDER BY v.id
FOR UPDATE OF v

-- name: end_unfit_holds
-- Takes what a person holds and may not do any more, after lock_unfit.
SELECT end_hold(a.id, $1, NULL, 'removed')
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.person_id = $1 AND a.state = 'held' AND NOT may_work($1, v.queue_id)
ORDER BY v.queue_id, v.id

-- name: end_unfit_reservations
-- Ends what is reserved to a person who may not do it any more.
SELECT end_reservation(a.id, 'removed')
FROM assignments a JOIN visits v ON v.id = a.visit_id
WHERE a.reserved_for = $1 AND a.state = 'open' AND NOT may_work($1, v.queue_id)
ORDER BY v.queue_id, v.id

-- name: enable
-- Lets a person in again.
UPDATE people SET disabled_at = NULL WHERE id = $1

-- name: events
-- What was done with a person's account, latest first. $1 person $2 who asks
SELECT e.type, e.time, by_person.email AS by, e.data
FROM people_events o
JOIN events e ON e.id = o.event_id
LEFT JOIN people by_person ON by_person.id = e.person_id
WHERE o.person_id = $1 AND may_see_person($2, $1)
ORDER BY e.id DESC
LIMIT 100
