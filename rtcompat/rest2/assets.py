"""Assets and catalogs over REST2."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple, Union

from rtcompat import fields, limits
from rtcompat.conditions import Condition, listed
from rtcompat.errors import InvalidValue, NotFound, PermissionDenied, Refused, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import Asset, Catalog, Links, Page, Receipt, Transaction
from rtcompat.rest2 import fetching, read, records, searching
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context, FieldKind
from rtcompat.rest2.linking import change_links
from rtcompat.rest2.logins import owner_sent, with_numbers
from rtcompat.rest2.outcomes import says_denied
from rtcompat.rest2.paging import PER_PAGE, all_items, collection
from rtcompat.rest2.recordkinds import FieldsFrom, RecordKind
from rtcompat.rest2.recordparts import recorded
from rtcompat.rest2.tickets import found_page

__all__ = ["ASSET", "CATALOG", "get", "search", "create", "edit", "delete", "get_links",
           "edit_links", "get_catalog", "search_catalogs", "create_catalog", "edit_catalog",
           "disable_catalog", "catalog_history", "fields_of_container", "numbered", "contained",
           "in_no_such"]

Name = Union[str, int]
_ROLES = ("held_by", "contacts")


def _asset(raw: Mapping[str, Any]) -> Asset:
    return Asset(**fetching.values_of_rows(fields.ASSET, raw))


def _catalog(raw: Mapping[str, Any]) -> Catalog:
    return Catalog(**fetching.values_of_rows(fields.CATALOG, raw))


def fields_of_container(container: RecordKind, attribute: str) -> FieldsFrom:
    """For `RecordKind.fields_from`: the custom fields of what a catalog or class holds.
    Requests: 2 once a catalog and login, 1 for one by number."""
    def ask(context: Context, wanted: Mapping[str, Any],
            about: str) -> Operation[Dict[str, FieldKind]]:
        key = f"{container.name}\n{wanted[attribute]}"  # as no queue is named
        known = context.queue_fields(key)
        if known is None:
            number = yield from records.number_of(container, wanted[attribute])
            known = read.field_kinds(list((yield from all_items(collection(
                f"{container.name}/{number}/customfields", (),
                (("fields", "Name,Type,MaxValues"),), about)))))
            context.learn_queue_fields(key, known)
        return known
    return ask


_OF_CATALOG = RecordKind("catalog", "catalogs", fields.CATALOG, _catalog,
                         denied_as_missing=True, tagged=True)
CATALOG = replace(_OF_CATALOG, unlisted=_ROLES, fetch=fetching.with_addresses(_OF_CATALOG))
_OF_ASSET = RecordKind(
    "asset", "assets", fields.ASSET, _asset, named=False,
    nested=(("fields[Catalog]", "id,Name"), ("fields[CustomFields]", "Type,MaxValues"),
            *((f"fields[{role}]", fetching.PEOPLE) for role in ("HeldBy", "Contact"))),
    fields_from=fields_of_container(CATALOG, "catalog"))
ASSET = replace(_OF_ASSET, fetch=fetching.by_collection(_OF_ASSET))


# -- what a catalog or class holds ----------------------------------------------------------------

def contained(container: RecordKind, who: Name, read_back: bool) -> Operation[Name]:
    """A catalog's or class's name, to compare with what is stored: what is given by number is
    asked for, where it is needed. Requests: 0; by number 1.

    Returns: as given where we may not see it.
    """
    if not read_back or isinstance(who, str) and not who.isdigit():
        return who
    try:
        return str((yield from records.get(container, int(who))).name)
    except (NotFound, PermissionDenied):
        return who


def numbered(container: RecordKind, attribute: str,
             conditions: Iterable[Condition]) -> Operation[Tuple[Condition, ...]]:
    """Conditions in which a catalog or class is its number, which RT's column holds.

    Raises: UsageError for an operator that means nothing of numbers; NotFound.
    Requests: 1 for each name.
    """
    found = []
    for one in listed(conditions):
        if not isinstance(one, Condition) or one.field != attribute:
            found.append(one)
            continue
        if one.operator not in ("=", "!=", "IN", "NOT IN"):
            raise UsageError(f"{attribute} is compared by =, !=, IN and NOT IN",
                             argument="conditions")
        several = one.value if isinstance(one.value, tuple) else (one.value,)
        numbers = []
        for each in several:
            if not isinstance(each, (str, int)):
                raise UsageError(f"{attribute} is a name or a number, not {each!r}",
                                 argument="conditions")
            numbers.append((yield from records.number_of(container, each)))
        found.append(replace(one, value=tuple(numbers) if isinstance(one.value, tuple)
                             else numbers[0]))
    return tuple(found)


# -- assets ---------------------------------------------------------------------------------------

def get(asset_id: int) -> Operation[Asset]:
    """See `Tracker.get_asset`."""
    asset: Asset = yield from records.get(ASSET, limits.positive_id(asset_id, "asset_id"))
    return asset


def search(conditions: Iterable[Condition], query: Optional[str], order: Optional[str],
           cursor: Any) -> Operation[Page[Asset]]:
    """See `Tracker.search_assets`."""
    if query is not None:
        if listed(conditions):
            raise UsageError("give conditions or a query", argument="query")
        return (yield from _by_query(query, order, cursor))
    if cursor is None:
        conditions = yield from numbered(CATALOG, "catalog", conditions)
    return (yield from searching.search(ASSET, conditions, order, False, cursor))


def _by_query(query: str, order: Optional[str], cursor: Any) -> Operation[Page[Asset]]:
    """A page of what AssetSQL finds, walked as TicketSQL is."""
    text = limits.checked_query(query)
    if text.lstrip().startswith("["):
        raise UsageError("query is AssetSQL; RT would take this for JSON", argument="query")
    names = ",".join(row.rest2 for row in fields.ASSET if row.rest2)

    def ask(where: str, parameters: Tuple[Tuple[str, str], ...], page: int) -> Request:
        return Request("GET", "assets", query=(("query", where), ("per_page", str(PER_PAGE)),
                                               ("page", str(page)), *parameters),
                       about="search assets")

    page = yield from found_page(text, searching.ordering(ASSET, order),
                                 (("fields", names), *ASSET.nested), cursor or {"page": 1}, ask)
    return Page(tuple(map(_asset, page.items)), page.cursor, page.total)


def _wanted(context: Context, given: Mapping[str, Any],
            read_back: bool) -> Operation[Tuple[Dict[str, Any], Dict[str, Any]]]:
    """The wanted values as RT keeps them, and what is sent besides: people by number, as RT drops
    those that it had for an unknown login (5.0.10) or crashes (5.0.3)."""
    wanted = yield from with_numbers(context, limits.checked(fields.ASSET, given), _ROLES)
    if "catalog" in wanted:
        wanted["catalog"] = yield from contained(CATALOG, wanted["catalog"], read_back)
    if "owner" not in wanted:
        return wanted, {}
    return wanted, {"Owner": (yield from owner_sent(context, wanted["owner"]))}


def create(context: Context, catalog: Name, given: Mapping[str, Any],
           read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_asset`."""
    wanted, body = yield from _wanted(context, {**given, "catalog": catalog}, read_back)
    try:
        return (yield from records.create(context, ASSET, given["name"], wanted, read_back,
                                          body=body))
    except PermissionDenied as error:
        raise (yield from in_no_such(CATALOG, catalog, error)) from error


