-- name: standing
-- What a reviewer's assignment is about, with the settings of its stage.
SELECT v.task_id, v.opening, v.visit, v.stage, q.kind, g.body -> 'stages' -> v.stage AS settings
FROM assignments a
JOIN visits v ON v.id = a.visit_id
JOIN queues q ON q.id = v.queue_id
JOIN tasks t ON t.id = v.task_id
JOIN graphs g ON g.project_id = t.project_id AND g.version = t.graph_version
WHERE a.id = $1 AND a.person_id = $2

-- name: earlier_verdicts
-- What was said about a task's labels before a visit, oldest first.
SELECT d.visit, d.stage, d.answer, d.label, d.value_sha256, d.verdict, d.comment, d.at, d.person_id
FROM verdicts d
WHERE d.task_id = $1 AND d.opening = $2 AND d.visit < $3
ORDER BY d.id

-- name: earlier_decisions
-- How reviewers and deciders decided before a visit, oldest first.
SELECT v.visit, q.shown_as AS stage, q.kind, s.decision, s.comment, s.submitted_at
FROM visits v JOIN queues q ON q.id = v.queue_id
JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
WHERE v.task_id = $1 AND v.opening = $2 AND v.visit < $3 AND s.decision IS NOT NULL
ORDER BY v.visit

-- name: decide
-- Accepts a decision under the visit's row lock, with its verdicts and the answers that it leaves, and tells the
-- workflow; no row where the lease or the visit is over.
-- $1 assignment $2 person $3 token $4 submission $5 content $6 active seconds $7 decision $8 comment
-- verdicts: $9 answers $10 labels $11 hashes $12 verdicts $13 comments; answers left: $14 numbers $15 sources $16 contents
-- $17 authors as JSON texts
WITH visit AS (
    SELECT v.id, v.visit, v.opening, v.stage, v.queue_id FROM visits v JOIN assignments a ON a.visit_id = v.id
    WHERE a.id = $1 AND v.closed_at IS NULL
    FOR UPDATE OF v
), done AS (
    UPDATE assignments a
    SET state = 'submitted', submitted_at = now(), lease_until = NULL, wake_at = NULL,
        accepted_at = coalesce(a.accepted_at, date_trunc('milliseconds', now()))
    FROM visit
    WHERE a.id = $1 AND a.visit_id = visit.id AND a.person_id = $2 AND a.state = 'held'
      AND a.lease_token = $3 AND a.lease_until > now()
      AND may_work($2, visit.queue_id)
    RETURNING a.id, a.task_id, a.slot, a.accepted_at, visit.visit, visit.opening, visit.stage
), kept AS (
    INSERT INTO submissions (id, assignment_id, person_id, content, active_seconds, accepted_at, submitted_at, decision, comment)
    SELECT $4, done.id, $2, $5, greatest(0, least($6::double precision, extract(epoch FROM now() - done.accepted_at)::double precision)),
           done.accepted_at, date_trunc('milliseconds', now()), $7, $8
    FROM done
    RETURNING id, submitted_at
), said AS (
    INSERT INTO verdicts (task_id, opening, visit, stage, submission_id, person_id, answer, label, value_sha256, verdict, comment)
    SELECT done.task_id, done.opening, done.visit, done.stage, kept.id, $2, d.answer, d.label, d.hash, d.verdict, d.comment
    FROM done, kept,
         unnest($9::smallint[], $10::text[], $11::bytea[], $12::text[], $13::text[]) AS d (answer, label, hash, verdict, comment)
), left_behind AS (
    INSERT INTO labels (task_id, opening, visit, answer, source, content, authors)
    SELECT done.task_id, done.opening, done.visit, l.answer, l.source, l.content, l.authors::jsonb
    FROM done, unnest($14::smallint[], $15::text[], $16::text[], $17::text[]) AS l (answer, source, content, authors)
), event AS (
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT done.task_id, 'loupe.assignment.submitted', done.visit, $2,
           jsonb_build_object('assignment', done.id, 'submission', kept.id, 'decision', $7::text)
    FROM done, kept
), dropped AS (
    DELETE FROM drafts d USING done WHERE d.assignment_id = done.id
), told AS (
    SELECT post_message(done.task_id, 'verdict', jsonb_build_object('visit', done.visit, 'slot', done.slot)) AS seq
    FROM done, kept
)
SELECT kept.submitted_at FROM kept, told

-- name: count_rejection
-- One more time that reviewers sent the task of an assignment back.
UPDATE tasks t SET rejections = rejections + 1 FROM assignments a WHERE a.id = $1 AND t.id = a.task_id
