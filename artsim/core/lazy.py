"""Modules that are imported when they are first used, though they stand at the top of a file.

    if TYPE_CHECKING:
        import torch
    else:
        torch = lazy("torch")

The first branch is what type checkers, editors and tests/test_rooms.py read; the second one runs.
"""

import gc
import importlib
import sys
from types import ModuleType
from typing import Any

from artsim.core.errors import Unavailable


def lazy(name: str, missing: str = "") -> Any:
    """A stand-in for the module ``name``, imported when an attribute of it is first asked for.

    Several threads may ask at once: the import is Python's own, with its locks, and nobody gets a
    half-made module. Then the module takes the stand-in's place in the file that asked. Raises
    what the import raises, or Unavailable(``missing``) where that is given and the package cannot
    be imported.

        ray = lazy("ray", missing="Ray is not installed: run 'pip install ray'.")
    """
    return _StandIn(name, missing, sys._getframe(1).f_globals)


def imported(name: str) -> ModuleType:
    """Import the module ``name`` while the garbage collector rests.

    Objects made by an import stay alive: collecting among them takes a tenth of a command's start.
    """
    if name in sys.modules or not gc.isenabled():
        return importlib.import_module(name)
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.enable()


class _StandIn(ModuleType):
    def __init__(self, name: str, missing: str, user: dict[str, Any]) -> None:
        super().__init__(name)
        self.__dict__.update(_missing=missing, _user=user)

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__":  # inspect asks every global for it: no reason to import anything
            raise AttributeError(name)
        return getattr(self._module(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._module(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._module(), name)

    def __dir__(self) -> list[str]:
        return dir(self._module())

    def _module(self) -> ModuleType:
        try:
            module = imported(self.__name__)
        except ImportError as error:
            if not self._missing:
                raise
            raise Unavailable(self._missing) from error
        for name, value in list(self._user.items()):
            if value is self:
                self._user[name] = module
        return module
