-- What managers see of a project at a glance: its tasks counted as they change, and indexes for what needs somebody.

-- Visits that nobody can take, that managers give out, that have a deadline, and that ended by one: few, or counted by index.
DROP INDEX CONCURRENTLY IF EXISTS visits_starved_queue;
CREATE INDEX CONCURRENTLY visits_starved_queue ON visits (queue_id, stage, starved_reason)
    WHERE starved_at IS NOT NULL AND closed_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS visits_escalated_queue;
CREATE INDEX CONCURRENTLY visits_escalated_queue ON visits (queue_id) WHERE escalated_at IS NOT NULL AND closed_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS visits_due;
CREATE INDEX CONCURRENTLY visits_due ON visits (queue_id, deadline_at) WHERE closed_at IS NULL AND deadline_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS visits_expired;
CREATE INDEX CONCURRENTLY visits_expired ON visits (queue_id, closed_at) WHERE close_reason = 'expired';

BEGIN;

-- How many tasks a project has in each place. Open tasks by stage and graph version; '' before their first stage. All
-- others by state alone: version 0, stage ''.
CREATE TABLE task_tallies (
    project_id    uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    state         text NOT NULL,
    stage         text NOT NULL,
    graph_version integer NOT NULL,
    tasks         bigint NOT NULL,
    PRIMARY KEY (project_id, state, stage, graph_version)
) WITH (fillfactor = 50);

-- How many of them ended in which hour, by how they ended.
CREATE TABLE task_endings (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    hour       timestamptz NOT NULL,
    state      text NOT NULL,
    tasks      bigint NOT NULL,
    PRIMARY KEY (project_id, hour, state)
) WITH (fillfactor = 50);

-- What has changed since it was added to these two. Rows are only added and taken away, so writers never wait for one another.
CREATE TABLE task_changes (
    project_id    uuid NOT NULL,
    state         text NOT NULL,
    stage         text NOT NULL,
    graph_version integer NOT NULL,
    hour          timestamptz,
    tasks         integer NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000, vacuum_truncate = false);

-- A row for each task, as every start runs it: adding them up here would cost more than later.
CREATE FUNCTION note_new_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_changes (project_id, state, stage, graph_version, hour, tasks)
    SELECT project_id, state, CASE state WHEN 'open' THEN coalesce(stage, '') ELSE '' END,
           CASE state WHEN 'open' THEN graph_version ELSE 0 END, date_trunc('hour', ended_at, 'UTC'), 1
    FROM added WHERE deleted_at IS NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION note_changed_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.deleted_at IS NULL THEN
        INSERT INTO task_changes VALUES (
            OLD.project_id, OLD.state, CASE OLD.state WHEN 'open' THEN coalesce(OLD.stage, '') ELSE '' END,
            CASE OLD.state WHEN 'open' THEN OLD.graph_version ELSE 0 END, date_trunc('hour', OLD.ended_at, 'UTC'), -1);
    END IF;
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO task_changes VALUES (
            NEW.project_id, NEW.state, CASE NEW.state WHEN 'open' THEN coalesce(NEW.stage, '') ELSE '' END,
            CASE NEW.state WHEN 'open' THEN NEW.graph_version ELSE 0 END, date_trunc('hour', NEW.ended_at, 'UTC'), 1);
    END IF;
    RETURN NULL;
END $$;

-- Loupe deletes no rows of tasks; an operator may.
CREATE FUNCTION note_gone_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_changes (project_id, state, stage, graph_version, hour, tasks)
    SELECT project_id, state, CASE state WHEN 'open' THEN coalesce(stage, '') ELSE '' END,
           CASE state WHEN 'open' THEN graph_version ELSE 0 END, date_trunc('hour', ended_at, 'UTC'), -count(*)
    FROM gone WHERE deleted_at IS NULL
    GROUP BY 1, 2, 3, 4, 5;
    RETURN NULL;
END $$;

