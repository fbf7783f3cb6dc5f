"""The one error a user can mend, and what it costs: exit code 2 and one clear sentence."""


class UserError(Exception):
    """Something in the user's input or settings is wrong. The message names the file and cause, in full sentences."""
