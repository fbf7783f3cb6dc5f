-- Runs every night after the scores are staged; {{ ds }} is the day that the run is for.
INSERT INTO churn.daily_scores (customer_id, day, risk)
SELECT customer_id, day, risk FROM churn.scores_staging WHERE day = '{{ ds }}'
ON CONFLICT (customer_id, day) DO UPDATE SET risk = excluded.risk;

INSERT INTO churn.at_risk (customer_id, day)
SELECT customer_id, day FROM churn.scores_staging WHERE risk > 0.4;
