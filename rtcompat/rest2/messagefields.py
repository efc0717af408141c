"""Custom fields of a message itself (RT's transaction custom fields) over REST2.

RT records the message and drops what it does not like: an unknown name with a sentence, a value
that is none to choose from without a word (5.0.3 to 5.0.10). So the fields are read before, from
the ticket's first transaction, and the new transaction afterwards.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from rtcompat import limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue
from rtcompat.exchange import Operation, Request
from rtcompat.fields import FieldRow
from rtcompat.model import EMPTY, Receipt
from rtcompat.rest2 import read, write
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.editing import known_zone
from rtcompat.rest2.history import visible

__all__ = ["Wanted", "checked", "composed", "read_back", "require"]

_NAME = "transaction_custom_fields"
_ROWS = (FieldRow(_NAME, "TxnCustomFields", "custom_fields", rest1=None, create=True),)
_TOLD = (("fields", "CustomFields"), ("fields[CustomFields]", "Type,MaxValues"))


class Wanted(NamedTuple):
    """Values by name, and what is sent: RT's JSON by the field's number."""

    values: Mapping[str, Tuple[str, ...]] = EMPTY
    sent: Mapping[str, Any] = EMPTY


def checked(given: Any) -> Dict[str, Tuple[Any, ...]]:
    """The argument, checked; nothing for KEEP. Raises: UsageError."""
    found: Dict[str, Tuple[Any, ...]] = limits.checked(_ROWS, {_NAME: given}).get(_NAME, {})
    return found


def composed(context: Context, ticket_id: int,
             given: Mapping[str, Tuple[Any, ...]]) -> Operation[Wanted]:
    """The values by the names that RT shows. Requests: 1, none for none.

    Raises: InvalidValue for a name that no field of the ticket's messages has; NotFound,
        PermissionDenied for the ticket; what `write.custom_value` raises.
    """
    if not given:
        return Wanted()
    about = f"read the fields of messages on ticket {ticket_id}"
    first = yield Request("POST", f"ticket/{ticket_id}/history", json=[], about=about,
                          query=(("per_page", "1"), ("page", "1"), ("orderby", "id"),
                                 ("order", "ASC"), *_TOLD))
    items = read_json(first).get("items") or ()
    if not items:
        yield from visible(ticket_id, about)
    kinds = read.field_kinds(items[0].get("CustomFields") if items else None)
    named = write.custom_names(given, kinds, f"a message on ticket {ticket_id}")
    if any(kinds[name].type == "DateTime" for name in named):
        yield from known_zone(context)
    sent = {str(kinds[name].id): write.custom_value(context, kinds[name], several, name)
            for name, several in named.items() if several}
    return Wanted(named, sent)


def read_back(recorded: Receipt, wanted: Wanted) -> Operation[Receipt]:
    """The receipt of a recorded message with what became of its fields. Requests: 1, none where
    RT did not tell the transaction: then they are unverified."""
    flat = {_receipt_name(name): several for name, several in wanted.values.items()}
    stored: Optional[Mapping[str, Tuple[str, ...]]] = None
    if recorded.transaction_id is not None:
        answer = read_json((yield Request(
            "POST", "transactions", query=(("per_page", "1"), *_TOLD),
            json=[{"field": "id", "operator": "=", "value": str(recorded.transaction_id)}],
            about=f"read back transaction {recorded.transaction_id}")))
        items = answer.get("items") or ()
        stored = read.custom_fields(items[0].get("CustomFields")) if items else None
    after = {_receipt_name(name): several for name, several in (stored or {}).items()}
    for name, several in flat.items():
        if sorted(after.get(name, ())) == sorted(several):
            flat[name] = after.get(name, several)
    decided = receipts.decide(flat, {name: () for name in flat}, after)
    return replace(recorded, changed=recorded.changed + decided.changed,
                   unchanged=recorded.unchanged + decided.unchanged, altered=decided.altered,
                   refused=recorded.refused + decided.refused,
                   unverified=recorded.unverified + decided.unverified)


def require(recorded: Receipt, wanted: Wanted, request: Request) -> Receipt:
    """The receipt. Raises: InvalidValue with it where a field was refused."""
    failed = receipts.failed(recorded, {_receipt_name(name): several
                                        for name, several in wanted.values.items()})
    if failed:
        raise InvalidValue(f"the message was recorded, and RT refused "
                           f"{', '.join(failed)}", code=201, receipt=recorded,
                           request=request.line, messages=recorded.messages)
    return recorded


def _receipt_name(name: str) -> str:
    return f"{_NAME}[{name}]"
