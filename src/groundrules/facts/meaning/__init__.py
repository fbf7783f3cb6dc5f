"""From calls that knowledge knows to rows: what is read and written, drawn and seeded, waited for, cleared, removed."""
