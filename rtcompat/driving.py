"""Driving a generator that asks for what it needs: the blocking driver and the awaiting one.

What is asked, and who answers, is the generator's business: operations ask for answers of RT, a
watch for what operations give.
"""
from __future__ import annotations

from functools import partial
from typing import Awaitable, Callable, Generator, TypeVar

__all__ = ["run", "run_async"]

T = TypeVar("T")
Q = TypeVar("Q")
R = TypeVar("R")


def run(operation: Generator[Q, R, T], send: Callable[[Q], R]) -> T:
    """Drive an operation, or any such generator, with a blocking send and return its result.

    Errors of ``send`` are thrown into the operation, so that it can resolve a lost answer by
    reading and its frame stands in the traceback. Whatever ends it, the operation is closed.
    """
    resume: Callable[[], Q] = partial(next, operation)
    try:
        while True:
            try:
                asked = resume()
            except StopIteration as stop:
                result: T = stop.value
                break
            try:
                resume = partial(operation.send, send(asked))
            except Exception as error:
                resume = partial(operation.throw, error)
    finally:
        operation.close()
    return result


async def run_async(operation: Generator[Q, R, T], send: Callable[[Q], Awaitable[R]]) -> T:
    """Drive an operation with an awaiting send; cancellation closes the operation."""
    resume: Callable[[], Q] = partial(next, operation)
    try:
        while True:
            try:
                asked = resume()
            except StopIteration as stop:
                result: T = stop.value
                break
            try:
                resume = partial(operation.send, await send(asked))
            except Exception as error:
                resume = partial(operation.throw, error)
    finally:
        operation.close()
    return result
