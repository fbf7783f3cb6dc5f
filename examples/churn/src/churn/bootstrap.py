"""Confidence intervals for the score of the model."""

import sys

import numpy as np
import pandas as pd

scores = pd.read_csv(sys.argv[1])["score"].to_numpy()
means = [np.random.choice(scores, len(scores)).mean() for _ in range(1000)]
np.savetxt(sys.argv[2], np.percentile(means, [5, 95]))
