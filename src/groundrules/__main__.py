"""`python -m groundrules`, which is also how nbQA calls it."""

from groundrules.cli import leave

raise SystemExit(leave())
