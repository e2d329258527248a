-- name: create
-- The one private workforce.
INSERT INTO workforces (
    name, cognito_config, oidc_config, sealed_oidc_secret, source_ip_config, vpc_config, ip_address_type
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING name;

-- name: get
-- The workforce of this name.
SELECT name, cognito_config, oidc_config, source_ip_config, vpc_config, ip_address_type, created_at, updated_at
FROM workforces
WHERE name = $1;

-- name: lock
-- The workforce of this name, against change until the end of the transaction.
SELECT name, oidc_config IS NOT NULL AS oidc FROM workforces WHERE name = $1 FOR UPDATE;

-- name: name_of_only
-- The name of the private workforce.
SELECT name FROM workforces;

-- name: list
-- Workforces whose name holds $1.
SELECT name, cognito_config, oidc_config, source_ip_config, vpc_config, ip_address_type, created_at, updated_at
FROM workforces
WHERE $1::text IS NULL OR strpos(name, $1) > 0;

-- name: update
-- New settings; null leaves one as it was.
UPDATE workforces SET
    oidc_config = coalesce($2, oidc_config),
    sealed_oidc_secret = coalesce($3, sealed_oidc_secret),
    source_ip_config = coalesce($4, source_ip_config),
    vpc_config = coalesce($5, vpc_config),
    ip_address_type = coalesce($6, ip_address_type),
    updated_at = now()
WHERE name = $1;

-- name: teams
-- How many work teams a workforce has.
SELECT count(*) FROM work_teams WHERE workforce_name = $1;

-- name: delete
-- Removes a workforce without teams.
DELETE FROM workforces WHERE name = $1;
