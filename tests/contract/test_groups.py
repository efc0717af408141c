"""Groups, memberships, and what is searched, disabled and remembered of users and queues."""
from __future__ import annotations

from dataclasses import fields
from typing import Any, Iterator, List, Tuple

import pytest

from rtcompat import (NOT_LOADED, InvalidValue, NotFound, PermissionDenied, System, Tracker,
                      Unsupported, UsageError, where)
from rtcompat import fields as table
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live

#: One that has all that the path, a form and a search may stumble over.
AWKWARD = "O'Group \"{}\" & Söhne"


def unique(tracker: Tracker) -> str:
    """A number that this server has not seen."""
    return str(tracker.create_ticket("General", subject="for a name", read_back=False).id)


@pytest.fixture(name="made", params=surface(), ids="-".join)
def _made(request: pytest.FixtureRequest,
          connections: Connections) -> Iterator[Tuple[Tracker, int, str]]:
    """Root's tracker, and a group of our own, which is disabled in the end."""
    name, protocol = request.param
    root = connections.tracker(name, "root", protocol)
    called = AWKWARD.format(unique(root))
    done = root.create_group(called, description="Größe & more")
    assert done.id and set(done.changed) == {"name", "description"}
    yield root, done.id, called
    root.edit_group(done.id, disabled=True, read_back=False)


def shared(one: Any, other: Any) -> List[str]:
    """Names of the attributes that both records transmit; they are alike."""
    named = [each.name for each in fields(one) if each.compare
             and NOT_LOADED not in (getattr(one, each.name), getattr(other, each.name))]
    assert [getattr(one, name) for name in named] == [getattr(other, name) for name in named]
    return named


# -- groups ---------------------------------------------------------------------------------------

def test_groups_are_made_found_edited_and_disabled(made: Tuple[Tracker, int, str]) -> None:
    root, number, called = made
    group = root.get_group(called)
    assert (group.id, group.name, group.description) == (number, called, "Größe & more")
    assert root.get_group(number) == group and not group.disabled
    found = list(root.search_groups([where("name", "=", called), where("id", ">", 0)]))
    assert [(one.id, one.disabled) for one in found] == [(number, False)]
    assert shared(found[0], group)
    assert not list(root.search_groups([where("name", "=", called), where("id", "<", number)]))
    edited = root.edit_group(called, description="", name=called + "!")
    assert set(edited.changed) == {"name", "description"} and edited.id == number
    assert root.edit_group(number, description="").unchanged == ("description",)
    assert root.edit_group(number, name=called, read_back=False).unverified == ("name",)
    assert root.disable_group(number).changed == ("disabled",)
    assert root.get_group(called).disabled and root.get_group(number).disabled
    assert number not in [one.id for one in root.search_groups()]
    assert root.edit_group(called, disabled=False).changed == ("disabled",)


def test_a_group_is_refused_by_its_name_and_for_want_of_a_right(
        connections: Connections) -> None:
    for name, protocol in surface():
        root = connections.tracker(name, "root", protocol)
        staff = root.get_group("staff").id
        with pytest.raises(InvalidValue):
            root.create_group("staff")
        with pytest.raises(InvalidValue):
            root.create_group("3285832")
        with pytest.raises(InvalidValue) as caught:
            root.edit_group("watchers-group", name="staff")
        assert caught.value.receipt is not None and caught.value.receipt.refused == ("name",)
        for missing in ("no such group", 99999999):
            with pytest.raises(NotFound):
                root.get_group(missing)
            with pytest.raises(NotFound):
                root.edit_group(missing, description="x")
        for field in ("domain", "disabled", "description!"):
            with pytest.raises(UsageError):
                root.search_groups([where(field, "=", "x")])
        for login in ("alice", "gerda", "nora"):
            other = connections.tracker(name, login, protocol)
            with pytest.raises(PermissionDenied):
                other.create_group("not by them")
            with pytest.raises(PermissionDenied):
                other.edit_group(staff, description="not by them")
        assert root.get_group(staff).description == "The staff group"
        nora = connections.tracker(name, "nora", protocol)
        assert not list(nora.search_groups())
        with pytest.raises(NotFound):
            nora.get_group("staff")


