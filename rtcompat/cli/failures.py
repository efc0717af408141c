"""Errors at the command line: one table of exit codes, and how an error is told."""
from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Tuple, Type

from rtcompat import errors
from rtcompat.json_lines import plain
from rtcompat.cli.layout import visible

__all__ = ["EXIT_CODES", "INTERRUPTED", "BROKEN_PIPE", "OUR_FAULT", "UNTOLD", "exit_code",
           "told", "as_json", "NOT_AGREED"]

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
#: What would be done to many was shown, and nothing done, as ``--yes`` is missing.
NOT_AGREED = 7
#: As a shell counts a program ended by that signal: 128 + SIGINT, 128 + SIGPIPE.
INTERRUPTED = 130
BROKEN_PIPE = 141
#: A defect of this program (sysexits' EX_SOFTWARE), so that it is never taken for a refusal.
OUR_FAULT = 70
#: RT carried it out, and there was no place to write what it did (sysexits' EX_IOERR).
UNTOLD = 74

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

#: What the library says in Python's terms, and what the command line has for it; the first row
#: that fits counts.
_IN_PYTHON: Tuple[Tuple[str, str], ...] = (
    (r"user= and password=", "--user and RTCOMPAT_PASSWORD"),
    (r"(give|with) user and password", r"\1 --user and RTCOMPAT_PASSWORD"),
    (r"give them as arguments", "give --user and RTCOMPAT_PASSWORD"),
    (r"auth=\(user, password\)", "RTAUTH=basic with --user and RTCOMPAT_PASSWORD"),
    (r"auth=", "RTAUTH=basic"),
    (r"edit_ticket\(owner=…\)", "edit --set owner=…"),
    (r"raise max_body", "take another way"),
    (r"timezone='Area/City'", "--timezone Area/City"),
    (r"complete_watchers=True", "--complete-watchers"),
    (r"route=(?:True|False)?", "--no-route"),
    (r"verify=False", "--insecure"),
    (r"replace=True", "--force"),
    (r"moved_from=", "--moved "),
    (r"verify=(?:True)?", "--ca"),
    (r"proxy=", "HTTP_PROXY or HTTPS_PROXY"),
    (r"password=", "RTCOMPAT_PASSWORD"),
    (r"token=", "RTCOMPAT_TOKEN"),
    (r"(user|protocol|timezone|timeout)=", r"--\1"),
)
#: Where such a term may stand. A text in quotes is somebody's own words and is left alone.
_TERM = re.compile(r"""(?<!\w)(?:'[^'\n]*'|"[^"\n]*")(?!\w)|(?<![\w-])(?:"""
                   + "|".join(pattern for pattern, _ in _IN_PYTHON) + ")")


def _ours(found: "re.Match[str]") -> str:
    fitting = ((re.fullmatch(pattern, found.group()), words) for pattern, words in _IN_PYTHON)
    return next((one.expand(words) for one, words in fitting if one is not None), found.group())


def in_our_terms(text: str) -> str:
    """A sentence of the library with the command line's words for Python's arguments."""
    return _TERM.sub(_ours, text)


def exit_code(error: errors.RTError) -> int:
    """The exit code for an error."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), OUR_FAULT)


def _what(error: errors.RTError) -> str:
    """The error's sentence; RT's own words are not touched."""
    return error.what if error.what in error.messages else in_our_terms(error.what)


def told(error: errors.RTError, about: str = "") -> Iterator[str]:
    """The error as lines for people: what happened, RT's words, what was asked, what to do.

    Args:
        about: which one of many it happened to.
    """
    called = next((words for kind, words in _CALLED if isinstance(error, kind)), "error")
    what = visible(_what(error) or type(error).__name__)
    yield f"rtcompat: {what if what.lower().startswith(called) else f'{called}: {what}'}"
    rows: List[Tuple[str, str]] = [("about", about)] if about else []
    rows += [("RT said", one) for one in error.messages if one != error.what]
    if isinstance(error, errors.FormSyntaxError) and error.lineno:
        rows.append(("where", f"{error.source or 'the answer'}, line {error.lineno}"))
    # Wrong usage is found before anything is asked.
    server = None if isinstance(error, errors.UsageError) and not error.request else error.server
    asked = " at ".join(part for part in (error.request, server) if part)
    if asked and not isinstance(error, errors.Unsupported):
        rows.append(("in", error.operation or ""))
    rows.append(("asked", asked))
    if isinstance(error, errors.ProtocolError) and error.status is not None:
        rows.append(("answered", f"HTTP status {error.status}"))
    if isinstance(error, errors.OutcomeUnknown):
        rows.append(("find it by", error.query or ""))
    rows.append(("advice", in_our_terms(error.advice or "")))
    for label, text in rows:
        if text:
            yield f"    {label}: {visible(text)}"


def as_json(error: errors.RTError, about: str = "") -> Dict[str, Any]:
    """The error for programs: ``error`` (class), ``exit``, of one of many ``about`` (which), and
    its attributes that hold a value.

    The body that a stranger's server sent is left out.
    """
    shown: Dict[str, Any] = {"error": type(error).__name__, "exit": exit_code(error)}
    if about:
        shown["about"] = about
    for name, value in vars(error).items():
        if value not in (None, "", ()) and name not in ("body", "line"):
            shown[name] = plain(value)
    if error.advice:
        shown["advice"] = in_our_terms(error.advice)
    if error.what:
        shown["what"] = _what(error)
    return shown
