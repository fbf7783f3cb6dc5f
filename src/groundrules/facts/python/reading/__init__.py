"""Reading: a syntax tree becomes symbolic code.

Each layer adds to those before it: core, bindings, expressions, statements.
"""
