"""Proof by running: what rules on pipelines flag goes wrong when it is run, and what they accept does not."""
