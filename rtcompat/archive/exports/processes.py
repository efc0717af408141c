"""Work shared among processes, its results in order."""
from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Deque, Iterable, Iterator, TypeVar, Union

__all__ = ["can_fork", "process_pool", "ordered"]

T = TypeVar("T")
U = TypeVar("U")


def can_fork() -> bool:
    """Whether a copy of this process is safe to work in: what other threads hold would stay held
    in it."""
    return "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1


def process_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that begin as copies of this one, where that is safe; else anew."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context(
        "fork" if can_fork() else "spawn"))


def ordered(pool: Union[ProcessPoolExecutor, ThreadPoolExecutor], work: Callable[[T], U],
            items: Iterable[T], ahead: int) -> Iterator[U]:
    """The work's results in the items' order.

    Args:
        ahead: so many items are under way, or done and waiting, at the same time.
    """
    waiting: Deque[Future[Any]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for one in waiting:
            one.cancel()
