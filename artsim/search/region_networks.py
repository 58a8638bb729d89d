"""The networks that look at regions: those of torch, and in a server soon much faster ones."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from artsim.core.cache import LoadingCache
from artsim.core.first_use import alone
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.backbones import patch_network
    from artsim.backbones.patch_network import PatchNetwork
    from artsim.backbones.spec import BackboneSpec
else:
    patch_network = lazy("artsim.backbones.patch_network")

_KEPT = 2


class RegionNetworks:
    """The networks that a process has loaded. Thread-safe."""

    def __init__(self) -> None:
        self._loaded: LoadingCache[str, PatchNetwork] = LoadingCache(_KEPT)
        self._fast: LoadingCache[str, PatchNetwork] = LoadingCache(_KEPT)
        self._expects = False
        self._tried: set[str] = set()

    def expect(self) -> None:
        """Make each network faster once it was used, which takes seconds: for a server."""
        self._expects = True

    @contextmanager
    def looking(self, spec: "BackboneSpec") -> Iterator["PatchNetwork"]:
        """The network of a backbone that gives maps, for one block; raises InvalidInput.

        It is the fast one where there is one by now.
        """
        fast = self._fast.peek(spec.digest)
        if fast is not None:
            yield fast
            return
        yield self._loaded.get(spec.digest, lambda: patch_network.PatchNetwork(spec))
        if self._expects and spec.digest not in self._tried:
            self._tried.add(spec.digest)
            threading.Thread(target=self._hasten, args=(spec,), daemon=True).start()

    def _hasten(self, spec: "BackboneSpec") -> None:
        """Load the network once more, in its fast form: others go on with the one there is."""
        try:
            self._fast.get(spec.digest, lambda: _hastened(spec))
        except Exception:  # regions are found all the same
            logging.getLogger(__name__).warning("regions stay slow", exc_info=True)
        else:
            self._loaded.forget(lambda digest: digest == spec.digest)


def _hastened(spec: "BackboneSpec") -> "PatchNetwork":
    network = patch_network.PatchNetwork(spec)
    noise = np.random.default_rng(0).integers(0, 256, (network.side, network.side, 3), np.uint8)
    with alone:
        if not network.hasten(noise):
            raise RuntimeError(f"OpenVINO gives other maps of {spec.name!r} than torch")
    return network
