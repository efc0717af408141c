"""Work shared among processes, its results in order."""
from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Callable, Deque, Iterable, Iterator, Sequence, TypeVar, Union

from rtcompat.errors import RTError

__all__ = ["can_fork", "process_pool", "ordered", "forked"]

T = TypeVar("T")
U = TypeVar("U")


def can_fork() -> bool:
    """Whether a copy of this process is safe to work in: what other threads hold, Python's own or
    a library's, would stay held in it."""
    return "fork" in multiprocessing.get_all_start_methods() and _threads() == 1


def _threads() -> int:
    """Threads of this process: all where Linux tells them, else Python's own."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


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


def forked(work: Callable[[T], U], items: Sequence[T], jobs: int) -> Iterator[U]:
    """The work's results in the items' order, done by copies of this process, which have all
    that it has: only results are sent. To be used where `can_fork` allows it.

    Raises: what the work raises; RTError where a process was killed.
    """
    context = multiprocessing.get_context("fork")
    children = []
    ends = []
    try:
        for first in range(min(jobs, len(items))):
            ours, theirs = context.Pipe(duplex=False)
            child = context.Process(target=_serve, args=(work, items[first::jobs], theirs),
                                    daemon=True)
            child.start()
            theirs.close()  # or a child that is killed would not be noticed
            children.append(child)
            ends.append(ours)
        for place in range(len(items)):
            yield _received(ends[place % jobs])
    finally:
        for child in children:
            child.terminate()
            child.join()
        for end in ends:
            end.close()


def _serve(work: Callable[[T], U], items: Sequence[T], end: Connection) -> None:
    """A copy's share of the work; it waits while nobody takes its results."""
    for item in items:
        try:
            result: Any = (work(item), None)
        except Exception as error:
            result = (None, error)
        end.send(result)
    end.close()


def _received(end: Connection) -> Any:
    try:
        result, error = end.recv()
    except EOFError:
        raise RTError("a process that read a part ended before it was done") from None
    if error is not None:
        raise error
    return result
