ALTER TABLE links
    ADD COLUMN visits        bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_visit_at timestamptz;
