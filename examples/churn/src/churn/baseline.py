"""A forest with default settings: what every model has to beat."""

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from churn.config import FEATURES, NUMERIC, SEED

OPTIONS = {"test_size": 0.25, "random_state": SEED}

table = pd.read_parquet(FEATURES)
fitting, holdout = train_test_split(table, **OPTIONS)
forest = RandomForestClassifier(n_estimators=100)
forest.fit(fitting[NUMERIC], fitting["churned"])
print(forest.score(holdout[NUMERIC], holdout["churned"]))
