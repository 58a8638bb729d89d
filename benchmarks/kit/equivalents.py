"""Mutants that nobody could notice: (module, line before, line after), and the reason."""

EQUIVALENT: dict[tuple[str, str, str], str] = {}
