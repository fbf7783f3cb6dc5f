"""Answer with the risk of one customer."""

import logging
import os
import random
import time

import joblib
import requests
import yaml

from churn.config import MODEL, ROOT

log = logging.getLogger(__name__)
model = joblib.load(MODEL)

with open(os.path.join(ROOT, "conf", "features.yaml")) as stream:
    columns = yaml.safe_load(stream)["numeric"]
with open(os.path.join(ROOT, "conf", "serving.yaml")) as stream:
    settings = yaml.safe_load(stream)


def profile(customer):
    """The customer's features, from the service that owns them."""
    for attempt in range(3):
        try:
            return requests.get(f"{settings['profiles']}/{customer}", timeout=2).json()
        except requests.ConnectionError:
            log.warning("profile of %s failed in attempt %d", customer, attempt)
            time.sleep(2**attempt + random.random())
    raise RuntimeError(f"No profile for {customer}.")


def risk(customer):
    """The probability that the customer leaves next month."""
    answer = profile(customer)
    return model.predict_proba([[answer[column] for column in columns]])[0, 1]
