"""Embedding what is pending on a Ray cluster: its machines read and embed, this process writes.

Ray Data reads the table where the models are and hands on batches of images; a killed process is
started again and its batches are embedded again. Where machines are lost for good, or nothing
comes any more, a new pass embeds what is still pending on those that are left.
"""

import logging
import queue
import re
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from artsim.backbones.writing import usable
from artsim.collection.store import pending_filter
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, Unavailable, UnsupportedImage
from artsim.core.lazy import lazy
from artsim.core.progress import Progress
from artsim.plugins.ray.cluster import connected, imported, machines, room
from artsim.plugins.ray.worker import Embedder, Order

if TYPE_CHECKING:
    from ray import data as ray_data
    from ray import exceptions as ray_exceptions
    from ray.data._internal.execution.interfaces import Executor

    from artsim.backbones.embed import Elsewhere
    from artsim.backbones.spec import BackboneSpec
    from artsim.backbones.writing import Finished
    from artsim.collection.store import Collection
else:
    # After cluster.imported(), which says first what Ray reads while it is imported.
    ray_data = lazy("ray.data")
    ray_exceptions = lazy("ray.exceptions")

STALL_SECONDS = 300.0  # a pass in which nothing moves for so long is given up
_LOOK_SECONDS = 1.0  # how often this process looks whether all machines are there
_BLOCK_BYTES = 8 << 20  # images that travel together
_AHEAD = 8  # batches of embeddings that wait to be written
_WORTH_EXPORTING = 256  # images a machine that pay for the seconds that an export takes
_FRUITLESS = 3  # passes in a row that may give nothing
_STOP_SECONDS = 10.0  # for the threads of a pass to end
_RESULTS = "ray-results"
_ASKING = (_RESULTS, "iter_threaded", "ray-data-metadata-prefetch")  # the last two are Ray's


class _InterruptedError(Exception):
    """A pass ended early; the message says why."""


def embed_on_ray(
    address: str | None, progress: Progress, inference: str | None = None
) -> "Elsewhere":
    """What embeds on the Ray cluster at ``address``, for ``embed_collection``.

    ``address`` is auto, HOST:PORT or None, which is this machine alone; ``inference`` is as
    ``load_runtime`` takes it. It raises Unavailable where the cluster cannot be used or is lost.
    """

    def embed(
        spec: "BackboneSpec", collection: "Collection", column: str, batch_size: int
    ) -> "Finished":
        file = spec.weights_file
        if file is None or not file.is_file():
            raise Unavailable(
                f"The weights of {spec.name!r} are gone: fetch or publish them again."
            )
        failed: set[str] = set()
        fruitless = 0
        while True:
            came = 0
            try:
                # A connection a pass: its end takes with it whatever the pass has left running.
                with connected(address, file.stat().st_size):
                    weights = imported().put(np.fromfile(file, np.uint8))
                    order = Order(spec, (file.name, weights), inference)
                    passing = _one_pass(order, collection, column, batch_size, progress)
                    with closing(passing):
                        for batch in passing:
                            new = [(work, made) for work, made in batch if work not in failed]
                            failed.update(work for work, made in new if not _good(made))
                            came += len(new)
                            yield new
                return
            except _InterruptedError as interrupted:
                fruitless = 0 if came else fruitless + 1
                if fruitless == _FRUITLESS:
                    raise Unavailable(
                        f"The Ray cluster gives nothing ({interrupted}): see that its machines "
                        "are well, and run the same command again."
                    ) from interrupted
                progress.say(f"Going on with what is left of the Ray cluster: {interrupted}.")
            yield []  # has what came so far written, so that the next pass leaves it out

    return embed