def test_members_come_and_go(made: Tuple[Tracker, int, str], connections: Connections) -> None:
    root, number, called = made
    if root.server().protocol == "rest1":
        with pytest.raises(Unsupported):
            root.add_group_members(number, ["alice"])
        return
    watchers = root.get_group("watchers-group")
    added = root.add_group_members(called, ["alice", "gerda@example.org", watchers])
    assert set(added.changed) == {"members[alice]", "members[gerda@example.org]",
                                  "members[watchers-group]"}
    assert root.add_group_members(number, ["ALICE"]).unchanged == ("members[ALICE]",)
    direct = list(root.get_group_members(called))
    assert [(one.kind, one.name) for one in direct] == [
        ("user", "alice"), ("user", "gerda"), ("group", "watchers-group")]
    below = list(root.get_group_members(number, recursive=True, kind="user"))
    assert [one.name for one in below] == ["alice", "gerda", "member-one", "member-two"]
    assert list(root.get_group_members(number, kind="group")) == direct[2:]
    with pytest.raises(InvalidValue, match="nobody-of-this-name"):
        root.add_group_members(number, ["nobody-of-this-name"])
    with pytest.raises(InvalidValue) as caught:
        root.add_group_members(number, [number, "yorick"])
    assert caught.value.receipt is not None
    assert caught.value.receipt.refused == (f"members[{number}]",)
    assert caught.value.receipt.changed == ("members[yorick]",)
    removed = root.remove_group_members(number, [direct[0], "nora"])
    assert removed.changed == ("members[alice]",) and removed.unchanged == ("members[nora]",)
    assert len(root.remove_all_group_members(number).changed) == 3
    assert not list(root.get_group_members(number))
    assert root.remove_all_group_members(number).changed == ()
    name = next(name for name, protocol in surface("rest2")
                if connections.server(name).url == root.server().url)
    alice = connections.tracker(name, "alice", "rest2")
    for act, given in ((alice.add_group_members, ["alice"]), (alice.add_group_members, [27]),
                       (alice.remove_group_members, ["gerda"])):
        for read_back in (True, False):
            with pytest.raises(PermissionDenied):
                act(43, given, read_back=read_back)
    with pytest.raises(PermissionDenied):
        alice.remove_all_group_members(43, read_back=False)


def test_members_are_the_same_over_both_protocols(connections: Connections) -> None:
    rest1, rest2 = (connections.tracker("5.0.3", "root", one) for one in ("rest1", "rest2"))
    called = f"members {unique(rest2)}"
    made = rest2.create_group(called)
    assert made.id
    quoted = rest2.create_user(f"{called} quoted", real_name='A "B", <c> [d]',
                               email=f"quoted{made.id}@example.org")
    bare = rest2.create_user(f"{called} bare", real_name="Without, address")
    assert quoted.id and bare.id
    try:
        rest2.add_group_members(made.id, [quoted.id, bare.id, "alice", 44])
        over1, over2 = (list(one.get_group_members(called)) for one in (rest1, rest2))
    finally:
        for number in (quoted.id, bare.id):
            rest2.disable_user(number)
        rest2.disable_group(made.id)
    assert {one.email for one in over1} == {one.email for one in over2} == {
        None, "alice@example.org", f"quoted{made.id}@example.org"}
    assert [one.name for one in over1 if one.kind == "group"] == ["watchers-group"]
    assert len(over1) == len(over2) == 4


