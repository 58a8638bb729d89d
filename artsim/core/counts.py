"""Numbers with the noun that they count, in the singular or the plural."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` is the plural where it is not ``one`` and an s.

    >>> counted(1, "work"), counted(1250, "work"), counted(0, "query", "queries")
    ('1 work', '1,250 works', '0 queries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
