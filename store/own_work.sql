-- name: submissions
-- A page of what a person handed in, newest first. $1 person $2 $3 the last of the page before $4 how many
SELECT s.id, s.assignment_id, p.name AS project, q.shown_as AS stage, q.kind, p.title, s.decision, s.submitted_at, s.active_seconds,
       CASE WHEN v.closed_at IS NULL AND v.draining_at IS NULL AND w.until > now() THEN w.until END AS withdraw_until,
       CASE WHEN EXISTS (
           SELECT 1 FROM visits later JOIN assignments a2 ON a2.visit_id = later.id
           WHERE later.task_id = v.task_id AND later.opening = v.opening AND later.visit > v.visit AND later.closed_at IS NULL
             AND a2.answer IS NOT NULL AND q.kind = 'annotate'
             AND (a2.state = 'open' AND a2.reserved_for = $1 OR a2.state = 'held' AND a2.person_id = $1)
       ) THEN 'returned' ELSE 'submitted' END AS status
FROM submissions s
JOIN assignments a ON a.id = s.assignment_id
JOIN visits v ON v.id = a.visit_id
JOIN queues q ON q.id = v.queue_id
JOIN projects p ON p.id = q.project_id
JOIN tasks t ON t.id = v.task_id AND t.deleted_at IS NULL
LEFT JOIN withdrawable_submissions w ON w.submission_id = s.id
WHERE s.person_id = $1 AND ($2::timestamptz IS NULL OR (s.submitted_at, s.id) < ($2, $3::uuid))
ORDER BY s.submitted_at DESC, s.id DESC
LIMIT $4

-- name: returned
-- Rework that is reserved to a person or held by them, with what the review before it said; newest first.
SELECT a.id AS assignment_id, p.name AS project, q.shown_as AS stage, p.title, v.opened_at AS returned_at, a.reserved_until,
       a.state = 'held' AS held, coalesce(said.comment, '') AS comment,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('label', d.label, 'comment', d.comment) ORDER BY d.id)
           FROM verdicts d
           WHERE d.task_id = v.task_id AND d.opening = v.opening AND d.visit = said.visit AND d.answer = a.answer
             AND d.verdict = 'reject'
       ), '[]') AS verdicts
FROM assignments a
JOIN visits v ON v.id = a.visit_id AND v.closed_at IS NULL
JOIN queues q ON q.id = v.queue_id AND q.kind = 'annotate'
JOIN projects p ON p.id = q.project_id
LEFT JOIN LATERAL (
    SELECT w.visit, s.comment
    FROM visits w JOIN assignments b ON b.visit_id = w.id JOIN submissions s ON s.assignment_id = b.id
    WHERE w.task_id = v.task_id AND w.opening = v.opening AND w.visit < v.visit AND s.decision = 'rejected'
    ORDER BY w.visit DESC
    LIMIT 1
) AS said ON true
WHERE a.answer IS NOT NULL
  AND (a.state = 'open' AND a.reserved_for = $1 AND (a.reserved_until IS NULL OR a.reserved_until > now())
       OR a.state = 'held' AND a.person_id = $1)
ORDER BY v.opened_at DESC, a.id
LIMIT 500

-- name: figures
-- A person's work since a moment: what they handed in, and how their reviewed tasks fared. $1 person $2 since
SELECT handed_in.submitted, handed_in.active_seconds_per_task, fared.reviewed, fared.approved_at_once
FROM (
    SELECT count(*) AS submitted, avg(s.active_seconds) AS active_seconds_per_task
    FROM submissions s WHERE s.person_id = $1 AND s.submitted_at >= $2
) AS handed_in, (
    SELECT count(*) AS reviewed, count(*) FILTER (WHERE approved_at_once) AS approved_at_once
    FROM reviewed_work WHERE person_id = $1 AND reviewed_at >= $2
) AS fared