# -- memberships ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_users_join_and_leave_groups(name: str, protocol: str, connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    login = f"member/{unique(root)}"
    made = root.create_user(login, email=f"{login.replace('/', '.')}@example.org")
    assert made.id
    groups = [f"{kind} for {login}" for kind in ("one", "another")]
    numbers = [root.create_group(one).id or 0 for one in groups]
    try:
        assert root.get_memberships(login) == ()
        done = root.join_groups(login, [groups[0], numbers[1]])
        assert set(done.changed) == {f"groups[{groups[0]}]", f"groups[{numbers[1]}]"}
        assert [one.id for one in root.get_memberships(made.id)] == numbers
        first = root.get_memberships(login)[0]
        assert shared(first, root.get_group(groups[0]))
        assert root.join_groups(login, [first]).unchanged == (f"groups[{groups[0]}]",)
        left = root.leave_groups(login, [first])
        assert left.changed == (f"groups[{groups[0]}]",) and done.id == left.id == made.id
        assert root.leave_groups(made.id).changed == (f"groups[{numbers[1]}]",)
        assert root.get_memberships(login) == ()
    finally:
        for number in numbers:
            root.disable_group(number)
    for missing in ("nobody-of-this-name", 99999999):
        with pytest.raises(NotFound):
            root.get_memberships(missing)
        with pytest.raises(NotFound):
            root.join_groups(missing, ["staff"])
    with pytest.raises(NotFound):
        root.join_groups(login, ["no such group"])
    root.disable_user(login)
    alice = connections.tracker(name, "alice", protocol)
    for act in (lambda: alice.get_memberships("gerda"), lambda: alice.join_groups("alice", [44]),
                lambda: alice.leave_groups("gerda", ["staff"])):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("name, protocol", surface())
