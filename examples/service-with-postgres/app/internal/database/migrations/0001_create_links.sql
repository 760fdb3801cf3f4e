CREATE TABLE links (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug       text        NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 64),
    url        text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
    created_at timestamptz NOT NULL DEFAULT now()
);
