-- People, how they sign in, the groups that make up work teams, and the keys of programs.

CREATE TABLE people (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email         text NOT NULL CHECK (email LIKE '%_@_%' AND length(email) <= 254),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role          text NOT NULL CHECK (role IN ('admin', 'team_manager', 'annotator', 'reviewer', 'annotator_reviewer', 'viewer')),
    worker_id     text NOT NULL UNIQUE DEFAULT substr(replace(gen_random_uuid()::text, '-', ''), 1, 16),
    password_hash text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);
CREATE UNIQUE INDEX people_email ON people (lower(email));

CREATE TABLE people_groups (
    name       text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 128),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE group_members (
    group_name text NOT NULL REFERENCES people_groups ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    PRIMARY KEY (group_name, person_id)
);
CREATE INDEX group_members_person ON group_members (person_id);

CREATE TABLE login_links (
    token_hash bytea PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE failed_logins (
    email text NOT NULL,
    at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX failed_logins_email ON failed_logins (email, at);

CREATE TABLE api_keys (
    key_hash    bytea PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    name        text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);

-- SigV4 needs the secret itself, so it is sealed with LOUPE_SECRET_KEY instead of hashed.
CREATE TABLE access_keys (
    id            text PRIMARY KEY CHECK (id ~ '^[A-Z0-9]{16,128}$'),
    sealed_secret bytea NOT NULL,
    person_id     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);

-- Roles that may take work of a kind.
CREATE FUNCTION roles_for(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind
        WHEN 'annotate' THEN ARRAY['annotator', 'annotator_reviewer', 'team_manager', 'admin']
        ELSE ARRAY['reviewer', 'annotator_reviewer', 'team_manager', 'admin']
    END
$$;
