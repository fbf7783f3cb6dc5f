"""Cross-validate on half of the table."""

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import KFold, cross_val_score, train_test_split

from churn.config import FEATURES, NUMERIC, SEED, load_params


def main():
    """Print the mean score of the folds."""
    np.random.seed(SEED)
    params = load_params()
    table = pd.read_parquet(FEATURES)
    half, _ = train_test_split(table, train_size=0.5)
    forest = RandomForestClassifier(n_estimators=params["train"]["n_estimators"])
    folds = KFold(n_splits=params["evaluate"]["folds"])
    print(cross_val_score(forest, half[NUMERIC], half["churned"], cv=folds).mean())


if __name__ == "__main__":
    main()
