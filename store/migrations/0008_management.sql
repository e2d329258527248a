-- What managers do with tasks, issues on them, and calls that may be sent twice.

-- The API writes it, as stop_requested_at.
ALTER TABLE tasks ADD COLUMN cancel_requested_at timestamptz;

-- Whom a queued task waits for: its first visit is reserved to them.
CREATE TABLE planned_assignments (
    task_id   uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    until     timestamptz,
    by_person uuid NOT NULL REFERENCES people,
    at        timestamptz NOT NULL DEFAULT now()
);

-- Who put off which visit: they are offered it after everything else.
CREATE TABLE skips (
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    visit_id  bigint NOT NULL REFERENCES visits ON DELETE CASCADE,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, visit_id)
);

-- One request to move tasks: to a stage of their graph, or to another version of it.
CREATE TABLE move_requests (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id   uuid NOT NULL REFERENCES projects,
    to_version   integer,
    requested_by uuid NOT NULL REFERENCES people,
    at           timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (project_id, to_version) REFERENCES graphs (project_id, version)
);

-- What became of it for each task. Whether a waiting task moves is decided where its visit closes.
CREATE TABLE moves (
    request_id uuid NOT NULL REFERENCES move_requests,
    task_id    uuid NOT NULL REFERENCES tasks,
    opening    integer NOT NULL,
    visit      integer NOT NULL,
    from_stage text,
    to_stage   text,
    to_version integer,
    outcome    text NOT NULL CHECK (outcome IN ('pending', 'moved', 'refused')),
    reason     text,
    at         timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    PRIMARY KEY (request_id, task_id),
    CHECK ((outcome = 'refused') = (reason IS NOT NULL)),
    CHECK ((outcome = 'pending') = (settled_at IS NULL))
);
-- One at a time.
CREATE UNIQUE INDEX moves_pending ON moves (task_id) WHERE outcome = 'pending';

-- What people have to say about a task, one of its answers, or one label of an answer.
CREATE TABLE issues (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id    uuid NOT NULL REFERENCES tasks,
    opening    integer NOT NULL,
    answer     smallint CHECK (answer >= 1),
    -- JSON Pointer into the answer.
    label      text CHECK (length(label) <= 1000),
    -- Whose answer or label it was when the issue was written.
    about      uuid REFERENCES people,
    title      text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    tags       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20),
    created_by uuid NOT NULL REFERENCES people,
    at         timestamptz NOT NULL DEFAULT now(),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
    CHECK (label IS NULL OR answer IS NOT NULL)
);
CREATE INDEX issues_task ON issues (task_id, at, id);

