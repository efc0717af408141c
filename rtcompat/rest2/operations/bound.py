"""What every part of `Rest2` stands on."""
from __future__ import annotations

from typing import Mapping, Tuple

from rtcompat.rest2.context import Context

__all__ = ["Bound"]


class Bound:
    """Operations bound to one login on one server.

    Args:
        context: what is known of the server and the login; shared by threads.
    """

    #: ``operation`` or ``operation(argument)`` -> why no version of REST2 can.
    LACKS: Mapping[str, str] = {}
    #: ``operation`` or ``operation(argument)`` -> the version that brought it; older ones pass it
    #: over without a word.
    SINCE: Mapping[str, Tuple[int, ...]] = {}

    def __init__(self, context: Context) -> None:
        self._context = context
