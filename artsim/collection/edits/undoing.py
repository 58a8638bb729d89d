"""Which step is undone, and whether it can be."""

from dataclasses import replace

from artsim.collection.edits.history import UNDO, History, Step
from artsim.core.errors import Conflict, InvalidInput, NotFound


def chosen(history: History, number: int | None = None) -> Step:
    """The step to undo, the latest one that holds by default; raises one sentence where none is."""
    if number is None:
        held = [step for step in history.live() if step.what != UNDO]
        if not held:
            raise InvalidInput("There is nothing to undo.")
        return held[-1]
    step = history.numbered(number)
    if step is None:
        last = len(history.steps)
        steps = f"its steps are 1 to {last}" if last else "nothing was changed yet"
        raise NotFound(f"There is no step {number} in the history ({steps}).")
    if step.undone:
        raise InvalidInput(
            f"Step {number} is undone already; to do it again, undo the step that undid it."
        )
    return step


def undone(history: History, number: int | None = None) -> tuple[Step, Step]:
    """The step with that number, now undone, and the step that takes or loses effect thereby.

    Raises Conflict where a later step has changed the same.
    """
    step = chosen(history, number)
    target = step if step.what != UNDO else history.numbered(step.after["step"])
    if target is None:
        raise InvalidInput(f"Step {step.step} cannot be undone: its record is incomplete.")
    for later in reversed(history.live()):
        follows = later.step > target.step and bool(later.touched & target.touched)
        turned = later.step > step.step and later.after.get("step") == target.step
        if follows or (later.what == UNDO and turned):
            raise Conflict(
                f"Step {step.step} cannot be undone, because step {later.step} ({later.what} by "
                f"{later.who}) has changed the same since: undo that one first."
            )
    if target is step:
        step = replace(step, undone=True)
        return step, step
    return replace(step, undone=True), replace(target, undone=not target.undone)
