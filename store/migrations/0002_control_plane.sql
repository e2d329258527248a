-- What administrators set up: workforce, work teams, human task UIs, projects with their graphs, tags.

CREATE TABLE workforces (
    name            text PRIMARY KEY,
    -- One private workforce for each account and region, as in SageMaker.
    only_one        boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one),
    cognito_config  jsonb,
    oidc_config     jsonb,
    sealed_oidc_secret bytea,
    source_ip_config jsonb,
    vpc_config      jsonb,
    ip_address_type text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE work_teams (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name               text NOT NULL UNIQUE,
    workforce_name     text REFERENCES workforces,
    description        text NOT NULL,
    member_definitions jsonb NOT NULL,
    notification_configuration jsonb,
    worker_access_configuration jsonb,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);

-- The group names of member_definitions; a team's people are the members of these groups.
CREATE TABLE work_team_groups (
    team_id    uuid NOT NULL REFERENCES work_teams ON DELETE CASCADE,
    group_name text NOT NULL REFERENCES people_groups,
    position   smallint NOT NULL,
    PRIMARY KEY (team_id, group_name)
);
CREATE INDEX work_team_groups_group ON work_team_groups (group_name);

CREATE VIEW work_team_members AS
    SELECT DISTINCT g.team_id, m.person_id
    FROM work_team_groups g
    JOIN group_members m USING (group_name)
    JOIN people p ON p.id = m.person_id
    WHERE p.disabled_at IS NULL;

-- People who may sign in, with the names of their work teams.
CREATE VIEW active_people AS
    SELECT p.id, p.email, p.name, p.role, p.worker_id,
           ARRAY(
               SELECT t.name FROM work_team_members m JOIN work_teams t ON t.id = m.team_id
               WHERE m.person_id = p.id ORDER BY t.name
           ) AS teams
    FROM people p
    WHERE p.disabled_at IS NULL;

CREATE TABLE human_task_uis (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name           text NOT NULL,
    content        text NOT NULL CHECK (length(content) BETWEEN 1 AND 128000),
    content_sha256 text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    -- A flow definition that uses it goes on working with the content.
    deleted_at     timestamptz
);
CREATE UNIQUE INDEX human_task_uis_name ON human_task_uis (name) WHERE deleted_at IS NULL;

-- A flow definition is a project whose graph is the smallest one.
CREATE TABLE projects (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind             text NOT NULL CHECK (kind IN ('flow_definition', 'project', 'labeling_job')),
    name             text NOT NULL,
    title            text NOT NULL,
    description      text NOT NULL DEFAULT '',
    human_task_ui_id uuid REFERENCES human_task_uis,
    output_path      text NOT NULL,
    -- arn:aws:sagemaker:<region>:<account>: the ARNs of its loops keep what they were made with.
    arn_base         text NOT NULL DEFAULT '',
    graph_version    integer NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    deleting_at      timestamptz,
    deleted_at       timestamptz
);
CREATE UNIQUE INDEX projects_name ON projects (name) WHERE deleted_at IS NULL;

CREATE TABLE graphs (
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
    version    integer NOT NULL CHECK (version >= 1),
    body       jsonb NOT NULL CHECK (length(body::text) <= 65536),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, version)
);

-- The AWS side of a flow definition, as it was given.
CREATE TABLE flow_definitions (
    project_id                     uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
    role_arn                       text NOT NULL,
    human_loop_request_source      jsonb,
    human_loop_activation_config   jsonb,
    human_loop_config              jsonb NOT NULL,
    output_config                  jsonb NOT NULL
);

CREATE TABLE tags (
    resource_arn text NOT NULL,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
    value        text NOT NULL CHECK (length(value) <= 256),
    PRIMARY KEY (resource_arn, key)
);