def in_no_such(container: RecordKind, who: Name, denied: PermissionDenied) -> Operation[Refused]:
    """The error of a refused creation: RT says the same where there is no such catalog or class.
    Requests: 1."""
    if denied.receipt is not None:
        return denied
    try:
        yield from records.raw_of(container, who)
    except (NotFound, PermissionDenied) as error:
        if error.code == 404:
            return error
        denied.advice = f"or there is no such {container.name}"
    return denied


def edit(context: Context, asset_id: int, given: Mapping[str, Any],
         read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_asset`."""
    limits.positive_id(asset_id, "asset_id")
    wanted, body = yield from _wanted(context, given, read_back)
    return (yield from records.edit(context, ASSET, asset_id, wanted, read_back, body=body))


def delete(context: Context, asset_id: int) -> Operation[Receipt]:
    """See `Tracker.delete_asset`."""
    return (yield from edit(context, asset_id, {"status": "deleted"}, True))


# -- links ----------------------------------------------------------------------------------------

def _record(asset_id: int, about: str) -> Operation[Mapping[str, Any]]:
    raw: Mapping[str, Any] = read_json((yield Request("GET", f"asset/{asset_id}", about=about)))
    return raw


def get_links(asset_id: int) -> Operation[Links]:
    """See `Tracker.get_asset_links`."""
    limits.positive_id(asset_id, "asset_id")
    return read.links((yield from _record(asset_id, f"read the links of asset {asset_id}")))


def edit_links(context: Context, asset_id: int, add: Any, remove: Any, put: Any,
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_asset_links`."""
    limits.positive_id(asset_id, "asset_id")
    about = f"edit the links of asset {asset_id}"
    decided, failed, request = yield from change_links(
        context, f"asset/{asset_id}", lambda: _record(asset_id, about), about, add, remove, put,
        read_back)
    if failed:
        denied = yield from says_denied(context, decided.messages)
        raise (PermissionDenied if denied else InvalidValue)(
            f"RT did not change {', '.join(failed)}", code=200, receipt=decided,
            request=f"PUT REST/2.0/{request.path}", messages=decided.messages)
    return decided


# -- catalogs -------------------------------------------------------------------------------------

def get_catalog(catalog: Name) -> Operation[Catalog]:
    """See `Tracker.get_catalog`."""
    found: Catalog = yield from records.get(CATALOG, catalog)
    return found


def search_catalogs(conditions: Iterable[Condition], order: Optional[str],
                    include_disabled: bool, cursor: Any) -> Operation[Page[Catalog]]:
    """See `Tracker.search_catalogs`."""
    return (yield from searching.search(CATALOG, conditions, order, include_disabled, cursor))


def create_catalog(context: Context, name: str, given: Mapping[str, Any],
                   read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_catalog`."""
    wanted = limits.checked(fields.CATALOG, {**given, "name": name})
    wanted = yield from with_numbers(context, wanted, _ROLES)
    return (yield from records.create(context, CATALOG, name, wanted, read_back))


def edit_catalog(context: Context, catalog: Name, given: Mapping[str, Any],
                 read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_catalog`."""
    wanted = limits.checked(fields.CATALOG, given)
    wanted = yield from with_numbers(context, wanted, _ROLES)
    return (yield from records.edit(context, CATALOG, catalog, wanted, read_back))


def disable_catalog(context: Context, catalog: Name) -> Operation[Receipt]:
    """See `Tracker.disable_catalog`."""
    return (yield from records.disable(context, CATALOG, catalog))


def catalog_history(catalog: Name, cursor: Any) -> Operation[Page[Transaction]]:
    """See `Tracker.get_catalog_history`."""
    return (yield from recorded("RT::Catalog", CATALOG, catalog, cursor))
