"""Errors a person can act on: each message says what happened and what to do next."""


class ArtsimError(Exception):
    """Base of every expected failure; ``status`` is the HTTP status that fits it."""

    status = 500


class InvalidInput(ArtsimError):
    """A value from outside that cannot be used as it is."""

    status = 400


class NotSignedIn(ArtsimError):
    """Nobody has signed in, and what was asked for is not for everybody."""

    status = 401


class NotAllowed(ArtsimError):
    """The person who asks may not do this."""

    status = 403


class NotFound(ArtsimError):
    """A collection, artwork, backbone or job that does not exist."""

    status = 404


class Conflict(ArtsimError):
    """The thing exists already, or another process is writing it."""

    status = 409


class NeedsConsent(Conflict):
    """A change that would lose much: nothing was changed, and a person must confirm it first.

    Its sentence ends with ``REMEDY``, by which a page knows a failed job that asks: a job stores
    only the sentence of its error.
    """

    REMEDY = "check the source, or say that it may (--yes)."


class Unreadable(Conflict):
    """Something stored that is damaged, or that a newer artsim made."""


class NewerFormat(Unreadable):
    """Something stored that only a newer artsim can read."""


class TooLarge(InvalidInput):
    """An upload or file over its limit."""

    status = 413


class UnsupportedImage(InvalidInput):
    """Bytes that are not a usable image."""

    status = 415


class TooMany(ArtsimError):
    """A person asks for more than one person may have at once."""

    status = 429


class Unavailable(ArtsimError):
    """Something outside the program (network, weights, disk) is missing for now."""

    status = 503


class Cancelled(ArtsimError):
    """Somebody cancelled the work; what was finished stays."""

    status = 409
