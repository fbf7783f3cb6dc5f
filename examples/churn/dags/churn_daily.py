"""Score every customer once a day."""

import logging
import os
from datetime import datetime, timedelta

import joblib
import pandas as pd
import pendulum
import requests
from airflow.decorators import dag, task
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from sqlalchemy import create_engine, text

from churn.config import DATABASE, INBOX, MODEL, NUMERIC

PROFILES = "https://profiles.example-telco.com/v2"
HEALTH_OPTIONS = {"timeout": 10}

log = logging.getLogger(__name__)


@task
def service_is_up():
    """Fail early when the profile service is down."""
    requests.get(f"{PROFILES}/health", **HEALTH_OPTIONS).raise_for_status()


@task
def fetch_profiles(day, folder):
    """Yesterday's profiles, as the service has them."""
    answer = requests.get(f"{PROFILES}/export", params={"day": day})
    answer.raise_for_status()
    target = os.path.join(folder, day, "profiles.parquet")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    pd.DataFrame(answer.json()).to_parquet(target)
    return target


@task
def collect_complaints(inbox, folder, day):
    """Complaints that the call centre dropped into the inbox."""
    complaints = pd.read_csv(os.path.join(inbox, "complaints.csv"))
    complaints.to_parquet(os.path.join(folder, day, "complaints.parquet"))
    os.remove(os.path.join(inbox, "complaints.csv"))


@task
def score(profiles, day):
    """Stage the risk of every customer."""
    log.info("scoring started at %s", datetime.now())
    table = pd.read_parquet(profiles)
    table["risk"] = joblib.load(MODEL).predict_proba(table[NUMERIC])[:, 1]
    table["day"] = day
    engine = create_engine(DATABASE)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM scores_staging WHERE day = :day"), {"day": day})
        table[["customer_id", "day", "risk"]].to_sql("scores_staging", connection, if_exists="append", index=False)
    table[["customer_id", "risk"]].to_sql("campaign_queue", engine, if_exists="append", index=False)


@task
def archive(folder):
    """A copy for the auditors."""
    table = pd.read_sql("SELECT customer_id, day, risk FROM scores_staging", create_engine(DATABASE))
    table.to_csv(os.path.join(folder, f"scores-{datetime.now():%Y-%m-%d}.csv"), index=False)


@dag(
    schedule="@daily",
    start_date=pendulum.datetime(2024, 5, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=1)},
    template_searchpath="sql",
)
def churn_daily():
    """Stage, publish, archive."""
    stage = SQLExecuteQueryOperator(task_id="stage", conn_id="warehouse", sql="staging.sql")
    publish = SQLExecuteQueryOperator(task_id="publish", conn_id="warehouse", sql="publish.sql")
    scored = score(fetch_profiles("{{ ds }}", "/var/churn"), "{{ ds }}")
    complaints = collect_complaints(INBOX, "/var/churn", "{{ ds }}")
    service_is_up() >> stage >> complaints >> scored >> publish >> archive("/var/archive")


churn_daily()
