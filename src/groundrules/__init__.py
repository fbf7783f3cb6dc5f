"""groundrules: ground rules for machine-learning repositories, as git hooks and review comments."""

__version__ = "0.1.0"
