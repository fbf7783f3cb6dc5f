-- Runs every night before the scores are loaded.
CREATE TABLE IF NOT EXISTS churn.daily_scores (
    customer_id BIGINT,
    day DATE,
    risk DOUBLE PRECISION,
    PRIMARY KEY (customer_id, day)
);

CREATE TABLE churn.scores_staging (
    customer_id BIGINT,
    day DATE,
    risk DOUBLE PRECISION
);
