"""What a step of the history says to a person, in one sentence."""

from typing import Any

from artsim.collection.edits.history import EDIT, REMOVE, RENAME, RESTORE, UNDO, Step

_NAMED = 3
_OF_FILES = {
    "keep": "kept {}",
    "reject": "left {} out",
    "merge": "showed {} with another work",
    "split": "split {} off",
    "best": "showed {} first",
}


def sentence(step: Step) -> str:
    """What a step changed: ``edited w1 and w2: artist: 'Clude Monet' became 'Claude Monet'``."""
    if step.what == EDIT:
        return _edit(step)
    if step.what == REMOVE:
        return f"took {_listed(list(step.after))} down"
    if step.what == RESTORE:
        return f"let {_listed(list(step.after))} come back with the next sync"
    if step.what == RENAME:
        before, after = (v.get("title") or v.get("name") for v in (step.before, step.after))
        return f"renamed {before} to {after}"
    if step.what == UNDO:
        return f"undid step {step.after.get('step')} ({step.after.get('what')})"
    return _OF_FILES.get(step.what, "changed {}").format(_listed(list(step.after)))


def _edit(step: Step) -> str:
    columns = sorted({column for values in step.after.values() for column in values})
    # Years follow a date: they say nothing that the date does not.
    told = [c for c in columns if "date" not in columns or c not in ("year", "year_end")]
    parts = []
    for column in told:
        before = {_shown(step.before[i].get(column)) for i, v in step.after.items() if column in v}
        after = {_shown(v[column]) for v in step.after.values() if column in v}
        was = before.pop() if len(before) == 1 else f"{len(before)} values"
        now = after.pop() if len(after) == 1 else f"{len(after)} values"
        parts.append(f"{column}: {was} became {now}")
    return f"edited {_listed(list(step.after))}: {'; '.join(parts)}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def _listed(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + "".join(names[-1:])
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1:,} others"
