"""A number with the noun that it counts, in the singular or the plural."""


def count(number: int, one: str, many: str = "") -> str:
    """``number`` with ``one`` where it is 1, else with ``many``, by default ``one`` and an s.

    Where a verb follows, it belongs to both: its form depends on the number too.

    >>> count(1, "work"), count(1250, "work"), count(1, "class has", "classes have")
    ('1 work', '1,250 works', '1 class has')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
