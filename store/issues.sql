-- name: task
-- A task, as managers may see it.
SELECT opening FROM tasks WHERE id = $1 AND deleted_at IS NULL

-- name: part
-- What a person has to do with a task's present opening; no row for nothing. Restricted: annotators while a visit is open
-- whose people must not see each other's work. $1 task $2 person
SELECT t.opening,
       (array_agg(coalesce(a.answer, a.slot) ORDER BY v.visit DESC) FILTER (WHERE q.kind = 'annotate'))[1] AS own_answer,
       bool_or(q.kind <> 'annotate') AS reviews,
       EXISTS (
           SELECT 1 FROM visits b JOIN queues bq ON bq.id = b.queue_id
           WHERE b.task_id = t.id AND b.opening = t.opening AND b.closed_at IS NULL AND bq.kind = 'annotate' AND b.overlap > 1
       ) AND (NOT bool_or(q.kind <> 'annotate') OR bool_or(v.closed_at IS NULL AND q.kind = 'annotate' AND v.overlap > 1)) AS restricted
FROM tasks t
JOIN visits v ON v.task_id = t.id AND v.opening = t.opening
JOIN queues q ON q.id = v.queue_id
JOIN assignments a ON a.visit_id = v.id AND a.person_id = $2 AND a.state IN ('held', 'submitted')
WHERE t.id = $1 AND t.deleted_at IS NULL
GROUP BY t.id

-- name: create
-- An issue, with its event. $1 task $2 opening $3 answer $4 label $5 about whom $6 title $7 tags $8 person
WITH issue AS (
    INSERT INTO issues (task_id, opening, answer, label, about, title, tags, created_by)
    VALUES ($1, $2, $3::integer::smallint, $4, $5, $6, $7, $8)
    RETURNING id, task_id
)
SELECT id FROM issue, LATERAL record_event(task_id, 'loupe.issue.opened', NULL, $8, jsonb_build_object('issue', id)) AS event

-- name: comment
-- A comment, with its event. $1 issue $2 person $3 text
WITH comment AS (
    INSERT INTO issue_comments (issue_id, person_id, text) VALUES ($1, $2, $3) RETURNING id, issue_id
)
SELECT comment.id FROM comment JOIN issues i ON i.id = comment.issue_id,
       LATERAL record_event(i.task_id, 'loupe.issue.commented', NULL, $2,
                            jsonb_build_object('issue', i.id, 'comment', comment.id)) AS event

-- name: settle
-- Resolves or reopens an issue, with its event; no row where it is so already. $1 issue $2 state $3 person
WITH changed AS (
    UPDATE issues SET state = $2 WHERE id = $1 AND state <> $2 RETURNING id, task_id
), kept AS (
    INSERT INTO issue_events (issue_id, state, person_id) SELECT id, $2, $3 FROM changed
)
SELECT id FROM changed, LATERAL record_event(
    task_id, CASE $2 WHEN 'resolved' THEN 'loupe.issue.resolved' ELSE 'loupe.issue.reopened' END, NULL, $3,
    jsonb_build_object('issue', id)) AS event

-- name: get
-- One issue.
SELECT i.id, i.task_id, i.opening, i.title, i.state, i.answer, i.label, i.about, i.tags, i.created_by, person.name AS by, i.at
FROM issues i JOIN people person ON person.id = i.created_by
WHERE i.id = $1

-- name: list_page
-- A page of a task's issues, oldest first. $2 opening or null $3 only those of or about this person, null for all
-- $4 state or null $5 $6 the last of the page before $7 how many
SELECT i.id, i.task_id, i.opening, i.title, i.state, i.answer, i.label, i.about, i.tags, i.created_by, person.name AS by, i.at
FROM issues i JOIN people person ON person.id = i.created_by
WHERE i.task_id = $1 AND ($2::integer IS NULL OR i.opening = $2) AND ($3::uuid IS NULL OR $3 IN (i.created_by, i.about))
  AND ($4::text IS NULL OR i.state = $4) AND ($5::timestamptz IS NULL OR (i.at, i.id) > ($5, $6::uuid))
ORDER BY i.at, i.id
LIMIT $7

-- name: comments
-- What was said about some issues, in order.
SELECT c.issue_id, c.id, person.name AS by, c.text, c.at
FROM issue_comments c JOIN people person ON person.id = c.person_id
WHERE c.issue_id = ANY ($1)
ORDER BY c.at, c.id

-- name: history
-- Who resolved and reopened them, in order.
SELECT e.issue_id, e.state, person.name AS by, e.at
FROM issue_events e JOIN people person ON person.id = e.person_id
WHERE e.issue_id = ANY ($1)
ORDER BY e.id
