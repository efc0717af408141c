"""`Rest1`: every operation of `Tracker` as a generator of REST 1.0 requests.

The operations live by subject: `tickets` (read, search), `editing`, `messages`, `linking`,
`histories`, `attachments`, `people`, `customfields`. Here stands what REST 1.0 as such cannot do.
"""
from __future__ import annotations

from typing import Dict, Mapping

from rtcompat.rest1.bulk import Bulk
from rtcompat.rest1.context import Context
from rtcompat.rest1.current import Current
from rtcompat.rest1.customfields import CustomFields
from rtcompat.tracker.articles import ArticleOperations
from rtcompat.tracker.assets import AssetOperations
from rtcompat.tracker.entries import EntryOperations
from rtcompat.tracker.memberships import MembershipOperations
from rtcompat.tracker.searches import SearchOperations

__all__ = ["Context", "Rest1"]

_SINGLE = ("REST 1.0 replaces whole lists of watchers, and does not show groups and people "
           "without an address in them")
_ROLES = "REST 1.0 knows no custom roles"
_OWN = "REST 1.0 does not know the custom fields of messages; REST2 does"
_DEFINITIONS = "REST 1.0 does not tell or change what custom fields are; REST2 does"
_ASSETS = "REST 1.0 knows no assets and catalogs; REST2 does"
_ARTICLES = "REST 1.0 knows no articles and classes; REST2 does"
_SEARCHES = "REST 1.0 searches by TicketSQL only; REST2 knows saved and simple searches"
_ENTRIES = "REST 1.0 searches tickets, users, queues and groups only; REST2 could"
_VALUES = "REST 1.0 shows custom fields of users, groups and queues, and does not change them"
_WATCHING = "REST 1.0 does not know who watches a queue; REST2 does"
_HISTORIES = "REST 1.0 has histories of tickets only; REST2 has others"
_MEMBERS = "REST 1.0 lists the members of a group, and does not change them; REST2 does"
_DISABLED = "REST 1.0 searches among the enabled records, or lists the disabled ones"
_ORDER = "REST 1.0 finds these in no order"
_DOWNLOADS = "REST 1.0 does not give the contents of custom fields; REST2 does"


def _all_of(subject: type, reason: str) -> Dict[str, str]:
    """A reason for every operation of a subject of the contract."""
    return {name: reason for name in vars(subject) if not name.startswith("_")}


class Rest1(Bulk, CustomFields, Current):
    """The operations over REST 1.0 (RT 3.4 to 6.0).

    Args:
        context: what the connection knows, shared by all operations of one login.
    """

    NAME = "rest1"
    BASE = "REST/1.0/"
    #: ``operation`` or ``operation(argument)`` -> why REST 1.0 cannot; refused before sending.
    UNSUPPORTED: Mapping[str, str] = {
        "create_ticket(custom_roles)": _ROLES,
        "edit_ticket(custom_roles)": _ROLES,
        "edit_ticket(add_requestors)": _SINGLE,
        "edit_ticket(remove_requestors)": _SINGLE,
        "edit_ticket(add_cc)": _SINGLE,
        "edit_ticket(remove_cc)": _SINGLE,
        "edit_ticket(add_admin_cc)": _SINGLE,
        "edit_ticket(remove_admin_cc)": _SINGLE,
        "reply(transaction_custom_fields)": _OWN,
        "comment(transaction_custom_fields)": _OWN,
        "get_history(custom_fields)": _OWN,
        "get_transaction(custom_fields)": _OWN,
        **{f"{verb}_{kind}({name})": f"REST 1.0's form of a {kind} has no {name}"
           for verb in ("create", "edit") for kind, name in (
               ("user", "timezone"), ("queue", "lifecycle"), ("queue", "sort_order"),
               ("queue", "subject_tag"))},
        **{f"{verb}_{kind}(custom_fields)": _VALUES for verb in ("create", "edit")
           for kind in ("user", "group", "queue")},
        "edit_queue(cc)": _WATCHING,
        "edit_queue(admin_cc)": _WATCHING,
        **{f"get_{kind}_history": _HISTORIES for kind in ("user", "group", "queue")},
        **{f"search_{kind}({argument})": reason for kind in ("users", "groups", "queues")
           for argument, reason in (("order", _ORDER), ("include_disabled", _DISABLED))},
        "add_group_members": _MEMBERS,
        "remove_group_members": _MEMBERS,
        "remove_all_group_members": _MEMBERS,
        "get_group_members(recursive)": "REST 1.0 lists the direct members of a group",
        **_all_of(MembershipOperations, "REST 1.0 does not tell the groups of a user; REST2 does"),
        "get_custom_field": _DEFINITIONS,
        "search_custom_fields": _DEFINITIONS,
        "create_custom_field": _DEFINITIONS,
        "edit_custom_field": _DEFINITIONS,
        "disable_custom_field": _DEFINITIONS,
        "get_custom_field_values": _DEFINITIONS,
        "get_custom_field_value": _DEFINITIONS,
        "add_custom_field_value": _DEFINITIONS,
        "edit_custom_field_value": _DEFINITIONS,
        "remove_custom_field_value": _DEFINITIONS,
        "read_custom_field_content": _DOWNLOADS,
        "save_custom_field_content": _DOWNLOADS,
        **_all_of(AssetOperations, _ASSETS),
        **_all_of(ArticleOperations, _ARTICLES),
        **_all_of(SearchOperations, _SEARCHES),
        **_all_of(EntryOperations, _ENTRIES),
        "get_custom_role": f"{_ROLES}; REST2 does",
        "search_custom_roles": f"{_ROLES}; REST2 does",
    }
