-- Graphs in the order that they were written in; moves of tasks whose agent failed for good; agents' events by opening.

-- jsonb forgets the order of a graph's stages: what is shown and drawn is the document, what statements look into the body.
ALTER TABLE graphs ADD COLUMN document json;
ALTER TABLE graph_templates ADD COLUMN document json;

-- A release that does not know the column writes the body alone: an older document must not outlive that.
CREATE FUNCTION forget_other_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.document::jsonb IS DISTINCT FROM NEW.body THEN
        NEW.document := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER graphs_document BEFORE INSERT OR UPDATE ON graphs
    FOR EACH ROW WHEN (NEW.document IS NOT NULL) EXECUTE FUNCTION forget_other_document();
CREATE TRIGGER graph_templates_document BEFORE INSERT OR UPDATE ON graph_templates
    FOR EACH ROW WHEN (NEW.document IS NOT NULL) EXECUTE FUNCTION forget_other_document();

-- Where an opening waits for somebody: in its open visit, or for a decision on an agent that failed for good.
CREATE FUNCTION waiting_place(of_task uuid, in_opening integer)
RETURNS TABLE (visit integer, stage text, visit_id bigint, draining boolean) LANGUAGE sql STABLE AS $$
    SELECT v.visit, v.stage, v.id, v.draining_at IS NOT NULL FROM visits v
    WHERE v.task_id = of_task AND v.opening = in_opening AND v.closed_at IS NULL
    UNION ALL
    SELECT l.visit, l.stage, NULL, false FROM agent_dead_letters l
    WHERE l.task_id = of_task AND l.opening = in_opening AND l.closed_at IS NULL
    ORDER BY 1 DESC
    LIMIT 1
$$;

-- As in migration 8; a dead letter may be moved too.
CREATE OR REPLACE FUNCTION plan_move(of_task uuid, at_stage text, to_version integer, stages jsonb)
RETURNS TABLE (
    opening integer, visit integer, from_stage text, to_stage text, graph_version integer, outcome text, reason text
) LANGUAGE sql STABLE AS $$
    SELECT t.opening, w.visit, w.stage, target.stage, target.version,
           CASE WHEN problem.reason IS NOT NULL THEN 'refused' WHEN w.visit IS NULL THEN 'moved' ELSE 'pending' END, problem.reason
    FROM tasks t
    LEFT JOIN LATERAL waiting_place(t.id, t.opening) AS w ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(at_stage, stages ->> w.stage, w.stage) AS stage, coalesce(to_version, t.graph_version) AS version
    ) AS target
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN t.ended_at IS NOT NULL THEN 'over'
            WHEN t.mail_seq = 0 AND at_stage IS NULL THEN NULL
            WHEN w.visit IS NULL THEN CASE WHEN t.visit = 0 THEN 'not_started' ELSE 'not_waiting' END
            WHEN w.draining OR t.stop_requested_at IS NOT NULL OR t.cancel_requested_at IS NOT NULL THEN 'stopped'
            WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = w.visit_id AND a.state = 'held') THEN 'held'
            WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = w.visit_id AND a.state = 'submitted') THEN 'answered'
            WHEN EXISTS (
                SELECT 1 FROM moves m
                WHERE m.task_id = t.id AND m.opening = t.opening AND m.visit = w.visit AND m.outcome = 'pending'
            ) THEN 'moving'
            WHEN target.stage = w.stage AND target.version = t.graph_version THEN 'there'
            WHEN NOT EXISTS (
                SELECT 1 FROM graphs g
                WHERE g.project_id = t.project_id AND g.version = target.version AND g.body -> 'stages' ? target.stage
            ) THEN 'no_stage'
        END AS reason
    ) AS problem
    WHERE t.id = of_task
$$;

-- What has become of a move by now: one whose task waits there no more without its workflow was not made.
CREATE OR REPLACE FUNCTION present_move(of_move moves, OUT outcome text, OUT reason text) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN lost.move THEN 'refused' ELSE of_move.outcome END, CASE WHEN lost.move THEN 'over' ELSE of_move.reason END
    FROM (
        SELECT of_move.outcome = 'pending' AND NOT EXISTS (
            SELECT 1 FROM tasks t CROSS JOIN LATERAL waiting_place(t.id, t.opening) AS w
            WHERE t.id = of_move.task_id AND t.opening = of_move.opening AND w.visit = of_move.visit AND t.ended_at IS NULL
        ) AS move
    ) AS lost
