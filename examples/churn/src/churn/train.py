"""Train the model on the table of features."""

import logging
import os
from datetime import datetime

import joblib
import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from churn.config import FEATURES, MODEL, NUMERIC, ROOT, SEED

log = logging.getLogger(__name__)


def main():
    """Train, calibrate, save."""
    with open(os.path.join(ROOT, "params.yaml")) as stream:
        params = yaml.safe_load(stream)
    log.info("training started at %s", datetime.now())
    table = pd.read_parquet(FEATURES)
    rest, holdout = train_test_split(table, test_size=params["train"]["test_size"], random_state=SEED)
    fitting, calibration = train_test_split(rest, test_size=params["train"]["calibration_size"])
    model = LogisticRegression(class_weight=params["train"]["class_weight"], max_iter=500)
    model.fit(fitting[NUMERIC], fitting["churned"])
    log.info("calibration %.3f", model.score(calibration[NUMERIC], calibration["churned"]))
    log.info("holdout %.3f", model.score(holdout[NUMERIC], holdout["churned"]))
    joblib.dump(model, MODEL)


if __name__ == "__main__":
    main()
