-- What people's figures count, kept as they work: a row for each task that somebody worked on, and for each review.

-- Tasks that a person annotated, or decided on between annotators. Deleted tasks are none.
CREATE TABLE authored_work (
    task_id     uuid NOT NULL,
    opening     integer NOT NULL,
    person_id   uuid NOT NULL,
    project_id  uuid NOT NULL,
    -- The stage in which they handed it in first, and when.
    stage       text NOT NULL,
    first_at    timestamptz NOT NULL,
    -- Active time of all that they handed in of it, rework too.
    seconds     double precision NOT NULL,
    submissions integer NOT NULL CHECK (submissions >= 0),
    -- False for those who only found that there is no consensus.
    made_answer boolean NOT NULL,
    -- The last review after that, and how many of them rejected a label of this person.
    reviewed_at timestamptz,
    rejections  integer NOT NULL DEFAULT 0 CHECK (rejections >= 0),
    PRIMARY KEY (task_id, opening, person_id),
    CHECK (reviewed_at IS NOT NULL OR rejections = 0)
) WITH (fillfactor = 80);
CREATE INDEX authored_work_first ON authored_work (project_id, first_at) INCLUDE (person_id, stage, seconds);
CREATE INDEX authored_work_reviewed ON authored_work (project_id, reviewed_at) INCLUDE (person_id, stage, rejections)
    WHERE reviewed_at IS NOT NULL;
CREATE INDEX authored_work_person ON authored_work (person_id, reviewed_at) INCLUDE (rejections) WHERE reviewed_at IS NOT NULL;

