-- Agents: the attempts to ask them, the calls that came to nothing, the secrets that requests to them are signed with.

CREATE TABLE agent_secrets (
    project_id      uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
    sealed          bytea NOT NULL,
    -- Requests are signed with both until then, so that receivers can change over.
    sealed_previous bytea,
    previous_until  timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((sealed_previous IS NULL) = (previous_until IS NULL))
);

CREATE TABLE agent_attempts (
    task_id    uuid NOT NULL REFERENCES tasks,
    opening    integer NOT NULL,
    visit      integer NOT NULL,
    call       integer NOT NULL CHECK (call >= 1),
    attempt    integer NOT NULL CHECK (attempt >= 1),
    stage      text NOT NULL,
    via        text NOT NULL CHECK (via IN ('http', 'activity')),
    pathways   text[] NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    -- Null while the agent is asked; waiting until it calls back.
    outcome    text CHECK (outcome IN ('waiting', 'answered', 'failed', 'timed_out', 'cancelled')),
    -- Of the agent's HTTP answer.
    status     integer,
    error      text CHECK (length(error) <= 2000),
    pathway    text,
    PRIMARY KEY (task_id, opening, visit, call, attempt),
    CHECK ((ended_at IS NULL) = (outcome IS NULL OR outcome = 'waiting')),
    CHECK ((outcome IS NOT NULL AND outcome = 'answered') = (pathway IS NOT NULL))
) WITH (fillfactor = 80);

CREATE TABLE agent_dead_letters (
    task_id   uuid NOT NULL REFERENCES tasks,
    opening   integer NOT NULL,
    visit     integer NOT NULL,
    call      integer NOT NULL,
    stage     text NOT NULL,
    attempts  integer NOT NULL,
    error     text NOT NULL,
    pathways  text[] NOT NULL,
    dead_at   timestamptz NOT NULL DEFAULT now(),
    -- Somebody decided, or the task left the stage otherwise.
    closed_at timestamptz,
    closed_by uuid REFERENCES people,
    -- Where it was sent; null where it is tried again.
    pathway   text,
    PRIMARY KEY (task_id, opening, visit, call)
);
CREATE INDEX agent_dead_letters_open ON agent_dead_letters (dead_at, task_id) WHERE closed_at IS NULL;

-- Begins an attempt and shows the task in its stage; the attempt as it stands where it was begun before.
CREATE FUNCTION begin_agent_attempt(
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
                             jsonb_build_object('stage', in_stage, 'call', in_call, 'attempt', in_attempt));
    END IF;
    RETURN QUERY
    SELECT a.outcome, a.pathway, a.error FROM agent_attempts a
    WHERE a.task_id = of_task AND a.opening = in_opening AND a.visit = in_visit AND a.call = in_call AND a.attempt = in_attempt;
END $$;

-- Records how an attempt ended, or that its agent will call back; the first to say so decides, and what is returned is
-- what counts. A decision writes the label and the priority with it. An answer that comes too late is kept as an event.
CREATE FUNCTION end_agent_attempt(
    of_task uuid, in_opening integer, in_visit integer, in_call integer, in_attempt integer, with_outcome text,
    with_status integer, with_error text, with_pathway text, content text, with_priority smallint
) RETURNS TABLE (outcome text, pathway text, error text) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    about jsonb;
BEGIN
    -- The task first, as everywhere: a callback may come at the same moment.
    PERFORM 1 FROM tasks WHERE id = of_task FOR NO KEY UPDATE;
    SELECT * INTO a FROM agent_attempts w
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call AND w.attempt = in_attempt
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT with_outcome, with_pathway, with_error;
        RETURN;
    END IF;
    about := jsonb_build_object('stage', a.stage, 'call', in_call, 'attempt', in_attempt);
    IF a.ended_at IS NOT NULL THEN
        IF with_outcome = 'answered' AND a.pathway IS DISTINCT FROM with_pathway THEN
            PERFORM record_event(of_task, 'loupe.agent.late', in_visit, NULL,
                                 about || jsonb_build_object('pathway', with_pathway, 'after', a.outcome));
        END IF;
        RETURN QUERY SELECT a.outcome, a.pathway, a.error;
        RETURN;
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

-- What an agent's answer changes: the task's label, its priority.
CREATE FUNCTION decide_by_agent(
    of_task uuid, in_opening integer, in_visit integer, with_pathway text, content text, with_priority smallint, about jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF content IS NOT NULL THEN
        INSERT INTO labels (task_id, opening, visit, answer, source, content)
        VALUES (of_task, in_opening, in_visit, 1, 'agent', content)
        ON CONFLICT DO NOTHING;
    END IF;
    IF with_priority IS NOT NULL THEN
        PERFORM set_priority(of_task, with_priority, NULL);
    END IF;
    PERFORM record_event(of_task, 'loupe.agent.answered', in_visit, NULL,
                         about || jsonb_build_object('pathway', with_pathway, 'content', content IS NOT NULL,
                                                     'priority', with_priority));
END $$;

-- An agent calls back: its answer counts while an attempt of its call is open. False where that is over; the answer is
-- then kept as an event alone.
CREATE FUNCTION agent_called_back(
    of_task uuid, in_opening integer, in_visit integer, in_call integer, with_pathway text, content text,
    with_priority smallint
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    a record;
    t record;
BEGIN
    SELECT opening, ended_at INTO t FROM tasks WHERE id = of_task FOR NO KEY UPDATE;
    SELECT * INTO a FROM agent_attempts w
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call
    ORDER BY w.attempt DESC LIMIT 1 FOR UPDATE;
    IF a.task_id IS NULL OR a.ended_at IS NOT NULL OR t.ended_at IS NOT NULL OR t.opening <> in_opening THEN
        PERFORM record_event(of_task, 'loupe.agent.late', in_visit, NULL,
                             jsonb_build_object('stage', a.stage, 'call', in_call, 'attempt', a.attempt,
                                                'pathway', with_pathway, 'after', a.outcome));
        RETURN false;
    END IF;
    UPDATE agent_attempts w SET outcome = 'answered', ended_at = now(), pathway = with_pathway
    WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = in_visit AND w.call = in_call AND w.attempt = a.attempt;
    PERFORM decide_by_agent(of_task, in_opening, in_visit, with_pathway, content, with_priority,
                            jsonb_build_object('stage', a.stage, 'call', in_call, 'attempt', a.attempt, 'called_back', true));
    PERFORM post_message(of_task, 'callback', jsonb_build_object('visit', in_visit, 'pathway', with_pathway));
    RETURN true;
END $$;

-- A person's decision on a task's dead letter: its visit, or no row where none is open.
CREATE FUNCTION redrive_agent(of_task uuid, by_person uuid, with_pathway text)
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
    RETURNING l.visit, l.stage INTO d;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM record_event(of_task, 'loupe.agent.redriven', d.visit, by_person,
                         jsonb_build_object('stage', d.stage, 'pathway', with_pathway));
    PERFORM post_message(of_task, 'redrive', jsonb_build_object('visit', d.visit, 'pathway', with_pathway));
    RETURN QUERY SELECT d.visit;
END $$;