-- Adds what has changed to the tallies; how many changes. One caller at a time: a second one is answered 0.
CREATE FUNCTION fold_task_changes() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    folded bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('fold_task_changes', 7205346121)) THEN
        RETURN 0;
    END IF;
    WITH taken AS MATERIALIZED (
        DELETE FROM task_changes RETURNING *
    ), known AS (
        -- A project that is gone for good takes its tallies with it.
        SELECT taken.* FROM taken JOIN projects p ON p.id = taken.project_id
    ), tallied AS (
        INSERT INTO task_tallies AS t (project_id, state, stage, graph_version, tasks)
        SELECT project_id, state, stage, graph_version, sum(tasks) FROM known
        GROUP BY 1, 2, 3, 4 HAVING sum(tasks) <> 0
        ON CONFLICT (project_id, state, stage, graph_version) DO UPDATE SET tasks = t.tasks + excluded.tasks
    ), ended AS (
        INSERT INTO task_endings AS e (project_id, hour, state, tasks)
        SELECT project_id, hour, state, sum(tasks) FROM known WHERE hour IS NOT NULL
        GROUP BY 1, 2, 3 HAVING sum(tasks) <> 0
        ON CONFLICT (project_id, hour, state) DO UPDATE SET tasks = e.tasks + excluded.tasks
    )
    SELECT count(*) INTO folded FROM taken;
    RETURN folded;
END $$;

-- Up to date, also with what has not been folded yet.
CREATE VIEW present_tallies AS
    SELECT project_id, state, stage, graph_version, tasks FROM task_tallies
    UNION ALL
    SELECT project_id, state, stage, graph_version, tasks FROM task_changes;
CREATE VIEW present_endings AS
    SELECT project_id, hour, state, tasks FROM task_endings
    UNION ALL
    SELECT project_id, hour, state, tasks FROM task_changes WHERE hour IS NOT NULL;

-- Nobody writes tasks from here to the end of the transaction, so nothing is counted twice or not at all.
CREATE TRIGGER tasks_added AFTER INSERT ON tasks REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_new_tasks();
CREATE TRIGGER tasks_changed AFTER UPDATE OF state, stage, graph_version, ended_at, deleted_at ON tasks FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.ended_at IS DISTINCT FROM NEW.ended_at
          OR (NEW.state = 'open' AND (OLD.stage IS DISTINCT FROM NEW.stage OR OLD.graph_version <> NEW.graph_version)))
    EXECUTE FUNCTION note_changed_task();
CREATE TRIGGER tasks_gone AFTER DELETE ON tasks REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_gone_tasks();

INSERT INTO task_tallies (project_id, state, stage, graph_version, tasks)
SELECT project_id, state, CASE state WHEN 'open' THEN coalesce(stage, '') ELSE '' END,
       CASE state WHEN 'open' THEN graph_version ELSE 0 END, count(*)
FROM tasks WHERE deleted_at IS NULL
GROUP BY 1, 2, 3, 4;
INSERT INTO task_endings (project_id, hour, state, tasks)
SELECT project_id, date_trunc('hour', ended_at, 'UTC'), state, count(*)
FROM tasks WHERE deleted_at IS NULL AND ended_at IS NOT NULL
GROUP BY 1, 2, 3;

