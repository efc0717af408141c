"""Searching users, queues and groups over REST 1.0 (RT 4.2.2 and later).

RT takes one condition a request and gives all that it finds: several conditions are a search each,
and what stands in all answers is read, a hundred records a request. It searches among the enabled
records, or with ``Disabled = 1`` among the disabled ones.
"""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterable, List, Optional, Set, Tuple

from rtcompat.conditions import Checked, Condition, checked
from rtcompat.errors import Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.fields import FieldRow
from rtcompat.model import Page
from rtcompat.rest1.asking import show
from rtcompat.rest1.forms import Form
from rtcompat.rest1.writing import Writing

__all__ = ["Searching"]

_AT_ONCE = 100
#: RT's words for the operators; those that it lacks are not there.
_OPERATORS = {one: one for one in ("=", "!=", "<", ">", "<=", ">=", "LIKE", "STARTSWITH",
                                   "ENDSWITH")}
_OPERATORS["NOT LIKE"] = "'NOT LIKE'"


class Searching(Writing):
    """Searches of records other than tickets."""

    def _found(self, operation: str, kind: str, rows: Tuple[FieldRow, ...],
               conditions: Iterable[Condition], reading: Callable[[Form], Any],
               cursor: Any) -> Operation[Page[Any]]:
        """A page of a hundred records.

        Args:
            kind: ``user``, ``queue`` or ``group``.
            reading: a form to a record.
        Raises: Unsupported for what REST 1.0 cannot say; PermissionDenied.
        Requests: 1 a condition, and 1 per 100.
        """
        if cursor is None:
            if not self._at_least(4, 2, 2):
                raise Unsupported(f"RT before 4.2.2 cannot search a {kind} over REST 1.0",
                                  operation=operation, protocol="rest1",
                                  advice="ask for each by name or number")
            queries = _queries(operation, kind, checked(rows, conditions, what=f"{kind}s"))
            numbers = yield from self._numbers(kind, queries)
            total = len(numbers)
        else:
            numbers, total = list(cursor["ids"]), int(cursor["total"])
        some, left = numbers[:_AT_ONCE], numbers[_AT_ONCE:]
        records: List[Any] = []
        if some:
            answer = yield from self._ask(show(
                [f"{kind}/{','.join(map(str, some))}"], long=True, about=f"read the {kind}s"))
            records = [reading(form) for form in answer.forms if form.get("Name")]
        return Page(tuple(sorted(records, key=lambda one: int(one.id))),
                    {"ids": left, "total": total} if left else None, total)

    def _numbers(self, kind: str, queries: List[str]) -> Operation[List[int]]:
        """The numbers that every query finds, sorted."""
        found: Optional[Set[int]] = None
        for query in queries:
            answer = yield from self._ask(Request(
                "POST", f"search/{kind}", form=(("query", query), ("format", "i")),
                about=f"search {kind}s"))
            answer.checked()
            body = answer.envelopes[0].body if answer.envelopes else ""
            numbers = {int(one) for one in re.findall(rf"^{kind}/(\d+)$", body, re.MULTILINE)}
            found = numbers if found is None else found & numbers
        return sorted(found or ())


def _queries(operation: str, kind: str, conditions: Tuple[Checked, ...]) -> List[str]:
    """RT's query of each condition. Without one it is the empty query, which finds all, but of
    users the privileged ones only.

    Raises: Unsupported; UsageError for a text that RT cannot be told.
    """
    queries = [_query(operation, *one) for one in conditions]
    disabled: Dict[str, str] = {row.name: values[0] for row, _, values in conditions if values}
    if len(queries) > 1 and disabled.get("disabled") == "1":
        raise Unsupported("REST 1.0 searches among the enabled records, or gives all disabled "
                          "ones", operation=operation, argument="conditions", protocol="rest1",
                          advice="use REST2")
    return queries or ["id > 0" if kind == "user" else ""]


def _query(operation: str, row: FieldRow, operator: str, values: Tuple[str, ...]) -> str:
    known = _OPERATORS.get(operator)
    if known is None:
        raise Unsupported(f"REST 1.0 has no operator {operator}", operation=operation,
                          argument="conditions", protocol="rest1", advice="use REST2")
    if row.name == "disabled" and (operator != "=" or values[0] not in ("0", "1")):
        raise Unsupported("REST 1.0 takes disabled = True or False", operation=operation,
                          argument="conditions", protocol="rest1", advice="use REST2")
    text = values[0]
    if "\n" in text or "\r" in text or not text:
        raise UsageError(f"REST 1.0 finds nothing by {row.name} {operator} {text!r}",
                         argument="conditions", advice="use REST2")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{row.rt} {known} "{escaped}"'
