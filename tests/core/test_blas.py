"""Who makes products in one thread leaves the others as many as they had before."""

import threading

import threadpoolctl

from artsim.core.blas import single_threaded


def threads() -> set[int]:
    found = threadpoolctl.threadpool_info()
    return {one["num_threads"] for one in found if one["user_api"] == "blas"}


def test_the_last_of_several_that_overlap_allows_what_was_allowed_before() -> None:
    before, entered, left = threads(), threading.Event(), threading.Event()

    def first() -> None:
        with single_threaded():
            entered.set()
            left.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(60)
    with single_threaded():
        left.set()
        thread.join()
        assert threads() == {1}
    assert threads() == before