-- The tasks of a project that a filter of managers is about; null members do not count. Inlined into what asks.
CREATE FUNCTION tasks_that_match(
    of_project uuid, status text, in_stage text, held boolean, in_review boolean, starved boolean, escalated boolean,
    rejected boolean, expiring boolean, expired boolean, of_person uuid, priority_from integer, priority_to integer, named text,
    ended_from timestamptz, ended_to timestamptz
) RETURNS SETOF tasks LANGUAGE sql STABLE AS $$
    SELECT t.* FROM tasks t
    WHERE t.project_id = of_project AND t.deleted_at IS NULL
      AND (status IS NULL OR t.state = ANY (CASE status WHEN 'unfinished' THEN ARRAY['queued', 'open'] ELSE ARRAY[status] END))
      AND (in_stage IS NULL OR (t.state = 'open' AND t.stage = in_stage))
      AND (held IS NULL OR t.id IN (
          SELECT a.task_id FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN queues q ON q.id = v.queue_id
          WHERE a.state = 'held' AND v.closed_at IS NULL AND q.project_id = of_project))
      AND (in_review IS NULL OR (t.state = 'open' AND (t.graph_version, t.stage) IN (
          SELECT g.version, s.key FROM graphs g CROSS JOIN LATERAL jsonb_each(g.body -> 'stages') AS s
          WHERE g.project_id = of_project AND s.value ->> 'type' = 'review')))
      AND (starved IS NULL OR (t.id, t.opening, t.visit) IN (
          SELECT v.task_id, v.opening, v.visit FROM visits v JOIN queues q ON q.id = v.queue_id
          WHERE q.project_id = of_project AND v.starved_at IS NOT NULL AND v.closed_at IS NULL))
      AND (escalated IS NULL OR (t.id, t.opening, t.visit) IN (
          SELECT v.task_id, v.opening, v.visit FROM visits v JOIN queues q ON q.id = v.queue_id
          WHERE q.project_id = of_project AND v.escalated_at IS NOT NULL AND v.closed_at IS NULL))
      AND (rejected IS NULL OR t.rejections > 0)
      AND (expiring IS NULL OR (t.id, t.opening, t.visit) IN (
          SELECT v.task_id, v.opening, v.visit FROM visits v JOIN queues q ON q.id = v.queue_id
          WHERE q.project_id = of_project AND v.closed_at IS NULL AND v.deadline_at IS NOT NULL
            AND v.deadline_at <= now() + interval '1 hour'))
      AND (expired IS NULL OR t.id IN (
          SELECT v.task_id FROM visits v JOIN queues q ON q.id = v.queue_id
          WHERE q.project_id = of_project AND v.close_reason = 'expired' AND v.closed_at > now() - interval '24 hours'))
      AND (of_person IS NULL OR t.id IN (
          SELECT a.task_id FROM assignments a JOIN visits v ON v.id = a.visit_id
          WHERE a.state = 'held' AND a.person_id = of_person AND v.closed_at IS NULL
          UNION ALL
          SELECT a.task_id FROM assignments a JOIN visits v ON v.id = a.visit_id
          WHERE a.state = 'open' AND a.reserved_for = of_person AND v.closed_at IS NULL
          UNION ALL
          SELECT w.task_id FROM planned_assignments w WHERE w.person_id = of_person))
      AND (priority_from IS NULL OR t.priority >= priority_from)
      AND (priority_to IS NULL OR t.priority <= priority_to)
      AND (named IS NULL OR position(lower(named) IN lower(t.name)) > 0 OR t.id::text = lower(named))
      AND (ended_from IS NULL OR t.ended_at >= ended_from)
      AND (ended_to IS NULL OR t.ended_at < ended_to)
$$;

-- A task in the list that managers work with: where it is, since when, and who has it.
CREATE VIEW listed_tasks AS
    SELECT t.id, t.name, t.state, t.stage, t.visit, t.opening, t.priority, t.created_at, t.ended_at, t.rejections,
           t.ended_at IS NULL AND (t.stop_requested_at IS NOT NULL OR t.cancel_requested_at IS NOT NULL) AS stopping,
           q.kind, v.opened_at AS waiting_since, v.deadline_at, v.starved_reason, v.escalated_at IS NOT NULL AS escalated,
           EXISTS (
               SELECT 1 FROM agent_dead_letters d
               WHERE d.task_id = t.id AND d.opening = t.opening AND d.closed_at IS NULL AND t.ended_at IS NULL
           ) AS agent_failed,
           CASE WHEN v.id IS NOT NULL THEN (
               SELECT jsonb_agg(person_shown(coalesce(a.person_id, a.reserved_for))
                                || jsonb_build_object('state', CASE a.state WHEN 'open' THEN 'reserved' ELSE a.state END)
                                ORDER BY a.slot)
               FROM assignments a WHERE a.visit_id = v.id AND (a.person_id IS NOT NULL OR a.reserved_for IS NOT NULL)
           ) ELSE (
               SELECT jsonb_agg(person_shown(w.person_id) || '{"state": "planned"}')
               FROM planned_assignments w WHERE w.task_id = t.id AND t.ended_at IS NULL
           ) END AS people
    FROM tasks t
    LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.visit = t.visit AND v.closed_at IS NULL
    LEFT JOIN queues q ON q.id = v.queue_id;