CREATE TABLE issue_comments (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    issue_id  uuid NOT NULL REFERENCES issues ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES people,
    text      text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX issue_comments_issue ON issue_comments (issue_id, at, id);

-- Who resolved and reopened it. Append-only; its last row says the state.
CREATE TABLE issue_events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issue_id  uuid NOT NULL REFERENCES issues ON DELETE CASCADE,
    state     text NOT NULL CHECK (state IN ('open', 'resolved')),
    person_id uuid NOT NULL REFERENCES people,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX issue_events_issue ON issue_events (issue_id, id);

-- Calls that carried an Idempotency-Key, and what they were answered; no response while they run.
CREATE TABLE idempotency_keys (
    person_id      uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    key            text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_sha256 bytea NOT NULL,
    response       text,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);

-- The open visit of a task that is not over, locked.
CREATE FUNCTION lock_present_visit(of_task uuid) RETURNS SETOF visits LANGUAGE sql AS $$
    SELECT v.* FROM visits v JOIN tasks t ON t.id = v.task_id AND t.opening = v.opening AND t.ended_at IS NULL
    WHERE v.task_id = of_task AND v.closed_at IS NULL
    FOR UPDATE OF v
$$;

-- Gives a task another priority; its open visit moves to its new place in the queue. Null for an unknown task.
-- Locks the visit before the task, as submissions do.
CREATE FUNCTION set_priority(of_task uuid, to_priority smallint, by_person uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    t record;
    new_rank bigint;
BEGIN
    SELECT * INTO v FROM lock_present_visit(of_task);
    SELECT priority, ended_at INTO t FROM tasks WHERE id = of_task FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF t.ended_at IS NOT NULL THEN
        RETURN 'over';
    ELSIF v.id IS NULL THEN
        -- It may have been opened while the task's row was waited for.
        SELECT * INTO v FROM lock_present_visit(of_task);
    END IF;
    IF t.priority <> to_priority THEN
        UPDATE tasks SET priority = to_priority WHERE id = of_task;
        PERFORM record_event(of_task, 'loupe.task.prioritised', v.visit, by_person,
                             jsonb_build_object('priority', to_priority, 'before', t.priority));
    END IF;
    new_rank := ((100 - to_priority)::bigint << 48) + (v.rank & ((1::bigint << 48) - 1));
    IF v.id IS NULL OR v.rank = new_rank THEN
        RETURN 'done';
    END IF;
    UPDATE visits SET rank = new_rank WHERE id = v.id;
    IF new_rank < v.rank THEN
        UPDATE takeable SET rank = new_rank WHERE visit_id = v.id;
        PERFORM note_return(v.queue_id, new_rank);
    ELSE
        -- As new as its place: cursors wait for offers that have not heard of the lower priority yet.
        UPDATE takeable SET rank = new_rank, queued_at = now() WHERE visit_id = v.id;
        UPDATE queues SET lowest_priority = to_priority WHERE id = v.queue_id AND lowest_priority > to_priority;
    END IF;
    RETURN 'done';
END $$;

-- Reserves a slot of a visit to a person: a free one, else the only one that somebody else has, else that of `instead_of`,
-- whose hold or reservation ends. Says why not: closed, stopped, overdue, not_allowed, declined, contributed, holds,
-- answered, all_answered, several, not_theirs, busy.
CREATE FUNCTION assign_visit(of_visit bigint, to_person uuid, until timestamptz, instead_of uuid, by_person uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    barred text;
    chosen record;
    others integer;
BEGIN
    SELECT * INTO v FROM visits WHERE id = of_visit FOR UPDATE;
    IF v.closed_at IS NOT NULL THEN
        RETURN 'closed';
    ELSIF v.draining_at IS NOT NULL THEN
        RETURN 'stopped';
    ELSIF v.deadline_at <= now() THEN
        RETURN 'overdue';
    ELSIF NOT may_work(to_person, v.queue_id) THEN
        RETURN 'not_allowed';
    END IF;
    SELECT why INTO barred FROM exclusions WHERE visit_id = v.id AND person_id = to_person AND why <> 'worked_before';
    IF FOUND THEN
        RETURN barred;
    END IF;
    -- Whoever takes a slot right now is waited for; after that nobody can before this is over.
    PERFORM 1 FROM takeable WHERE visit_id = v.id FOR UPDATE;
    SELECT id INTO chosen FROM assignments
    WHERE visit_id = v.id AND state = 'open' AND reserved_for = to_person FOR UPDATE;
    IF FOUND THEN
        UPDATE assignments SET reserved_until = until WHERE id = chosen.id;
        PERFORM record_event(v.task_id, 'loupe.assignment.assigned', v.visit, by_person,
                             jsonb_build_object('assignment', chosen.id, 'to', to_person, 'until', until));
        RETURN 'done';
    END IF;
    SELECT state INTO barred FROM assignments WHERE visit_id = v.id AND person_id = to_person;
    IF FOUND THEN
        RETURN CASE barred WHEN 'held' THEN 'holds' ELSE 'answered' END;
    END IF;

    SELECT id INTO chosen FROM assignments
    WHERE instead_of IS NULL AND visit_id = v.id AND state = 'open' AND reserved_for IS NULL
    ORDER BY slot LIMIT 1 FOR UPDATE;
    IF NOT FOUND THEN
        SELECT count(*) INTO others FROM assignments
        WHERE visit_id = v.id AND state IN ('open', 'held') AND (instead_of IS NULL OR instead_of IN (person_id, reserved_for));
        IF others = 0 THEN
            RETURN CASE WHEN instead_of IS NULL THEN 'all_answered' ELSE 'not_theirs' END;
        ELSIF others > 1 AND instead_of IS NULL THEN
            RETURN 'several';
        END IF;
        SELECT id, state, person_id INTO chosen FROM assignments
        WHERE visit_id = v.id AND state IN ('open', 'held') AND (instead_of IS NULL OR instead_of IN (person_id, reserved_for))
        ORDER BY slot LIMIT 1;
        IF chosen.state = 'held' THEN
            IF NOT end_hold(chosen.id, chosen.person_id, NULL, 'reassigned') THEN
                RETURN 'busy';
            END IF;
        ELSIF NOT end_reservation(chosen.id, 'reassigned') THEN
            RETURN 'busy';
        END IF;
    END IF;
    UPDATE assignments SET reserved_for = to_person, reserved_until = until WHERE id = chosen.id;
    UPDATE takeable SET free_slots = free_slots - 1, touched = true WHERE visit_id = v.id AND free_slots > 1;
    IF NOT FOUND THEN
        DELETE FROM takeable WHERE visit_id = v.id;
    END IF;
    PERFORM record_event(v.task_id, 'loupe.assignment.assigned', v.visit, by_person,
                         jsonb_build_object('assignment', chosen.id, 'to', to_person, 'until', until));
    RETURN 'done';
END $$;

-- Assigns a task's present visit; a task that has not started keeps the wish for its first one. Besides what assign_visit
-- says: over, not_waiting. Null for an unknown task.
CREATE FUNCTION assign_task(of_task uuid, to_person uuid, until timestamptz, instead_of uuid, by_person uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found_visit bigint;
    t record;
BEGIN
    SELECT id INTO found_visit FROM lock_present_visit(of_task);
    IF FOUND THEN
        RETURN assign_visit(found_visit, to_person, until, instead_of, by_person);
    END IF;
    SELECT visit, ended_at INTO t FROM tasks WHERE id = of_task FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF t.ended_at IS NOT NULL THEN
        RETURN 'over';
    ELSIF t.visit > 0 THEN
        RETURN 'not_waiting';
    END IF;
    INSERT INTO planned_assignments AS p (task_id, person_id, until, by_person) VALUES (of_task, to_person, until, by_person)
    ON CONFLICT (task_id) DO UPDATE
        SET person_id = excluded.person_id, until = excluded.until, by_person = excluded.by_person, at = now();
    PERFORM record_event(of_task, 'loupe.task.assigned', NULL, by_person, jsonb_build_object('to', to_person, 'until', until));
    RETURN 'done';
END $$;

CREATE FUNCTION assign_as_planned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan record;
    outcome text;
BEGIN
    DELETE FROM planned_assignments WHERE task_id = NEW.task_id RETURNING * INTO plan;
    IF FOUND AND (plan.until IS NULL OR plan.until > now()) THEN
        outcome := assign_visit(NEW.id, plan.person_id, plan.until, NULL, plan.by_person);
        IF outcome <> 'done' THEN
            PERFORM record_event(NEW.task_id, 'loupe.task.assignment_dropped', NEW.visit, plan.by_person,
                                 jsonb_build_object('to', plan.person_id, 'reason', outcome));
        END IF;
    END IF;
    RETURN NULL;
END $$;
-- At the end of the transaction, when the slots of the visit are there.
CREATE CONSTRAINT TRIGGER visits_planned AFTER INSERT ON visits DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION assign_as_planned();

-- Ends what people hold of a task's present visit, or what is reserved to them, or only one person's; how many slots are
-- free again. Null for an unknown task.
CREATE FUNCTION release_task(of_task uuid, of_person uuid, by_person uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v record;
    slot record;
    freed integer := 0;
BEGIN
    SELECT * INTO v FROM lock_present_visit(of_task);
    IF NOT FOUND THEN
        PERFORM 1 FROM tasks WHERE id = of_task FOR UPDATE;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    FOR slot IN
        SELECT id, state, person_id FROM assignments
        WHERE visit_id = v.id AND (state = 'held' OR (state = 'open' AND reserved_for IS NOT NULL))
          AND (of_person IS NULL OR of_person IN (person_id, reserved_for))
        ORDER BY assignments.slot
    LOOP
        IF slot.state = 'held' THEN
            freed := freed + end_hold(slot.id, slot.person_id, NULL, 'released')::integer;
        ELSE
            freed := freed + end_reservation(slot.id, 'released')::integer;
        END IF;
    END LOOP;
    WITH dropped AS (
        DELETE FROM planned_assignments WHERE task_id = of_task AND (of_person IS NULL OR person_id = of_person) RETURNING 1
    )
    SELECT freed + count(*) INTO freed FROM dropped;
    IF freed > 0 THEN
        PERFORM record_event(of_task, 'loupe.task.released', v.visit, by_person, jsonb_build_object('slots', freed));
    END IF;
    RETURN freed;
END $$;

-- Asks the workflow to cancel a task, and takes it out of the queue at once; a task that has no workflow yet ends here.
-- cancelled, requested, over; null for an unknown task.
CREATE FUNCTION cancel_task(of_task uuid, by_person uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    t record;
BEGIN
    SELECT * INTO v FROM lock_present_visit(of_task);
    UPDATE visits SET draining_at = now() WHERE id = v.id AND draining_at IS NULL;
    DELETE FROM takeable WHERE visit_id = v.id;
    SELECT state, mail_seq, visit, ended_at, cancel_requested_at INTO t FROM tasks WHERE id = of_task FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF t.ended_at IS NOT NULL THEN
        RETURN CASE WHEN t.state = 'cancelled' THEN 'cancelled' ELSE 'over' END;
    ELSIF t.cancel_requested_at IS NOT NULL THEN
        RETURN 'requested';
    END IF;
    UPDATE tasks SET cancel_requested_at = now() WHERE id = of_task;
    PERFORM record_event(of_task, 'loupe.task.cancel_requested', nullif(t.visit, 0), by_person);
    IF t.mail_seq > 0 THEN
        PERFORM post_message(of_task, 'cancel', '{}');
        RETURN 'requested';
    END IF;
    UPDATE tasks SET state = 'cancelled', ended_at = date_trunc('milliseconds', now()) WHERE id = of_task;
    DELETE FROM planned_assignments WHERE task_id = of_task;
    PERFORM record_status(of_task, by_person);
    RETURN 'cancelled';
END $$;

-- A new opening of a task that has ended, with the answers that it ended with; from the graph's start, or from a stage,
-- in the project's present version of the graph. reopened, open, deleted, a2i, no_stage; null for an unknown task.
CREATE FUNCTION reopen_task(of_task uuid, at_stage text, by_person uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    t record;
BEGIN
    SELECT t2.opening, t2.state, t2.output_uri, t2.ended_at, t2.deleted_at, p.kind, p.graph_version,
           p.deleted_at IS NOT NULL OR p.deleting_at IS NOT NULL AS project_gone, g.body -> 'stages' ? at_stage AS stage_exists
    INTO t
    FROM tasks t2 JOIN projects p ON p.id = t2.project_id
    JOIN graphs g ON g.project_id = p.id AND g.version = p.graph_version
    WHERE t2.id = of_task FOR UPDATE OF t2;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF t.kind = 'flow_definition' THEN
        RETURN 'a2i';
    ELSIF t.deleted_at IS NOT NULL OR t.project_gone THEN
        RETURN 'deleted';
    ELSIF t.ended_at IS NULL THEN
        RETURN 'open';
    ELSIF NOT t.stage_exists THEN
        RETURN 'no_stage';
    END IF;
    -- Its workflow may have been terminated.
    PERFORM close_visit(of_task, t.opening, v.visit, 'cancelled') FROM visits v
    WHERE v.task_id = of_task AND v.opening = t.opening AND v.closed_at IS NULL;
    INSERT INTO labels (task_id, opening, visit, answer, source, content, authors)
    SELECT of_task, t.opening + 1, 0, l.answer, l.source, l.content, l.authors
    FROM label_set(of_task, t.opening, 2147483647) l;
    UPDATE tasks
    SET opening = opening + 1, mail_seq = 1, graph_version = t.graph_version, state = 'open', stage = at_stage, visit = 0,
        rejections = 0, failure_code = NULL, failure_reason = NULL, output_uri = NULL, ended_at = NULL,
        stop_requested_at = NULL, cancel_requested_at = NULL,
        output_stamp = greatest(date_trunc('second', clock_timestamp()), output_stamp + interval '1 second')
    WHERE id = of_task;
    INSERT INTO mailbox (task_id, opening, seq, kind, body)
    VALUES (of_task, t.opening + 1, 1, 'start', jsonb_strip_nulls(jsonb_build_object('stage', at_stage)));
    INSERT INTO mailbox_heads (task_id, opening, last_seq, starts) VALUES (of_task, t.opening + 1, 1, true);
    PERFORM record_event(of_task, 'loupe.task.reopened', NULL, by_person,
                         jsonb_build_object('opening', t.opening + 1, 'stage', at_stage, 'was', t.state, 'output_uri', t.output_uri));
    RETURN 'reopened';
END $$;

-- What would become of a task that is to move to a stage, or to a version of its graph, where `stages` gives new names for
-- stages. Reasons: over, not_started, not_waiting, stopped, held, answered, moving, there, no_stage. No row for an unknown task.
CREATE FUNCTION plan_move(of_task uuid, at_stage text, to_version integer, stages jsonb)
RETURNS TABLE (
    opening integer, visit integer, from_stage text, to_stage text, graph_version integer, outcome text, reason text
) LANGUAGE sql STABLE AS $$
    SELECT t.opening, v.visit, v.stage, target.stage, target.version,
           CASE WHEN problem.reason IS NOT NULL THEN 'refused' WHEN v.id IS NULL THEN 'moved' ELSE 'pending' END, problem.reason
    FROM tasks t
    LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.closed_at IS NULL
    CROSS JOIN LATERAL (
        SELECT coalesce(at_stage, stages ->> v.stage, v.stage) AS stage, coalesce(to_version, t.graph_version) AS version
    ) AS target
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN t.ended_at IS NOT NULL THEN 'over'
            WHEN t.mail_seq = 0 AND at_stage IS NULL THEN NULL
            WHEN v.id IS NULL THEN CASE WHEN t.visit = 0 THEN 'not_started' ELSE 'not_waiting' END
            WHEN v.draining_at IS NOT NULL THEN 'stopped'
            WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = v.id AND a.state = 'held') THEN 'held'
            WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = v.id AND a.state = 'submitted') THEN 'answered'
            WHEN EXISTS (
                SELECT 1 FROM moves m
                WHERE m.task_id = t.id AND m.opening = t.opening AND m.visit = v.visit AND m.outcome = 'pending'
            ) THEN 'moving'
            WHEN target.stage = v.stage AND target.version = t.graph_version THEN 'there'
            WHEN NOT EXISTS (
                SELECT 1 FROM graphs g
                WHERE g.project_id = t.project_id AND g.version = target.version AND g.body -> 'stages' ? target.stage
            ) THEN 'no_stage'
        END AS reason
    ) AS problem
    WHERE t.id = of_task
$$;

-- Carries the plan out: a waiting task's workflow is asked, and decides where the visit closes. Writes the outcome that is
-- known now, and returns it; nulls for an unknown task.
CREATE FUNCTION request_move(
    in_request uuid, of_task uuid, at_stage text, to_version integer, stages jsonb, by_person uuid,
    OUT outcome text, OUT reason text
) LANGUAGE plpgsql AS $$
DECLARE
    plan record;
BEGIN
    PERFORM 1 FROM tasks WHERE id = of_task FOR UPDATE;
    -- An earlier move of a visit that ended without its workflow: terminated, for example.
    UPDATE moves m SET outcome = 'refused', reason = 'over', settled_at = now()
    WHERE m.task_id = of_task AND m.outcome = 'pending' AND NOT EXISTS (
        SELECT 1 FROM visits v WHERE v.task_id = of_task AND v.opening = m.opening AND v.visit = m.visit AND v.closed_at IS NULL
    );
    SELECT * INTO plan FROM plan_move(of_task, at_stage, to_version, stages);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    outcome := plan.outcome;
    reason := plan.reason;
    INSERT INTO moves AS m (request_id, task_id, opening, visit, from_stage, to_stage, to_version, outcome, reason, settled_at)
    VALUES (in_request, of_task, plan.opening, coalesce(plan.visit, 0), plan.from_stage, plan.to_stage, to_version, plan.outcome,
            plan.reason, CASE WHEN plan.outcome <> 'pending' THEN now() END);
    IF plan.outcome = 'moved' THEN
        UPDATE tasks SET graph_version = plan.graph_version WHERE id = of_task;
    ELSIF plan.outcome = 'pending' THEN
        PERFORM post_message(of_task, 'move',
                             jsonb_build_object('visit', plan.visit, 'stage', plan.to_stage, 'version', to_version));
    END IF;
    IF plan.outcome <> 'refused' THEN
        PERFORM record_event(
            of_task, CASE plan.outcome WHEN 'moved' THEN 'loupe.task.moved' ELSE 'loupe.task.move_requested' END, plan.visit,
            by_person, jsonb_build_object('stage', plan.to_stage, 'version', plan.graph_version, 'request', in_request));
    END IF;
END $$;

-- Writes what became of the move that was asked for in a visit: `closed_as` is how the visit closed, null where it stays
-- open because somebody holds or answered it.
CREATE FUNCTION settle_move(of_task uuid, in_opening integer, of_visit integer, closed_as text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    settled record;
BEGIN
    UPDATE moves
    SET outcome = CASE WHEN closed_as = 'moved' THEN 'moved' ELSE 'refused' END,
        reason = CASE WHEN closed_as IS NULL THEN 'held' WHEN closed_as <> 'moved' THEN closed_as END,
        settled_at = now()
    WHERE task_id = of_task AND opening = in_opening AND visit = of_visit AND outcome = 'pending'
    RETURNING * INTO settled;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF settled.outcome = 'moved' AND settled.to_version IS NOT NULL THEN
        UPDATE tasks SET graph_version = settled.to_version WHERE id = of_task;
    END IF;
    PERFORM record_event(of_task, CASE settled.outcome WHEN 'moved' THEN 'loupe.task.moved' ELSE 'loupe.task.move_refused' END,
                         of_visit, NULL, jsonb_build_object('stage', settled.to_stage, 'version', settled.to_version,
                                                  'request', settled.request_id, 'reason', settled.reason));
END $$;

-- What has become of a move by now: one whose visit ended without its workflow was not made.
CREATE FUNCTION present_move(of_move moves, OUT outcome text, OUT reason text) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN lost.move THEN 'refused' ELSE of_move.outcome END, CASE WHEN lost.move THEN 'over' ELSE of_move.reason END
    FROM (
        SELECT of_move.outcome = 'pending' AND NOT EXISTS (
            SELECT 1 FROM visits v JOIN tasks t ON t.id = v.task_id
            WHERE v.task_id = of_move.task_id AND v.opening = of_move.opening AND v.visit = of_move.visit
              AND v.closed_at IS NULL AND t.ended_at IS NULL
        ) AS move
    ) AS lost
$$;
