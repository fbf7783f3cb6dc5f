"""What a change does, when a base is known: which pointers, measures, headers, checks and copies differ from before."""
