"""Writing what a backbone makes of pictures: in large batches, while it goes on."""

import time
from collections.abc import Callable, Generator
from contextlib import closing

import numpy as np

from artsim.core.errors import ArtsimError
from artsim.core.progress import Progress

COMMIT_ROWS = 512
COMMIT_SECONDS = 60.0  # a slow model commits oftener, so that a kill costs little
_NAMED = 20  # failures that are told one by one

# Batches of works, each with its embedding or why it has none; after an empty one all is written.
Finished = Generator[list[tuple[str, np.ndarray | ArtsimError]]]


class Writer:
    """Collects embeddings by a name each, and hands them to ``store`` in large batches."""

    def __init__(self, store: Callable[[list[str], np.ndarray], None]) -> None:
        self.failures: list[str] = []
        self.written = 0
        self._store = store
        self._names: list[str] = []
        self._rows: list[np.ndarray] = []
        self._since = time.monotonic()

    def write(self, finished: Finished, progress: Progress) -> None:
        """Take and store all that is finished, also where it ends early, such as when cancelled."""
        with closing(finished):
            try:
                for batch in finished:
                    for name, made in batch:
                        if isinstance(made, ArtsimError):
                            self.failures.append(f"{name}: {made}")
                        else:
                            self.add(name, made)
                    if batch:
                        self.commit_when_due()
                    else:
                        self.commit()
                    progress.advance(len(batch))
            finally:
                self.commit()

    def add(self, name: str, embedding: np.ndarray) -> None:
        """Take one; what is zero or not finite becomes one of the failures."""
        if usable(embedding):
            self._names.append(name)
            self._rows.append(embedding)
        else:
            self.failures.append(f"{name}: its embedding is zero or not finite.")

    def commit_when_due(self) -> None:
        """Store what has become much, or has waited long."""
        late = time.monotonic() - self._since > COMMIT_SECONDS
        if len(self._names) >= COMMIT_ROWS or late:
            self.commit()

    def commit(self) -> None:
        """Store what there is."""
        names, rows = self._names, self._rows
        self._names, self._rows, self._since = [], [], time.monotonic()
        if names:
            self._store(names, np.stack(rows))
            self.written += len(names)

    def tell_failures(self, progress: Progress) -> None:
        """Say the first failures one by one, and how many more there are."""
        for failure in self.failures[:_NAMED]:
            progress.say(failure)
        if len(self.failures) > _NAMED:
            progress.say(f"... and {len(self.failures) - _NAMED:,} more could not be used.")


def usable(embedding: np.ndarray) -> bool:
    """Whether an embedding says anything: it is finite and not zero."""
    return bool(np.isfinite(embedding).all() and embedding.any())
