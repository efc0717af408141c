"""Errors at the command line: one table of exit codes, and how an error is told."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple, Type

from rtcompat import errors
from rtcompat.cli.json_lines import plain
from rtcompat.cli.layout import visible

__all__ = ["EXIT_CODES", "INTERRUPTED", "BROKEN_PIPE", "OUR_FAULT", "exit_code", "told", "as_json"]

#: The first row that fits counts; every class of the error tree is covered by one.
EXIT_CODES: Tuple[Tuple[Type[errors.RTError], int], ...] = (
    (errors.UsageError, 2),
    (errors.Unsupported, 2),
    (errors.NotFound, 3),
    (errors.NotAuthenticated, 4),
    (errors.Refused, 1),
    (errors.TransportError, 5),
    (errors.ProtocolError, 5),
    (errors.OutcomeUnknown, 6),
)
#: As a shell counts a program ended by that signal: 128 + SIGINT, 128 + SIGPIPE.
INTERRUPTED = 130
BROKEN_PIPE = 141
#: A defect of this program (sysexits' EX_SOFTWARE), so that it is never taken for a refusal.
OUR_FAULT = 70

_CALLED: Tuple[Tuple[Type[errors.RTError], str], ...] = (
    (errors.UsageError, "wrong usage"), (errors.Unsupported, "not possible here"),
    (errors.NotFound, "not found"), (errors.NotAuthenticated, "not authenticated"),
    (errors.PermissionDenied, "permission denied"), (errors.InvalidQuery, "invalid query"),
    (errors.InvalidValue, "refused"), (errors.Conflict, "conflict"),
    (errors.ServerFailure, "RT failed"), (errors.Refused, "refused"),
    (errors.ConnectFailed, "no connection"), (errors.TimedOut, "timed out"),
    (errors.TLSFailed, "no trusted connection"), (errors.Truncated, "answer cut off"),
    (errors.TransportError, "no answer"), (errors.FormSyntaxError, "unreadable answer"),
    (errors.ProtocolError, "not RT"), (errors.OutcomeUnknown, "outcome unknown"),
)


def exit_code(error: errors.RTError) -> int:
    """The exit code for an error."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), OUR_FAULT)


def told(error: errors.RTError) -> Iterator[str]:
    """The error as lines for people: what happened, RT's words, what was asked, what to do."""
    called = next((words for kind, words in _CALLED if isinstance(error, kind)), "error")
    what = visible(error.what or type(error).__name__)
    yield f"rtcompat: {what if what.lower().startswith(called) else f'{called}: {what}'}"
    rows: List[Tuple[str, str]] = [("RT said", one) for one in error.messages
                                   if one != error.what]
    if isinstance(error, errors.FormSyntaxError) and error.lineno:
        rows.append(("where", f"{error.source or 'the answer'}, line {error.lineno}"))
    asked = " at ".join(part for part in (error.request, error.server) if part)
    rows.append(("asked", asked))
    if isinstance(error, errors.ProtocolError) and error.status is not None:
        rows.append(("answered", f"HTTP status {error.status}"))
    if isinstance(error, errors.OutcomeUnknown):
        rows.append(("find it by", error.query or ""))
    rows.append(("advice", error.advice or ""))
    for label, text in rows:
        if text:
            yield f"    {label}: {visible(text)}"


def as_json(error: errors.RTError) -> Dict[str, Any]:
    """The error for programs: ``error`` (class), ``exit``, and its attributes that hold a value.

    The body that a stranger's server sent is left out.
    """
    shown: Dict[str, Any] = {"error": type(error).__name__, "exit": exit_code(error)}
    for name, value in vars(error).items():
        if value not in (None, "", ()) and name not in ("body", "line"):
            shown[name] = plain(value)
    return shown
