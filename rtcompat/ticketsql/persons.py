"""Conditions on people: owner, creator, requestors and the other roles.

RT takes a value of equality for an address (of a role) or a login (of the owner), and for the
number of a person when it is digits. Otherwise than RT: ``NOT LIKE`` and ``Watcher !=`` find
tickets on which nobody fits (RT: somebody does not, where several users fit the value, and for
Watcher always).
Source: RoleLimit of RT::SearchBuilder::Role::Roles, 4.4.6 to 5.0.10.
"""
from __future__ import annotations

import re
from typing import Any, Callable, List, Optional, Tuple, Union

from rtcompat.errors import UsageError
from rtcompat.model import NOT_LOADED, Ticket, Watcher
from rtcompat.ticketsql.comparing import either, opposite, text_test
from rtcompat.ticketsql.known import Setting
from rtcompat.ticketsql.parsing import Condition, wrong
from rtcompat.ticketsql.words import OPPOSITES, PERSON_COLUMNS

__all__ = ["person_test", "login_judge"]

Judge = Callable[[Ticket], Optional[bool]]
#: Of one person: whether they fit, None where their record does not tell.
_Fits = Callable[[Watcher], Optional[bool]]
_ROLES = {"Requestor": ("requestors",), "Requestors": ("requestors",), "Cc": ("cc",),
          "AdminCc": ("admin_cc",), "Watcher": ("requestors", "cc", "admin_cc", "owner")}
_MINE, _MY_NAME = "__CurrentUser__", "__CurrentUserName__"


def _texts(condition: Condition) -> List[str]:
    found: List[str] = []
    for value in condition.values:
        if not isinstance(value, str):
            wrong(condition.place, f"{condition.name} is compared with texts and numbers")
        found.append(value)
    return found


def _myself(setting: Setting) -> str:
    if not setting.login:
        raise UsageError(f"{_MINE}: whose query is it?", argument="user",
                         advice="give the login of the user")
    return setting.login


def login_judge(attribute: str, condition: Condition, setting: Setting
                ) -> Callable[[Any], Optional[bool]]:
    """A test of whatever carries a login in an attribute."""
    denied = condition.operator in OPPOSITES
    tests = [_login_test(value, setting) for value in _texts(condition)]

    def judge(record: Any) -> Optional[bool]:
        login = getattr(record, attribute)
        if login is NOT_LOADED:
            return None
        result = either([test(login) for test in tests])
        return opposite(result) if denied else result
    return judge


def _login_test(value: str, setting: Setting) -> Callable[[str], Optional[bool]]:
    if value == _MINE or value == _MY_NAME:
        value = _myself(setting)
    elif re.fullmatch(r"[0-9]+", value):
        number = int(value)

        def by_number(login: str) -> Optional[bool]:
            user = setting.known.user(login)
            return None if user is None else user.id == number
        return by_number
    wanted = value.lower()
    return lambda login: login.lower() == wanted


def person_test(condition: Condition, setting: Setting) -> Judge:
    """The test of a condition on a role's people."""
    detail = condition.detail.partition("}.")[2] if condition.kind == "role" else condition.detail
    if condition.kind == "owner" and condition.operator in ("=", "!=", "IN", "NOT IN") and (
            detail in ("", "Name")):
        return login_judge("owner", condition, setting)
    people = _people(condition, setting)
    denied = condition.operator in OPPOSITES
    if condition.operator in ("IS", "IS NOT"):
        def is_null(ticket: Ticket) -> Optional[bool]:
            found, whole = people(ticket)
            if found:
                return denied
            return not denied if whole else None
        return is_null
    fits = _fits(condition, detail, setting)

    def judge(ticket: Ticket) -> Optional[bool]:
        found, whole = people(ticket)
        result = either([*(fits(one) for one in found), *(() if whole else (None,))])
        return opposite(result) if denied else result
    return judge


def _people(condition: Condition, setting: Setting
            ) -> Callable[[Ticket], Tuple[List[Watcher], bool]]:
    """What gives a ticket's people in the role, and whether these are all."""
    if condition.kind == "role":
        name = condition.detail.partition("}")[0].lstrip("{").lower()
        return lambda ticket: _in_custom_role(ticket, name)
    roles = ("owner",) if condition.key == "Owner" else _ROLES[condition.key]

    def people(ticket: Ticket) -> Tuple[List[Watcher], bool]:
        found: List[Watcher] = []
        whole = True
        for role in roles:
            value = getattr(ticket, role)
            if value is NOT_LOADED:
                whole = False
            elif role == "owner":
                found.append(_owner(value, setting))
            else:
                found += value
        if condition.key == "Watcher" and ticket.custom_roles is not NOT_LOADED:
            for those in ticket.custom_roles.values():
                found += those
        return found, whole
    return people


def _in_custom_role(ticket: Ticket, name: str) -> Tuple[List[Watcher], bool]:
    if ticket.custom_roles is NOT_LOADED:
        return [], False
    return [one for role, those in ticket.custom_roles.items() if role.lower() == name
            for one in those], True


def _owner(login: str, setting: Setting) -> Watcher:
    user = setting.known.user(login)
    if user is None:
        return Watcher(NOT_LOADED, login)
    return Watcher(user.email or None, login, id=user.id)


def _fits(condition: Condition, detail: str, setting: Setting) -> _Fits:
    positive = OPPOSITES.get(condition.operator, condition.operator)
    tests: List[_Fits] = []
    for value in _texts(condition):
        if value == _MINE:
            tests.append(_is_login(_myself(setting), setting))
            continue
        if value == _MY_NAME:
            value = _myself(setting)
        column = detail or "EmailAddress"
        if positive in ("=", "IN"):
            number = re.fullmatch(r"[0-9]+", value) is not None
            if number and detail in ("", "id"):
                column = "id"
            tests.append(_column_fits(column, text_test("=", value), setting,
                                      group=value if detail in ("", "Name") else ""))
        else:
            tests.append(_column_fits(column, text_test(positive, value), setting))
    shallow = condition.shallow

    def fits(person: Watcher) -> Optional[bool]:
        result = either([test(person) for test in tests])
        if person.kind == "group" and not shallow and result is False:
            return None  # a member may fit
        if shallow and result and person.name is None:
            return None  # REST 1.0 shows the members in the place of the group
        return result
    return fits


def _is_login(login: str, setting: Setting) -> _Fits:
    wanted = login.lower()

    def fits(person: Watcher) -> Optional[bool]:
        name = _column_of(person, "Name", setting)
        return None if name is NOT_LOADED else (name or "").lower() == wanted
    return fits


def _column_fits(column: str, test: Callable[[str], bool], setting: Setting,
                 group: str = "") -> _Fits:
    def fits(person: Watcher) -> Optional[bool]:
        if person.kind == "group":
            return bool(group) and (person.name or "").lower() == group.lower()
        value = _column_of(person, column, setting)
        if value is NOT_LOADED:
            return None
        return value is not None and test(str(value))
    return fits


def _column_of(person: Watcher, column: str, setting: Setting) -> Any:
    """A column of a person, NOT_LOADED where it is not known."""
    own: Union[str, int, None] = NOT_LOADED
    if column == "EmailAddress":
        own = person.email if person.email is not None or person.name else NOT_LOADED
    elif column == "Name" and person.name is not None:
        own = person.name
    elif column == "id" and person.id is not None:
        own = person.id
    if own is not NOT_LOADED:
        return own
    for who in (person.name, person.email, person.id):
        user = setting.known.user(who) if who and who is not NOT_LOADED else None
        if user is not None:
            return getattr(user, PERSON_COLUMNS[column])
    return NOT_LOADED