$$;

-- As in migration 8.
CREATE OR REPLACE FUNCTION request_move(
    in_request uuid, of_task uuid, at_stage text, to_version integer, stages jsonb, by_person uuid,
    OUT outcome text, OUT reason text
) LANGUAGE plpgsql AS $$
DECLARE
    plan record;
BEGIN
    PERFORM 1 FROM tasks WHERE id = of_task FOR UPDATE;
    -- An earlier move of a visit that ended without its workflow: terminated, for example.
    UPDATE moves m SET outcome = 'refused', reason = 'over', settled_at = now()
    WHERE m.task_id = of_task AND m.outcome = 'pending' AND (present_move(m)).outcome = 'refused';
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

-- Until now, cancelling a task in Temporal left its dead letter open.
UPDATE agent_dead_letters l SET closed_at = now()
FROM tasks t
WHERE t.id = l.task_id AND l.closed_at IS NULL AND (t.ended_at IS NOT NULL OR t.opening > l.opening);

-- A task went on without a decision on its agent: a move that was asked for is made. None is asked for after a stop, and
-- the workflow takes messages in order, so what is pending came before any stop.
CREATE FUNCTION settle_letter_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM tasks WHERE id = NEW.task_id AND opening = NEW.opening AND ended_at IS NULL FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM settle_move(NEW.task_id, NEW.opening, NEW.visit, 'moved');
    END IF;
    RETURN NULL;
END $$;
-- At the end of the transaction, when it is known whether the task has ended in it.
CREATE CONSTRAINT TRIGGER agent_dead_letters_moved AFTER UPDATE ON agent_dead_letters DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.closed_by IS NULL)
    EXECUTE FUNCTION settle_letter_move();

-- A person's decision on a task's dead letter: its visit, or no row where none is open, or it is being moved.
CREATE OR REPLACE FUNCTION redrive_agent(of_task uuid, by_person uuid, with_pathway text)
RETURNS TABLE (visit integer) LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    PERFORM 1 FROM tasks WHERE id = of_task AND ended_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE agent_dead_letters l SET closed_at = now(), closed_by = by_person, pathway = with_pathway
    FROM tasks t
    WHERE l.task_id = of_task AND t.id = of_task AND l.opening = t.opening AND l.closed_at IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM moves m
          WHERE m.task_id = of_task AND m.opening = l.opening AND m.visit = l.visit AND m.outcome = 'pending'
      )
    RETURNING l.opening, l.visit, l.stage INTO d;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM record_event(of_task, 'loupe.agent.redriven', d.visit, by_person,
                         jsonb_build_object('opening', d.opening, 'stage', d.stage, 'pathway', with_pathway));
    PERFORM post_message(of_task, 'redrive', jsonb_build_object('visit', d.visit, 'pathway', with_pathway));
    RETURN QUERY SELECT d.visit;
END $$;

-- What comes from an agent may come when another opening has begun, so its events say to which one they belong.

-- Begins an attempt and shows the task in its stage; the attempt as it stands where it was begun before.
CREATE OR REPLACE FUNCTION begin_agent_attempt(
    of_task uuid, in_opening integer, in_visit integer, in_call integer, in_attempt integer, in_stage text, called_via text,
    allowed text[]
) RETURNS TABLE (outcome text, pathway text, error text) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tasks t SET state = 'open', stage = in_stage, visit = in_visit
    WHERE t.id = of_task AND t.opening = in_opening AND t.ended_at IS NULL
      AND (t.stage IS DISTINCT FROM in_stage OR t.visit <> in_visit OR t.state <> 'open');
    INSERT INTO agent_attempts (task_id, opening, visit, call, attempt, stage, via, pathways)
    VALUES (of_task, in_opening, in_visit, in_call, in_attempt, in_stage, called_via, allowed)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM record_event(of_task, 'loupe.agent.called', in_visit, NULL,
                             jsonb_build_object('opening', in_opening, 'stage', in_stage, 'call', in_call, 'attempt', in_attempt));
    END IF;
    RETURN QUERY
    SELECT a.outcome, a.pathway, a.error FROM agent_attempts a
    WHERE a.task_id = of_task AND a.opening = in_opening AND a.visit = in_visit AND a.call = in_call AND a.attempt = in_attempt;
END $$;

