-- Projects whose answers have a label schema of their own in place of a template: data groups.

ALTER TABLE projects
    ADD COLUMN label_schema jsonb,
    DROP CONSTRAINT projects_schema_kind_check,
    ADD CONSTRAINT projects_schema_kind_check CHECK (schema_kind IN ('template', 'data_group')),
    ADD CONSTRAINT projects_label_schema_check CHECK (
        (schema_kind = 'data_group') = (label_schema IS NOT NULL) AND (label_schema IS NULL OR human_task_ui_id IS NULL)
    );
