"""Who works on this machine, as histories name them."""

import getpass


def user_name() -> str:
    """The name of the user of this process, 'unknown' where the system gives none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return "unknown"
