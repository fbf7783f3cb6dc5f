"""Blobs become rows. Pure: bytes in, rows out; only `gather` looks at a whole snapshot."""

from __future__ import annotations

from groundrules.facts.gather import Facts, affected, ddl, gather

__all__ = ["Facts", "affected", "ddl", "gather"]
