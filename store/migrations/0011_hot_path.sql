-- What every start, answer and end of a task costs: smaller indexes, queue heads only where cursors moved.

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
