-- name: add
-- A new person, or the new role of the one with this e-mail address, who may sign in again.
INSERT INTO people (email, name, role)
VALUES ($1, $2, $3)
ON CONFLICT (lower(email)) DO UPDATE SET role = excluded.role, disabled_at = NULL
RETURNING id;

-- name: get
-- One active person with the names of the work teams that they belong to.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM active_people p WHERE p.id = $1;

-- name: find
-- One active person with the names of the work teams that they belong to.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM active_people p WHERE lower(p.email) = lower($1);

-- name: get_by_api_key
-- The active person whose key has this hash.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM api_keys k
JOIN active_people p ON p.id = k.person_id
WHERE k.key_hash = $1 AND k.disabled_at IS NULL;

-- name: make_team
-- A work team whose only group has the team's name.
INSERT INTO work_teams (name, description, member_definitions)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO NOTHING;

-- name: first_group
-- The group that new members of a work team join.
SELECT g.group_name
FROM work_teams t
JOIN work_team_groups g ON g.team_id = t.id
WHERE t.name = $1
ORDER BY g.position
LIMIT 1;

-- name: make_group
-- The group of a team that has none.
INSERT INTO people_groups (name) VALUES ($1) ON CONFLICT (name) DO NOTHING;

-- name: attach_group
-- Makes a group the first one of a work team.
INSERT INTO work_team_groups (team_id, group_name, position)
SELECT id, $2, 0 FROM work_teams WHERE name = $1
ON CONFLICT (team_id, group_name) DO NOTHING;

-- name: join_group
-- Puts a person into a group.
INSERT INTO group_members (group_name, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: leave_group
-- Takes a person out of a group; no row where they were not in it.
DELETE FROM group_members WHERE group_name = $1 AND person_id = $2 RETURNING person_id;

-- name: teams_left
-- Work teams of a group that the person belongs to by no other group.
SELECT g.team_id
FROM work_team_groups g
WHERE g.group_name = $1
    AND NOT EXISTS (SELECT FROM work_team_members m WHERE m.team_id = g.team_id AND m.person_id = $2);

-- name: disable
-- Refuses a person everywhere from now on.
UPDATE people SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1 RETURNING id;

-- name: end_sign_ins
-- Ends the sessions of a person.
DELETE FROM sessions WHERE person_id = $1;

-- name: end_login_links
-- Ends the login links of a person.
DELETE FROM login_links WHERE person_id = $1;

-- name: make_login_link
-- Records the hash of a one-time link of an active person.
INSERT INTO login_links (token_hash, person_id, expires_at)
SELECT $1, id, now() + make_interval(secs => $3) FROM people WHERE id = $2 AND disabled_at IS NULL
RETURNING person_id;

-- name: make_api_key
-- Records the hash of a program's key.
INSERT INTO api_keys (key_hash, person_id, name)
SELECT $1, id, $3 FROM people WHERE id = $2 AND disabled_at IS NULL
RETURNING person_id;

-- name: set_password
-- The argon2 hash of a person's new password.
UPDATE people SET password_hash = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id;

-- name: password
-- Identity and password hash of the active person with this e-mail address.
SELECT id, password_hash
FROM people
WHERE lower(email) = lower($1) AND disabled_at IS NULL AND password_hash IS NOT NULL;

-- name: groups_in_team
-- The groups through which a person is in a work team.
SELECT m.group_name
FROM work_team_groups g
JOIN work_teams t ON t.id = g.team_id
JOIN group_members m ON m.group_name = g.group_name
WHERE t.name = $2 AND m.person_id = $1
ORDER BY m.group_name;
