"""Folding: what a value is, as far as the program tells.

A folded value no longer speaks of names or parameters. Beside the tags of `ir` there are:
    ("fmt", parts)      a text with holes: parts are texts and ("hole", name)
    ("hole", name)      unknown; the name says what it was called
    ("func", path, scope, receiver), ("class", path, scope), ("module", path)
    ("inst", type, path, call, frame)   an instance; type is a qualified name or (path, scope)
    ("settings", source, keys)          a configuration from the loader at `source`, below keys
    ("options", path)                   parsed command-line options
An unknown stays unknown: silence, not a guess.

Each module here adds one layer to those before it: core, arguments, classes, callees, options, parts, names, texts,
calls.
"""

from __future__ import annotations

from groundrules.facts.python.folding.calls import Folder
from groundrules.facts.python.folding.frames import Frame

__all__ = ["Folder", "Frame"]
