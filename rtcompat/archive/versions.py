"""RT's version where no status line says it: what in an answer shows between which it lies."""
from __future__ import annotations

import re
from typing import Callable, Iterable, Optional, Tuple

from rtcompat.rest1.forms import Form, Version

__all__ = ["infer_version"]

#: From (included) and before (excluded); None is no bound.
_Span = Tuple[Optional[Version], Optional[Version]]
_Evidence = Tuple[Callable[[Form], bool], Optional[Version], Optional[Version]]


def _is(prefix: str) -> Callable[[Form], bool]:
    return lambda form: (form.get("id") or "").startswith(prefix)


def _keyed(prefix: str, *keys: str) -> Callable[[Form], bool]:
    return lambda form: _is(prefix)(form) and any(form.get(key) is not None for key in keys)


def _custom(form: Form, beginning: str) -> bool:
    return _is("ticket/")(form) and any(key.startswith(beginning) for key in form.keys())


def _minutes(pattern: str) -> Callable[[Form], bool]:
    compiled = re.compile(pattern)

    def holds(form: Form) -> bool:
        return any(compiled.match(form.get(key) or "") is not None
                   for key in ("TimeEstimated", "TimeWorked", "TimeLeft"))
    return holds


_UNNAMED = re.compile(r"^\s*\d+:  \(", re.MULTILINE)

#: What RT prints from one version on, or up to one. Source: Forms/*/default, attachments.
_EVIDENCE: Tuple[_Evidence, ...] = (
    (lambda form: _custom(form, "CF-"), (3, 6), (3, 8)),
    (lambda form: _custom(form, "CF.{"), (3, 8), None),
    (_minutes(r"\d+ minutes\Z"), (3, 6, 6), None),
    (_minutes(r"\d+ (?:min|hours?|days?|weeks?|months?|years?|sec)\Z"), None, (3, 6, 6)),
    (lambda form: "(Unnamed)" in (form.get("Attachments") or ""), (3, 8), None),
    (lambda form: _is("ticket/")(form)
     and _UNNAMED.search(form.get("Attachments") or "") is not None, None, (3, 8)),
    (_keyed("ticket/", "SLA"), (4, 4, 3), None),
    (_keyed("queue/", "SLADisabled"), (4, 4, 3), None),
    (_keyed("queue/", "InitialPriority", "FinalPriority", "DefaultDueIn"), None, (4, 4)),
    (_keyed("queue/", "Disabled"), (4, 2, 2), None),
    (_keyed("user/", "Privileged", "Disabled"), (3, 8), None),
    (_keyed("user/", "EmailEncoding", "WebEncoding", "ExternalContactInfoId"), None, (4, 4)),
    (_is("group/"), (3, 8, 2), None),
    (_is("attachment/"), (4, 0, 12), None),
    (lambda form: form.get("Type") == "SetWatcher", (4, 2), None),
    (lambda form: form.get("Type") == "Munge", (4, 4), None),
)

#: Forms that are looked at: a dump of one server says it soon.
_LOOKED_AT = 64


def infer_version(forms: Iterable[Form]) -> Tuple[Optional[Version], Optional[Version]]:
    """Between which versions of RT the server lies that printed these forms.

    Args:
        forms: of one server; the first 64 are looked at.

    Returns:
        The first version that it can be, and the first that it cannot be any more; None for
        "no bound". What contradicts itself (forms of several servers) tells nothing.

    Source:
        What RT 3.4 to 6.0 print; see the table in this module.
    """
    since: Optional[Version] = None
    before: Optional[Version] = None
    for _, form in zip(range(_LOOKED_AT), forms):
        for holds, first, end in _EVIDENCE:
            if not holds(form):
                continue
            if first is not None and (since is None or first > since):
                since = first
            if end is not None and (before is None or end < before):
                before = end
    if since is not None and before is not None and since >= before:
        return None, None
    return since, before


def told(span: _Span) -> str:
    """Such a range in words."""
    since, before = (None if each is None else ".".join(map(str, each)) for each in span)
    if since is None and before is None:
        return "any version"
    if since is None:
        return f"a version before {before}"
    return f"{since} or later" if before is None else f"from {since}, before {before}"