-- Reviews; what decides between annotators is none.
CREATE TABLE reviews_done (
    task_id     uuid NOT NULL,
    opening     integer NOT NULL,
    visit       integer NOT NULL,
    person_id   uuid NOT NULL,
    project_id  uuid NOT NULL,
    stage       text NOT NULL,
    at          timestamptz NOT NULL,
    approved    boolean NOT NULL,
    seconds     double precision NOT NULL,
    -- Whose labels it rejected: of everybody who worked on the task, where it names none.
    rejected_of uuid[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (task_id, opening, visit, person_id),
    CHECK (NOT approved OR rejected_of = '{}')
);
CREATE INDEX reviews_done_project ON reviews_done (project_id, at) INCLUDE (person_id, stage, approved, seconds);
CREATE INDEX reviews_done_rejected ON reviews_done (project_id, at) WHERE NOT approved;

-- First-pass approval: of a person's tasks that were reviewed, those of which no label of theirs was ever rejected. Whoever
-- tells of it counts these rows.
CREATE VIEW reviewed_work AS
    SELECT task_id, opening, person_id, project_id, stage, reviewed_at, rejections = 0 AS approved_at_once
    FROM authored_work WHERE reviewed_at IS NOT NULL;

-- Each rejection, for each person whose labels it rejected; those who only edited in review have no stage of their own.
CREATE VIEW rejections_received AS
    SELECT r.task_id, r.opening, r.visit, person.id AS person_id, r.project_id, r.at, w.stage AS authored_in
    FROM reviews_done r CROSS JOIN LATERAL unnest(r.rejected_of) AS person (id)
    LEFT JOIN authored_work w ON w.task_id = r.task_id AND w.opening = r.opening AND w.person_id = person.id
    WHERE NOT r.approved;

CREATE FUNCTION count_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    w record;
BEGIN
    -- Locked, so that the task is not deleted meanwhile; the message to its workflow locks it next anyway.
    SELECT v.task_id, v.opening, v.visit, v.stage, t.project_id INTO w
    FROM assignments a JOIN visits v ON v.id = a.visit_id JOIN tasks t ON t.id = v.task_id
    WHERE a.id = NEW.assignment_id AND t.deleted_at IS NULL
    FOR NO KEY UPDATE OF t;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NEW.decision IS NULL OR NEW.decision IN ('agreed', 'no_consensus') THEN
        INSERT INTO authored_work AS known (task_id, opening, person_id, project_id, stage, first_at, seconds, submissions, made_answer)
        VALUES (w.task_id, w.opening, NEW.person_id, w.project_id, w.stage, NEW.submitted_at, NEW.active_seconds, 1,
                NEW.decision IS DISTINCT FROM 'no_consensus')
        ON CONFLICT (task_id, opening, person_id) DO UPDATE
        SET seconds = known.seconds + excluded.seconds, submissions = known.submissions + 1,
            made_answer = known.made_answer OR excluded.made_answer;
        RETURN NULL;
    END IF;
    WITH theirs AS (
        UPDATE authored_work SET reviewed_at = NEW.submitted_at, rejections = rejections + (NEW.decision = 'rejected')::integer
        WHERE task_id = w.task_id AND opening = w.opening AND made_answer
        RETURNING person_id
    )
    INSERT INTO reviews_done (task_id, opening, visit, person_id, project_id, stage, at, approved, seconds, rejected_of)
    SELECT w.task_id, w.opening, w.visit, NEW.person_id, w.project_id, w.stage, NEW.submitted_at, NEW.decision = 'approved',
           NEW.active_seconds,
           CASE NEW.decision WHEN 'rejected' THEN ARRAY (SELECT person_id FROM theirs) ELSE '{}'::uuid[] END;
    RETURN NULL;
END $$;

-- Only answers of annotators are taken back, before anybody reviews them.
CREATE FUNCTION discount_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    w record;
BEGIN
    UPDATE authored_work known
    SET seconds = greatest(0, known.seconds - OLD.active_seconds), submissions = known.submissions - 1
    FROM assignments a JOIN visits v ON v.id = a.visit_id
    WHERE a.id = OLD.assignment_id AND known.task_id = v.task_id AND known.opening = v.opening
      AND known.person_id = OLD.person_id AND OLD.decision IS NULL
    RETURNING known.task_id, known.opening, known.submissions INTO w;
    IF w.submissions = 0 THEN
        DELETE FROM authored_work WHERE task_id = w.task_id AND opening = w.opening AND person_id = OLD.person_id;
    END IF;
    RETURN NULL;
END $$;

-- A rejection is of those alone whose labels it names.
CREATE FUNCTION count_rejected_labels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    w record;
    named uuid[];
BEGIN
    FOR w IN
        SELECT r.task_id, r.opening, r.visit, r.person_id, r.rejected_of
        FROM reviews_done r
        WHERE (r.task_id, r.opening, r.visit, r.person_id) IN (
            SELECT d.task_id, d.opening, d.visit, d.person_id FROM said d WHERE d.verdict = 'reject')
          AND NOT r.approved
    LOOP
        SELECT coalesce(array_agg(DISTINCT author.person) FILTER (WHERE author.person IS NOT NULL), '{}') INTO named
        FROM (
            SELECT author_of(l.authors, d.label) AS person
            FROM verdicts d JOIN label_set(w.task_id, w.opening, w.visit) l ON l.answer = d.answer
            WHERE d.task_id = w.task_id AND d.opening = w.opening AND d.visit = w.visit AND d.verdict = 'reject'
        ) AS author;
        UPDATE authored_work
        SET rejections = rejections + (person_id = ANY (named))::integer - (person_id = ANY (w.rejected_of))::integer
        WHERE task_id = w.task_id AND opening = w.opening AND reviewed_at IS NOT NULL
          AND (person_id = ANY (named)) <> (person_id = ANY (w.rejected_of));
        UPDATE reviews_done SET rejected_of = named
        WHERE task_id = w.task_id AND opening = w.opening AND visit = w.visit AND person_id = w.person_id;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION forget_deleted_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM authored_work WHERE task_id = NEW.id;
    DELETE FROM reviews_done WHERE task_id = NEW.id;
    RETURN NULL;
END $$;

-- Nobody submits from here to the end of the transaction, so nothing is counted twice or not at all.
CREATE TRIGGER submissions_counted AFTER INSERT ON submissions FOR EACH ROW EXECUTE FUNCTION count_submission();
CREATE TRIGGER submissions_discounted AFTER DELETE ON submissions FOR EACH ROW EXECUTE FUNCTION discount_submission();
CREATE TRIGGER verdicts_counted AFTER INSERT ON verdicts REFERENCING NEW TABLE AS said
    FOR EACH STATEMENT EXECUTE FUNCTION count_rejected_labels();
CREATE TRIGGER tasks_work_forgotten AFTER UPDATE OF deleted_at ON tasks FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION forget_deleted_work();

-- What was done before: the reviews first, with whose labels they named.
INSERT INTO reviews_done (task_id, opening, visit, person_id, project_id, stage, at, approved, seconds, rejected_of)
SELECT v.task_id, v.opening, v.visit, s.person_id, t.project_id, v.stage, s.submitted_at, s.decision = 'approved', s.active_seconds,
       CASE WHEN s.decision = 'approved' THEN '{}' WHEN named.labels > 0 THEN named.people ELSE ARRAY (
           SELECT DISTINCT b.person_id
           FROM visits w JOIN assignments a2 ON a2.visit_id = w.id JOIN submissions b ON b.assignment_id = a2.id
           WHERE w.task_id = v.task_id AND w.opening = v.opening AND w.visit < v.visit
             AND (b.decision IS NULL OR b.decision = 'agreed')
       ) END
FROM submissions s
JOIN assignments a ON a.id = s.assignment_id
JOIN visits v ON v.id = a.visit_id
JOIN tasks t ON t.id = v.task_id AND t.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT count(*) AS labels,
           coalesce(array_agg(DISTINCT author_of(l.authors, d.label)) FILTER (WHERE author_of(l.authors, d.label) IS NOT NULL), '{}') AS people
    FROM verdicts d LEFT JOIN label_set(v.task_id, v.opening, v.visit) l ON l.answer = d.answer
    WHERE s.decision = 'rejected' AND d.submission_id = s.id AND d.verdict = 'reject'
) AS named ON true
WHERE s.decision IN ('approved', 'rejected');

INSERT INTO authored_work (
    task_id, opening, person_id, project_id, stage, first_at, seconds, submissions, made_answer, reviewed_at, rejections)
SELECT work.task_id, work.opening, work.person_id, work.project_id, work.stage, work.first_at, work.seconds, work.submissions,
       work.answered_in IS NOT NULL, max(r.at), count(r.at) FILTER (WHERE work.person_id = ANY (r.rejected_of))
FROM (
    SELECT v.task_id, v.opening, s.person_id, t.project_id, (array_agg(v.stage ORDER BY v.visit))[1] AS stage,
           min(s.submitted_at) AS first_at, sum(s.active_seconds) AS seconds, count(*) AS submissions,
           min(v.visit) FILTER (WHERE s.decision IS DISTINCT FROM 'no_consensus') AS answered_in
    FROM submissions s
    JOIN assignments a ON a.id = s.assignment_id
    JOIN visits v ON v.id = a.visit_id
    JOIN tasks t ON t.id = v.task_id AND t.deleted_at IS NULL
    WHERE s.decision IS NULL OR s.decision IN ('agreed', 'no_consensus')
    GROUP BY v.task_id, v.opening, s.person_id, t.project_id
) AS work
LEFT JOIN reviews_done r ON r.task_id = work.task_id AND r.opening = work.opening AND r.visit > work.answered_in
GROUP BY work.task_id, work.opening, work.person_id, work.project_id, work.stage, work.first_at, work.seconds, work.submissions,
         work.answered_in;
