"""Customers, plans and contacts become one table of features."""

import pandas as pd
from transformers import AutoModel, AutoTokenizer

from churn import data
from churn.config import CATEGORICAL, FEATURES, NUMERIC

ENCODER = "prajjwal1/bert-tiny"
ENCODER_REVISION = "6f75de8b60a9f8a2fdf7b69cbd86d9e64bcb3837"


def contact_counts():
    """How often each customer called."""
    calls = data.contacts()
    calls["is_weekend"] = pd.to_datetime(calls["called_at"]).dt.dayofweek >= 5
    calls["minutes"] = calls["seconds"] / 60
    return calls.groupby("customer_id")["minutes"].sum()


def encoder():
    """The language model that reads complaints."""
    tokenizer = AutoTokenizer.from_pretrained(ENCODER, revision=ENCODER_REVISION)
    model = AutoModel.from_pretrained(ENCODER)
    return tokenizer, model


def build():
    """One row a customer."""
    table = data.customers().merge(data.plans(), on="plan")
    table["fee_per_month_of_tenure"] = table["monthly_fee"] / table["tenure_months"].clip(lower=1)
    table["signup_order"] = pd.to_datetime(table["signed_up_at"]).rank()
    table["tenure_band"] = pd.cut(table["tenure_months"], [0, 6, 24, 600])
    table = table.sort_values("signup_order")
    table = table.drop(columns=["signup_order", "tenure_band"])
    return table[["customer_id", *NUMERIC, *CATEGORICAL, "churned"]]


if __name__ == "__main__":
    build().to_parquet(FEATURES)
