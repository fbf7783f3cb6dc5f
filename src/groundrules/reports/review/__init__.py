"""Says findings in a review: what is new, once, on the right line. The only part of the program that uses a network.

The report may come from the pull request of a stranger. So nothing of it is trusted: its form is checked, sentences are
accepted only if they are those of the named rule, fixes are planned anew, and all text is escaped.
"""