-- Records how an attempt ended, or that its agent will call back; the first to say so decides, and what is returned is
-- what counts. A decision writes the label and the priority with it. An answer that comes too late is kept as an event.
CREATE OR REPLACE FUNCTION end_agent_attempt(
    of_task uuid, in_opening integer, in_visit integer, in_call integer, in_attempt integer, with_outcome text,
    with_status integer, with_error text, with_pathway text, content text, with_priority smallint
) RETURNS TABLE (outcome text, pathway text, error text) LANGUAGE plpgsql AS $$
DECLARE
    goes_on boolean;
    a record;
    about jsonb;
BEGIN
    -- The task first, as everywhere: a callback may come at the same moment.
    SELECT t.opening = in_opening AND t.ended_at IS NULL INTO goes_on FROM tasks t WHERE t.id = of_task FOR NO KEY UPDATE;
    SELECT * INTO a FROM agent_attempts w
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call AND w.attempt = in_attempt
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT with_outcome, with_pathway, with_error;
        RETURN;
    END IF;
    about := jsonb_build_object('opening', in_opening, 'stage', a.stage, 'call', in_call, 'attempt', in_attempt);
    IF a.ended_at IS NOT NULL THEN
        IF with_outcome = 'answered' AND a.pathway IS DISTINCT FROM with_pathway THEN
            PERFORM record_event(of_task, 'loupe.agent.late', in_visit, NULL,
                                 about || jsonb_build_object('pathway', with_pathway, 'after', a.outcome));
        END IF;
        RETURN QUERY SELECT a.outcome, a.pathway, a.error;
        RETURN;
    END IF;
    IF with_outcome = 'answered' AND NOT goes_on THEN
        -- Its workflow is gone: terminated, maybe opened again since. Nothing of the task may change.
        PERFORM record_event(of_task, 'loupe.agent.late', in_visit, NULL,
                             about || jsonb_build_object('pathway', with_pathway, 'after', 'cancelled'));
        with_outcome := 'cancelled';
        with_pathway := NULL;
        with_error := 'the task was over before the answer came';
    END IF;
    UPDATE agent_attempts w
    SET outcome = with_outcome, ended_at = CASE WHEN with_outcome <> 'waiting' THEN now() END,
        status = coalesce(with_status, w.status), error = with_error, pathway = with_pathway
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call AND w.attempt = in_attempt;
    IF with_outcome = 'answered' THEN
        PERFORM decide_by_agent(of_task, in_opening, in_visit, with_pathway, content, with_priority, about);
    ELSIF with_outcome IN ('failed', 'timed_out') THEN
        PERFORM record_event(of_task, 'loupe.agent.failed', in_visit, NULL,
                             about || jsonb_build_object('outcome', with_outcome, 'error', with_error, 'status', with_status));
    END IF;
    RETURN QUERY SELECT with_outcome, with_pathway, with_error;
END $$;

-- An agent calls back: its answer counts while an attempt of its call is open. False where that is over; the answer is
-- then kept as an event alone.
CREATE OR REPLACE FUNCTION agent_called_back(
    of_task uuid, in_opening integer, in_visit integer, in_call integer, with_pathway text, content text,
    with_priority smallint
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    a record;
    t record;
    about jsonb;
BEGIN
    SELECT opening, ended_at INTO t FROM tasks WHERE id = of_task FOR NO KEY UPDATE;
    SELECT * INTO a FROM agent_attempts w
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call
    ORDER BY w.attempt DESC LIMIT 1 FOR UPDATE;
    about := jsonb_build_object('opening', in_opening, 'stage', a.stage, 'call', in_call, 'attempt', a.attempt);
    IF a.task_id IS NULL OR a.ended_at IS NOT NULL OR t.ended_at IS NOT NULL OR t.opening <> in_opening THEN
        PERFORM record_event(of_task, 'loupe.agent.late', in_visit, NULL,
                             about || jsonb_build_object('pathway', with_pathway, 'after', a.outcome));
        RETURN false;
    END IF;
    UPDATE agent_attempts w SET outcome = 'answered', ended_at = now(), pathway = with_pathway
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call AND w.attempt = a.attempt;
    PERFORM decide_by_agent(of_task, in_opening, in_visit, with_pathway, content, with_priority, about || '{"called_back": true}');
    PERFORM post_message(of_task, 'callback', jsonb_build_object('visit', in_visit, 'pathway', with_pathway));
    RETURN true;
END $$;
