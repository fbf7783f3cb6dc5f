"""Where things lie and how they are set."""

import os

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RAW = os.path.join(ROOT, "data", "raw")
EXPORTS = os.path.join(ROOT, "data", "exports")
REFERENCE = os.path.join(ROOT, "data", "reference")
FEATURES = os.path.join(ROOT, "data", "features.parquet")
MODEL = os.path.join(ROOT, "models", "churn.joblib")

SEED = 20240501

NUMERIC = ["tenure_months", "monthly_fee", "fee_per_month_of_tenure"]
CATEGORICAL = ["plan", "region"]
SURVEY_FEATURES = ["nps_score", "last_survey_days", "complaints"]

DATABASE = os.environ["CHURN_DB_URL"]
INBOX = os.environ["CHURN_INBOX"]
BUCKET = os.environ["CHURN_MODEL_BUCKET"]
LOG_LEVEL = os.environ.get("CHURN_LOG_LEVEL", "INFO")


def load_params():
    """The parameters of all stages."""
    with open(os.path.join(ROOT, "params.yaml")) as stream:
        return yaml.safe_load(stream)