def test_whose_name_is_no_path_is_enabled_by_it_again(name: str, protocol: str,
                                                      connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    number = unique(root)
    for kind in ("user", "queue", "group"):
        create, get, edit, disable = (
            getattr(root, f"{verb}_{kind}") for verb in ("create", "get", "edit", "disable"))
        for called in (f"No/path {number}", f"No, path {number}",
                       *(["8" + number] if kind == "user" else [])):
            made = create(called)
            assert disable(called).changed == ("disabled",)
            assert get(called) == get(called.upper()) == get(made.id) and get(called).disabled
            assert edit(called, disabled=False).changed == ("disabled",)
            assert not get(called).disabled
            edit(made.id, disabled=True, read_back=False)
        with pytest.raises(NotFound):
            get(f"no/{kind} {number}")


# -- users ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, protocol", surface())
def test_users_are_found_by_address_searched_and_disabled(
        name: str, protocol: str, connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    number = unique(root)
    login, mail = f"by/address {number}", f"By.Address.{number}@example.org"
    made = root.create_user(login, email=mail, home_phone="+49 1", city="Köln")
    digits = root.create_user("7" + number)
    assert made.id and digits.id
    user = root.get_user(made.id)
    assert root.get_user(mail.lower()) == root.get_user(login) == user
    assert root.get_user("7" + number).id == digits.id != root.get_user(root.whoami().id).id
    with pytest.raises(NotFound):
        root.get_user("nobody-of-this-address@example.org")
    found = list(root.search_users([where("email", "=", mail), where("city", "LIKE", "öl")]))
    assert [one.id for one in found] == [made.id]
    assert "home_phone" in shared(found[0], user) and not found[0].disabled
    assert not list(root.search_users([where("email", "=", mail), where("city", "=", "Ulm")]))
    for field in ("home_phone", "id", "privileged", "nonsense"):
        with pytest.raises(UsageError):
            root.search_users([where(field, "=", "1")])
    assert root.disable_user(login).changed == ("disabled",)
    assert not list(root.search_users([where("email", "=", mail)]))
    if protocol == "rest2":
        again = list(root.search_users([where("email", "=", mail)], include_disabled=True))
        assert [(one.id, one.disabled) for one in again] == [(made.id, True)]
        assert [one.type for one in root.get_user_history(login)][0] == "Create"
    root.disable_user(digits.id)
    alice = connections.tracker(name, "alice", protocol)
    with pytest.raises(PermissionDenied):
        alice.disable_user("gerda")
    if protocol == "rest1":
        with pytest.raises(PermissionDenied):
            alice.search_users([where("name", "=", "gerda")])
        return
    gerda = list(alice.search_users([where("name", "=", "gerda")]))[0]
    assert gerda.lang == "de" and gerda.home_phone is NOT_LOADED
    with pytest.raises(PermissionDenied):
        alice.get_user_history("gerda")


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_no_condition_is_passed_over(name: str, protocol: str,
                                     connections: Connections) -> None:
    """RT finds everything by a column that it does not know: each that we send finds nothing."""
    root = connections.tracker(name, "root", protocol)
    for rows, search in ((table.USER, root.search_users), (table.GROUP, root.search_groups),
                         (table.QUEUE, root.search_queues)):
        for row in rows:
            if row.search and row.kind == "flag":
                sides = [{one.id for one in search([where(row.name, "=", side)])}
                         for side in (True, False)]
                assert not sides[0] & sides[1], row.name
            elif row.search:
                impossible = -5 if row.kind == "number" else "no-such-value"
                assert not list(search([where(row.name, "=", impossible)])), row.name
        assert list(search(order=f"-{rows[1].name}"))
    names = [one.name for one in root.search_queues(order="-name")]
    assert sorted(names, key=str.lower) == names[::-1] and len(set(names)) == len(names) > 1


# -- queues ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, protocol", surface())
def test_queues_are_searched_watched_and_disabled(name: str, protocol: str,
                                                  connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    title = f"Durchsucht ü {unique(root)}"
    made = root.create_queue(title, description="searched")
    assert made.id
    try:
        found = list(root.search_queues([where("name", "LIKE", title[:-1]),
                                         where("description", "=", "searched")]))
        assert [one.id for one in found][-1] == made.id
        assert shared(found[-1], root.get_queue(made.id))
        if protocol == "rest2":
            done = root.edit_queue(made.id, cc=["gerda@example.org", "alice"], admin_cc=["uwe"])
            assert set(done.changed) == {"cc", "admin_cc"}
            queue = root.get_queue(title)
            assert [one.name for one in queue.cc] == ["alice", "gerda"]
            assert [one.email for one in queue.admin_cc] == ["uwe@example.org"]
            assert root.edit_queue(made.id, cc=queue.cc).unchanged == ("cc",)
            assert root.edit_queue(made.id, cc=[], read_back=False).unverified == ("cc",)
            assert root.get_queue(made.id).cc == ()
            with pytest.raises(InvalidValue):
                root.edit_queue(made.id, cc=["nobody-of-this-name"])
            assert [one.type for one in root.get_queue_history(made.id)][0] == "Create"
        else:
            assert root.get_queue(made.id).cc is NOT_LOADED
    finally:
        assert root.disable_queue(made.id).changed == ("disabled",)
    disabled = [one.id for one in root.search_queues([where("disabled", "=", True)])]
    assert made.id in disabled and made.id not in [one.id for one in root.search_queues()]
    for login in ("alice", "nora"):
        with pytest.raises(PermissionDenied):
            connections.tracker(name, login, protocol).disable_queue(1)


def test_lists_are_the_same_over_both_protocols(connections: Connections) -> None:
    rest1, rest2 = (connections.tracker("5.0.3", "root", one) for one in ("rest1", "rest2"))
    for search in ("groups", "queues", "users"):
        conditions = [where("name", "LIKE", "e"), where("name", "NOT LIKE", "counted")]
        over1, over2 = (list(getattr(one, f"search_{search}")(conditions))
                        for one in (rest1, rest2))
        own = [one for one in over2 if one.name not in ("RT_System", "Nobody")]
        known = {one.id: one for one in own}
        both = [(one, known[one.id]) for one in over1 if one.id in known]
        # Others make and disable records at the same time.
        assert both and all("name" in shared(one, other) for one, other in both)


@pytest.mark.parametrize("name, protocol", surface())
def test_the_system_tells_its_version(name: str, protocol: str,
                                      connections: Connections) -> None:
    for login in ("root", "alice"):
        tracker = connections.tracker(name, login, protocol)
        told = tracker.get_system()
        hidden = None if login == "alice" else ()
        assert told == System(tracker.server().version,
                              NOT_LOADED if protocol == "rest1" else hidden)
