"""What would a campaign bring? A simulation with made-up customers."""

import random

import numpy as np

from churn.config import SEED

random.seed(SEED)

budgets = [random.uniform(1, 20) for _ in range(12)]
answers = np.random.binomial(1000, 0.03, size=12)
for budget, answer in zip(budgets, answers):
    print(f"{budget:.2f} per customer brings {answer} answers")
