-- What every start, answer and end of a task costs: smaller indexes, one function for both ways to submit.

-- In place of tasks_stage: a flow definition has one stage, and each of its loops stood in that index for nothing.
DROP INDEX CONCURRENTLY IF EXISTS tasks_native_stage;
CREATE INDEX CONCURRENTLY tasks_native_stage ON tasks (project_id, stage, created_at, id)
    WHERE native AND state = 'open' AND deleted_at IS NULL;

BEGIN;

DROP INDEX tasks_stage;

-- Somebody's cursor moved since the head did: only such queues have rows to pass.
ALTER TABLE queues ADD COLUMN cursors_moved boolean NOT NULL DEFAULT true;
ALTER TABLE queues ALTER COLUMN cursors_moved SET DEFAULT false;
CREATE INDEX queues_moved ON queues (id) WHERE cursors_moved;

-- Tasks as managers see them: starved while nobody can take the present visit, escalated while only managers give it out.
CREATE VIEW shown_tasks AS
    SELECT t.id, t.name, p.name AS project, t.state, t.stage, t.visit, t.opening, t.priority, t.created_at, t.ended_at,
           t.stop_requested_at, t.failure_code, t.failure_reason, t.output_uri, t.rejections, t.graph_version, t.metadata,
           t.prediction, v.starved_reason, v.escalated_at IS NOT NULL AS escalated
    FROM tasks t JOIN projects p ON p.id = t.project_id
    LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.visit = t.visit AND v.closed_at IS NULL;

-- Accepts what somebody submits: an answer to annotation, or (`decided`) a decision, under the visit's row lock, and tells
-- the workflow. Nulls where the lease or the visit is over, or the work is of the other kind.
CREATE FUNCTION accept_submission(
    of_assignment uuid, of_person uuid, with_token bigint, submission uuid, given text, seconds double precision,
    decided text, remark text,
    OUT task uuid, OUT in_opening integer, OUT in_visit integer, OUT in_stage text, OUT at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    v record;
    done record;
BEGIN
    SELECT w.id, w.opening, w.visit, w.stage, w.queue_id INTO v
    FROM visits w JOIN assignments a ON a.visit_id = w.id JOIN queues q ON q.id = w.queue_id
    WHERE a.id = of_assignment AND w.closed_at IS NULL AND (q.kind = 'annotate') = (decided IS NULL)
    FOR UPDATE OF w;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE assignments a
    SET state = 'submitted', submitted_at = now(), lease_until = NULL, wake_at = NULL,
        accepted_at = coalesce(a.accepted_at, date_trunc('milliseconds', now()))
    WHERE a.id = of_assignment AND a.person_id = of_person AND a.state = 'held'
      AND a.lease_token = with_token AND a.lease_until > now()
      -- Leaving a team or the role ends holds within seconds; meanwhile nothing is accepted.
      AND may_work(of_person, v.queue_id)
    RETURNING a.task_id, a.slot, a.accepted_at INTO done;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO submissions (id, assignment_id, person_id, content, active_seconds, accepted_at, submitted_at, decision, comment)
    VALUES (submission, of_assignment, of_person, given,
            greatest(0, least(seconds, extract(epoch FROM now() - done.accepted_at)::double precision)), done.accepted_at,
            date_trunc('milliseconds', now()), decided, remark)
    RETURNING submitted_at INTO at;
    DELETE FROM drafts WHERE assignment_id = of_assignment;
    PERFORM record_event(done.task_id, 'loupe.assignment.submitted', v.visit, of_person, jsonb_strip_nulls(
        jsonb_build_object('assignment', of_assignment, 'submission', submission, 'decision', decided)));
    UPDATE tasks SET rejections = rejections + 1 WHERE id = done.task_id AND decided = 'rejected';
    PERFORM post_message(done.task_id, CASE WHEN decided IS NULL THEN 'submission' ELSE 'verdict' END,
                         jsonb_build_object('visit', v.visit, 'slot', done.slot));
    task := done.task_id;
    in_opening := v.opening;
    in_visit := v.visit;
    in_stage := v.stage;
END $$;
