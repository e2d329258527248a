-- name: people
-- Who these are, by name. $1 people $2 who asks, where they see people of their teams alone
SELECT id, name, email, role, disabled_at IS NOT NULL AS disabled
FROM people
WHERE id = ANY ($1::uuid[]) AND ($2::uuid IS NULL OR may_see_person($2, id))
ORDER BY lower(name), id

-- name: days
-- What each person did on each day (UTC), and how their work fared. $1 project $2 from $3 to $4 stage or null
WITH counted AS (
    SELECT person_id, date_trunc('day', first_at, 'UTC') AS day, count(*) AS submitted, sum(seconds) AS task_seconds,
           0 AS reviewed, 0 AS approved_at_once, 0 AS rejections, 0 AS reviews, 0 AS approvals, 0::double precision AS review_seconds
    FROM authored_work
    WHERE project_id = $1 AND first_at >= $2 AND first_at < $3 AND ($4::text IS NULL OR stage = $4)
    GROUP BY 1, 2
    UNION ALL
    SELECT person_id, date_trunc('day', reviewed_at, 'UTC'), 0, 0, count(*), count(*) FILTER (WHERE approved_at_once), 0, 0, 0, 0
    FROM reviewed_work
    WHERE project_id = $1 AND reviewed_at >= $2 AND reviewed_at < $3 AND ($4::text IS NULL OR stage = $4)
    GROUP BY 1, 2
    UNION ALL
    SELECT person_id, date_trunc('day', at, 'UTC'), 0, 0, 0, 0, count(*), 0, 0, 0
    FROM rejections_received
    WHERE project_id = $1 AND at >= $2 AND at < $3 AND ($4::text IS NULL OR authored_in = $4)
    GROUP BY 1, 2
    UNION ALL
    SELECT person_id, date_trunc('day', at, 'UTC'), 0, 0, 0, 0, 0, count(*), count(*) FILTER (WHERE approved), sum(seconds)
    FROM reviews_done
    WHERE project_id = $1 AND at >= $2 AND at < $3 AND ($4::text IS NULL OR stage = $4)
    GROUP BY 1, 2
)
SELECT person_id, day, sum(submitted)::bigint AS submitted, sum(task_seconds) AS task_seconds, sum(reviewed)::bigint AS reviewed,
       sum(approved_at_once)::bigint AS approved_at_once, sum(rejections)::bigint AS rejections, sum(reviews)::bigint AS reviews,
       sum(approvals)::bigint AS approvals, sum(review_seconds) AS review_seconds
FROM counted
GROUP BY person_id, day
ORDER BY person_id, day

-- name: medians
-- Each person's active seconds for a task and for a review, medians. $1 project $2 from $3 to $4 stage or null
SELECT person_id, task_seconds, review_seconds
FROM (
    SELECT person_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS task_seconds
    FROM authored_work
    WHERE project_id = $1 AND first_at >= $2 AND first_at < $3 AND ($4::text IS NULL OR stage = $4)
    GROUP BY person_id
) AS wrote
FULL JOIN (
    SELECT person_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS review_seconds
    FROM reviews_done
    WHERE project_id = $1 AND at >= $2 AND at < $3 AND ($4::text IS NULL OR stage = $4)
    GROUP BY person_id
) AS judged USING (person_id)

-- name: person
-- Whose tasks are asked for; no row where there is none, or none that the asker sees. $1 person $2 as above, or null
SELECT name FROM people WHERE id = $1 AND ($2::uuid IS NULL OR may_see_person($2, id))

-- name: tasks
-- A page of the tasks behind one figure of a person, newest first. $1 project $2 from $3 to $4 stage or null $5 person
-- $6 which figure $7 $8 $9 moment, task and visit of the last one of the page before $10 how many
SELECT found.task_id AS id, t.name, t.state AS status, found.opening, found.visit, found.at, found.seconds
FROM (
    SELECT task_id, opening, 0 AS visit, first_at AS at, seconds FROM authored_work
    WHERE $6 = 'submitted' AND project_id = $1 AND person_id = $5 AND ($4::text IS NULL OR stage = $4)
      AND first_at >= $2 AND first_at < $3
    UNION ALL
    SELECT task_id, opening, 0, reviewed_at, NULL FROM reviewed_work
    WHERE ($6 = 'reviewed' OR $6 = 'approved_at_once' AND approved_at_once OR $6 = 'sent_back' AND NOT approved_at_once)
      AND project_id = $1 AND person_id = $5 AND ($4::text IS NULL OR stage = $4)
      AND reviewed_at >= $2 AND reviewed_at < $3
    UNION ALL
    SELECT task_id, opening, visit, at, NULL FROM rejections_received
    WHERE $6 = 'rejections' AND project_id = $1 AND person_id = $5 AND ($4::text IS NULL OR authored_in = $4)
      AND at >= $2 AND at < $3
    UNION ALL
    SELECT task_id, opening, visit, at, seconds FROM reviews_done
    WHERE ($6 = 'reviews' OR $6 = 'approvals' AND approved OR $6 = 'rejections_given' AND NOT approved)
      AND project_id = $1 AND person_id = $5 AND ($4::text IS NULL OR stage = $4) AND at >= $2 AND at < $3
) AS found
JOIN tasks t ON t.id = found.task_id
WHERE $7::timestamptz IS NULL OR (found.at, found.task_id, found.visit) < ($7, $8::uuid, $9::integer)
ORDER BY found.at DESC, found.task_id DESC, found.visit DESC
LIMIT $10
