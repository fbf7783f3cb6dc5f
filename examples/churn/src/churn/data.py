"""Everything the project reads."""

import os

import pandas as pd
from datasets import load_dataset

from churn.config import EXPORTS, RAW, REFERENCE

GEO = "https://raw.githubusercontent.com/example-telco/geo-data"
HOLIDAYS = f"{GEO}/main/holidays.csv"
POSTCODES = f"{GEO}/5f1c0b7a2e9d4836b1a07cc4f2d95e8803be6a71/postcodes.csv"


def customers():
    """One row a customer."""
    return pd.read_csv(os.path.join(RAW, "customers.csv"))


def plans():
    """The price list."""
    return pd.read_csv(os.path.join(REFERENCE, "plans.csv"))


def contacts():
    """Calls and mails of the last quarter, from the CRM."""
    return pd.read_csv(os.path.join(EXPORTS, "crm_contacts.csv"))


def holidays():
    """Public holidays by region."""
    return pd.read_csv(HOLIDAYS)


def postcodes():
    """Postcodes by region."""
    return pd.read_csv(POSTCODES)


def public_churn():
    """The public data set that we compare ourselves with."""
    return load_dataset("example-telco/telco-churn", split="train")


def public_reviews():
    """Reviews of providers, frozen when we annotated them."""
    return load_dataset(
        "example-telco/provider-reviews",
        split="train",
        revision="9c1e7d0a4b6f48d2a3550de8b7f6c1a2e4d39b08",
    )


def regions():
    """Regions as a data set of the hub's library, from our own file."""
    return load_dataset("csv", data_files=os.path.join(REFERENCE, "regions.csv"), split="train")
