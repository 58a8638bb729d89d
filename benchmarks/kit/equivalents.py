"""Mutants that nobody could notice: (module, line before, line after), and the reason."""

_BLOCK = "the size of a block that is worked on at once: results are the same"
_ONE = 'what = f"One class of {label} has"'
_COINS = "more coins are thrown than are looked at"

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "evaluation/metrics",
        "return cast(Doubles, np.where(count > 0, total / np.maximum(count, 1), np.nan))",
        "return cast(Doubles, np.where(count != 0, total / np.maximum(count, 1), np.nan))",
    ): "a count is never negative",
    (
        "evaluation/metrics",
        "return np.maximum(np.minimum(n_relevant, relevant.shape[1]), 1)",
        "return np.maximum(np.minimum(n_relevant, relevant.shape[1]), 0)",
    ): "a query without a relevant work has no figure in any case",
    (
        "evaluation/bootstrap",
        "if TYPE_CHECKING:",
        "if not TYPE_CHECKING:",
    ): "the same module, imported at once",
    (
        "evaluation/bootstrap",
        "_CELLS = 4 << 20  # weights held at once",
        "_CELLS = 5 << 20  # weights held at once",
    ): _BLOCK,
    (
        "collection/quality/decide",
        "chosen: bool = False",
        "chosen: bool = True",
    ): "only what nothing speaks against is made without it",
    (
        "evaluation/significance",
        "_CELLS = 4 << 20  # signs held at once",
        "_CELLS = 4 << 21  # signs held at once",
    ): _BLOCK,
    (
        "evaluation/significance",
        "step = max(1, _CELLS // max(1, n))",
        "step = max(1, _CELLS + max(1, n))",
    ): _BLOCK,
    (
        "evaluation/significance",
        "packed = rng.integers(0, 256, (count, (n + 7) // 8), dtype=np.uint8)",
        "packed = rng.integers(0, 256, (count, (n + 8) // 8), dtype=np.uint8)",
    ): _COINS,
    (
        "evaluation/significance",
        "packed = rng.integers(0, 256, (count, (n + 7) // 8), dtype=np.uint8)",
        "packed = rng.integers(0, 256, (count, (n + 7) * 8), dtype=np.uint8)",
    ): _COINS,
    (
        "evaluation/paired",
        "for comparison, p in zip(family, holm([c.p for c in family]), strict=True):",
        "for comparison, p in zip(family, holm([c.p for c in family]), strict=False):",
    ): "both are always of one length",
    (
        "training/split",
        f'{_ONE} if single == 1 else f"{{single:,}} classes of {{label}} have"',
        f'{_ONE} if single <= 1 else f"{{single:,}} classes of {{label}} have"',
    ): "nothing is said where there is none",
}
