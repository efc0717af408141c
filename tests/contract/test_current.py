"""Whether a record is current, on real servers."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Tuple

import pytest

from rtcompat import NOT_LOADED, Asset, Resources, Tracker, Unsupported, Watcher
from tests.connections import Connections
from tests.contract.matrix import surface
from tests.request_counts import sent

pytestmark = pytest.mark.live


#: Lets a new user own tickets of a new queue.
OWNS = """
my $queue = RT::Queue->new(RT->SystemUser); $queue->Load({queue});
my $user = RT::User->new(RT->SystemUser); $user->Load({user});
my ($done, $said) = $user->PrincipalObj->GrantRight(Object => $queue, Right => "OwnTicket");
die $said unless $done;
"""
Place = Tuple[Tracker, str, Connections, str]


@pytest.fixture(name="at", params=surface(), ids="-".join)
def _at(request: pytest.FixtureRequest,
        connections: Connections) -> Place:
    name, protocol = request.param
    return connections.tracker(name, "root", protocol), protocol, connections, name


def moves(rt: Tracker, read: Callable[[], Any], *changes: Callable[[], object]) -> None:
    """A record is current until each of these changes, and again when it was read anew."""
    for change in changes:
        before = read()
        assert rt.is_current(before)
        change()
        after = read()
        assert not rt.is_current(before) and rt.is_current(after)
        if getattr(before, "etag", NOT_LOADED) is not NOT_LOADED:
            assert int(before.etag) < int(after.etag)


def test_users_queues_and_groups_are_current_until_they_change(at: Place) -> None:
    rt, protocol, _, _ = at
    number = rt.create_ticket("General", subject="for a name", read_back=False).id
    user = rt.create_user(f"current-{number}", read_back=False).id or 0
    group = rt.create_group(f"current {number}", read_back=False).id or 0
    queue = rt.create_queue(f"current {number}", read_back=False).id or 0
    told = [rt.get_user(user).etag, rt.get_group(group).etag, rt.get_queue(queue).etag]
    assert all(one.isdigit() if protocol == "rest2" else one is NOT_LOADED for one in told)
    moves(rt, lambda: rt.get_user(user), lambda: rt.edit_user(user, real_name="A"),
          lambda: rt.edit_user(user, real_name="B"), lambda: rt.edit_user(user, disabled=True))
    moves(rt, lambda: rt.get_group(group), lambda: rt.edit_group(group, description="A"),
          lambda: rt.edit_group(group, disabled=True))
    if protocol == "rest2":
        moves(rt, lambda: rt.get_group(group), lambda: rt.add_group_members(group, [27]),
              lambda: rt.remove_group_members(group, [27]))
        moves(rt, lambda: rt.get_queue(queue), lambda: rt.edit_queue(queue, cc=["alice"]),
              lambda: rt.edit_queue(queue, subject_tag=f"tag {number}"))
    moves(rt, lambda: rt.get_queue(queue), lambda: rt.edit_queue(queue, description="A"),
          lambda: rt.edit_queue(queue, disabled=True))


def test_the_rest_is_current_until_it_changes(at: Place) -> None:
    rt, protocol, _, _ = at
    if protocol == "rest1":
        with pytest.raises(Unsupported):
            rt.is_current(Asset(1, name="a"))
        return
    number = rt.create_ticket("General", subject="for a name", read_back=False).id
    catalog = rt.create_catalog(f"current {number}", read_back=False).id or 0
    assert rt.get_catalog(catalog).etag.isdigit()
    moves(rt, lambda: rt.get_catalog(catalog), lambda: rt.edit_catalog(catalog, held_by=["alice"]),
          lambda: rt.edit_catalog(catalog, description="A"))
    asset = rt.create_asset(catalog, name="A", read_back=False).id or 0
    moves(rt, lambda: rt.get_asset(asset), lambda: rt.edit_asset(asset, contacts=["alice"]))
    held = rt.get_asset(asset)
    rt.delete_asset(asset)
    assert not rt.is_current(held)
    rt.disable_catalog(catalog)
    field = rt.create_custom_field(f"current {number}", type="Select", max_values=1).id or 0
    # RT writes no transaction of a custom field, and its LastUpdated leaves values out.
    moves(rt, lambda: rt.get_custom_field(field), lambda: rt.add_custom_field_value(field, "one"),
          lambda: rt.disable_custom_field(field))
    role = next(iter(rt.search_custom_roles()))
    assert rt.is_current(role) and rt.is_current(rt.get_custom_role(role.id))
    assert rt.is_current(next(iter(rt.search_classes())))


def test_others_see_a_change_too_or_have_no_etag(at: Place) -> None:
    rt, protocol, connections, name = at
    alice = connections.tracker(name, "alice", protocol)
    number = rt.create_ticket("General", subject="for a name", read_back=False).id
    group = rt.create_group(f"current {number}", read_back=False).id or 0
    moves(alice, lambda: alice.get_group(group),
          lambda: rt.edit_group(group, description="A"), lambda: rt.disable_group(group))
    assert alice.is_current(alice.get_user("alice")) and alice.is_current(alice.get_queue(1))
    nora = connections.tracker(name, "nora", protocol)
    summary = nora.get_user("gerda")
    assert summary.etag is NOT_LOADED and nora.is_current(summary)
    assert not nora.is_current(rt.get_queue("General"))


def test_a_cache_asks_whether_an_old_record_changed(at: Place) -> None:
    rt, protocol, _, _ = at
    group = Resources(rt, cache_age=0).groups(rt.get_group("staff").id)
    assert group.name == "staff"
    with sent() as lines:
        assert (group.name, group.name) == ("staff", "staff")
    assert [line.partition(" ")[0] for line in lines] == (
        ["HEAD"] * 2 if protocol == "rest2" else ["GET"] * 2)


def test_a_renamed_queue_and_owner_change_a_ticket_without_an_etag(at: Place) -> None:
    rt, _, connections, name = at
    number = rt.create_ticket("General", subject="for a name", read_back=False).id
    queue = rt.create_queue(f"renamed {number}", read_back=False).id or 0
    user = rt.create_user(f"renamed-{number}", privileged=True, read_back=False).id or 0
    connections.server(name).perl(OWNS.format(queue=queue, user=user))
    ticket = rt.create_ticket(queue, subject="a ticket", owner=f"renamed-{number}").id or 0
    changes: Tuple[Callable[[], object], ...] = (
        lambda: rt.edit_queue(queue, name=f"renamed {number} again"),
        lambda: rt.edit_user(user, name=f"renamed-{number}-again"))
    for change in changes:
        before = rt.get_ticket(ticket)
        assert before.etag is NOT_LOADED and rt.is_current(before)
        change()
        after = rt.get_ticket(ticket)
        assert after.last_updated == before.last_updated
        assert not rt.is_current(before) and rt.is_current(after)
    rt.disable_queue(queue)
    rt.disable_user(user)


def test_an_asset_is_not_current_when_another_group_holds_it(at: Place) -> None:
    rt, protocol, _, _ = at
    if protocol == "rest1":
        return
    number = rt.create_ticket("General", subject="for a name", read_back=False).id
    groups = [rt.create_group(f"holds {number} {n}", read_back=False).id or 0 for n in (1, 2)]
    one, other = (Watcher(None, kind="group", id=group) for group in groups)
    asset = rt.create_asset(1, name="A", held_by=[one]).id or 0
    before = rt.get_asset(asset)
    assert [(who.kind, who.id, who.email) for who in before.held_by] == [
        ("group", groups[0], None)]
    moves(rt, lambda: rt.get_asset(asset), lambda: rt.edit_asset(asset, held_by=[other]))
    now = rt.get_asset(asset)
    assert not rt.is_current(replace(now, held_by=before.held_by)) and rt.is_current(now)
    rt.delete_asset(asset)
    for group in groups:
        rt.disable_group(group)