def _one_pass(
    order: Order,
    collection: "Collection",
    column: str,
    batch_size: int,
    progress: Progress,
) -> "Finished":
    """Embed what is pending now with as many models as there is room for now."""
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray_data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    context.target_max_block_size = _BLOCK_BYTES
    context.execution_no_progress_timeout_s = STALL_SECONDS
    context.raise_original_map_exception = True
    has = room()
    progress.say(str(has))
    worth = collection.pending_count(column) >= _WORTH_EXPORTING * len(has.machines)
    order = replace(order, export=worth, threads=has.threads, gpu=has.gpu)
    works = ray_data.read_lance(
        collection.uri,
        columns=["id", "image"],
        scanner_options={
            "filter": pending_filter(column),
            "batch_size": batch_size,
            "batch_readahead": 1,
        },
        num_cpus=0,  # models take every core, and would wait for the images for ever
        concurrency=has.models,
    )
    found = works.map_batches(
        Embedder,
        fn_constructor_args=(order,),
        batch_size=batch_size,
        batch_format="pyarrow",
        # An accelerator embeds one batch while the cores decode the next.
        compute=ray_data.ActorPoolStrategy(
            size=has.models,
            max_concurrent_calls_per_actor=2 if has.gpu else 1,
            enable_true_multi_threading=has.gpu,
        ),
        num_cpus=0 if has.gpu else has.threads,
        num_gpus=1 if has.gpu else 0,
    )
    looked = time.monotonic()
    tables = _watched(
        found.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
    )
    try:
        for table in tables:
            if table is not None:
                yield _finished(table, order.spec.dimension)
            else:
                progress.advance(0)  # may raise Cancelled
            if time.monotonic() - looked > _LOOK_SECONDS:
                looked = time.monotonic()
                if lost := len(has.machines - machines()):
                    raise _InterruptedError(f"{lost} of {count(len(has.machines), 'machine')} lost")
    except (_InterruptedError, ArtsimError):
        raise
    except Exception as error:  # Ray's have no common base
        raise _told(error, collection.uri) from error
    finally:
        tables.close()
        _stop(found._current_executor)


def _stop(executor: "Executor | None") -> None:
    """End what a pass has left running: it goes on until it is garbage.

    Whatever still asks Ray when the connection ends takes the process with it.
    """
    if executor is not None:
        executor.shutdown(force=True)
    end = time.monotonic() + _STOP_SECONDS
    streaming: object = executor  # Ray's executor of a stream is a thread too
    for thread in threading.enumerate():
        if thread is streaming or thread.name in _ASKING:
            thread.join(max(0.0, end - time.monotonic()))


def _watched(tables: Iterable[pa.Table]) -> Generator[pa.Table | None]:
    """Each table as it comes, and None for each second in which none does.

    Ray waits for what a lost machine was doing until there is room for it elsewhere.
    """
    came: queue.Queue[pa.Table | Exception | None] = queue.Queue(_AHEAD)
    left = threading.Event()

    def put(item: pa.Table | Exception | None) -> None:
        while not left.is_set():
            with suppress(queue.Full):
                came.put(item, timeout=1)
                break

    def fetch() -> None:
        try:
            for table in tables:
                put(table)
                if left.is_set():
                    return
            put(None)
        except Exception as error:  # raised again where it is waited for
            put(error)

    threading.Thread(target=fetch, name=_RESULTS, daemon=True).start()
    try:
        while True:
            try:
                item = came.get(timeout=1)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        left.set()


def _good(made: np.ndarray | ArtsimError) -> bool:
    return not isinstance(made, ArtsimError) and usable(made)


def _finished(table: pa.Table, dimension: int) -> list[tuple[str, np.ndarray | ArtsimError]]:
    flat = table["embedding"].combine_chunks().flatten().to_numpy()
    rows = zip(
        table["id"].to_pylist(),
        table["error"].to_pylist(),
        flat.reshape(-1, dimension),
        strict=True,
    )
    return [(work, UnsupportedImage(e) if e else found) for work, e, found in rows]


def _told(error: Exception, uri: str) -> Exception:
    """The error to raise for one of Ray's: the worker's own error if the work itself failed."""
    text = str(error)
    if ours := re.search(r"artsim\.core\.errors\.\w+: (.+)", text):
        return Unavailable(ours[1])
    lines = text.strip().splitlines() or [type(error).__name__]
    if isinstance(error, ray_exceptions.RayTaskError | ray_exceptions.UserCodeException):
        return Unavailable(
            f"A machine of the Ray cluster failed ({lines[-1][:200]}): every machine must reach "
            f"{uri} and have the same artsim."
        )
    return _InterruptedError(lines[0][:200].rstrip("."))
