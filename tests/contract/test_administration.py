"""Users, queues, watchers, roles and large files: what the ordinary contract does not reach."""
from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from rtcompat import InvalidValue, NotFound, PermissionDenied, Unsupported, Watcher, connect
from tests.connections import Connections
from tests.contract.matrix import both, servers

pytestmark = pytest.mark.live


def unique(protocol: str, connections: Connections, name: str) -> str:
    """A name that this server has not seen, however often the tests ran on it."""
    tracker = connections.tracker(name, "root", protocol)
    made = tracker.create_ticket("General", subject="for a unique name", read_back=False)
    return f"{protocol} {made.id}"


@pytest.mark.parametrize("name, protocol", servers())
def test_users_are_created_edited_and_refused(name: str, protocol: str,
                                              connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    login = "user-" + unique(protocol, connections, name).replace(" ", "-")
    made = root.create_user(login, email=f"{login}@example.org", real_name="Ünïque, Person",
                            password="longer-than-five", privileged=True, city="Köln",
                            comments="two\nlines")
    assert made.id and not made.refused and not made.altered
    user = root.get_user(login)
    assert (user.id, user.name, user.real_name, user.city) == (made.id, login, "Ünïque, Person",
                                                               "Köln")
    assert user.comments == "two\nlines" and user.privileged and not user.disabled
    assert root.get_user(made.id) == user
    edited = root.edit_user(login, real_name="", city="Bonn", lang="de", disabled=False)
    assert set(edited.changed) == {"real_name", "city", "lang"}
    assert edited.unchanged == ("disabled",)
    again = root.get_user(login)
    assert (again.real_name, again.city, again.lang) == ("", "Bonn", "de")
    with pytest.raises(InvalidValue):
        root.create_user(login)
    with pytest.raises(InvalidValue):
        root.edit_user(login, email="alice@example.org")
    for missing in ("no-such-user", 99999999):
        with pytest.raises(NotFound):
            root.get_user(missing)
        with pytest.raises(NotFound):
            root.edit_user(missing, city="x")
    if protocol == "rest1":
        assert root.edit_user(login, password="another-long-one").unverified == ("password",)
        with pytest.raises(InvalidValue) as short:
            root.edit_user(login, password="a")
        assert short.value.receipt and short.value.receipt.refused == ("password",)
        with pytest.raises(InvalidValue) as part:
            root.edit_user(login, password="a", city="Ulm")
        assert part.value.receipt and part.value.receipt.refused == ("password",)
        assert part.value.receipt.changed == ("city",)
        with pytest.raises(PermissionDenied) as denied:
            connections.tracker(name, "alice", protocol).edit_user("root", password="not-by-alice")
        assert denied.value.receipt and denied.value.receipt.refused == ("password",)
        given = {**connections.credentials(name, "root"), "user": login,
                 "password": "another-long-one"}
        with connect(connections.server(name).url, protocol=protocol, **given) as fresh:
            assert fresh.whoami().name == login
    with pytest.raises(PermissionDenied):
        connections.tracker(name, "alice", protocol).create_user("not-by-alice")


@pytest.mark.parametrize("name, protocol", servers())
def test_queues_are_created_edited_and_refused(name: str, protocol: str,
                                               connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    title = "Warteschlange ü " + unique(protocol, connections, name)
    made = root.create_queue(title, description="Größe & more",
                             correspond_address="mail-of-rt@example.org")
    assert made.id and not made.refused and not made.altered
    queue = root.get_queue(title)
    assert (queue.id, queue.name, queue.description) == (made.id, title, "Größe & more")
    assert root.get_queue(made.id) == queue
    edited = root.edit_queue(title, description="", comment_address="comments-of-rt@example.org")
    assert set(edited.changed) == {"description", "comment_address"}
    assert root.edit_queue(made.id, disabled=True).changed == ("disabled",)
    assert root.get_queue(made.id).disabled
    assert title not in [one.name for one in root.get_queues()]
    with pytest.raises(InvalidValue):
        root.create_queue("General")
    for missing in ("No such queue", 99999999):
        with pytest.raises(NotFound):
            root.edit_queue(missing, description="x")
    with pytest.raises(NotFound):
        root.create_ticket("No such queue", subject="x")


@pytest.mark.parametrize("name", both())
def test_single_watchers_come_and_go_and_groups_stay(name: str,
                                                     connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", "rest2")
    number = connections.server(name).ids["tickets"]["groupwatch"]
    # A run that broke off may have left them.
    tracker.edit_ticket(number, remove_cc=["passer-by@example.net"],
                        remove_requestors=["somebody-else@example.net"], read_back=False)
    before = tracker.get_ticket(number)
    groups = [who for who in before.cc if who.kind == "group"]
    assert groups and any(who.kind == "user" and who.email is None for who in before.cc)
    added = tracker.edit_ticket(number, add_cc=["passer-by@example.net"],
                                add_requestors=["somebody-else@example.net"])
    assert set(added.changed) == {"cc", "requestors"}
    after = tracker.get_ticket(number)
    assert Watcher("passer-by@example.net") in after.cc
    assert [who.name for who in after.cc if who.kind == "group"] == [who.name for who in groups]
    removed = tracker.edit_ticket(number, remove_cc=["passer-by@example.net"],
                                  remove_requestors=["somebody-else@example.net"])
    assert set(removed.changed) == {"cc", "requestors"}
    assert tracker.get_ticket(number).cc == before.cc
    replaced = tracker.edit_ticket(number, cc=["gerda@example.org"])
    assert replaced.changed == ("cc",)
    now = tracker.get_ticket(number).cc
    assert [who.name for who in now if who.kind == "group"] == [who.name for who in groups]
    assert [who.email for who in now if who.kind == "user"] == ["gerda@example.org"]
    tracker.edit_ticket(number, cc=[who for who in before.cc if who.kind == "user"])
    assert tracker.get_ticket(number).cc == before.cc


@pytest.mark.parametrize("name, protocol", [pair for pair in servers() if pair[1] == "rest1"])
def test_rest1_takes_a_complete_list_of_watchers_only(name: str, protocol: str,
                                                      connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    number = tracker.create_ticket("General", subject="watched", cc=["gerda@example.org"]).id
    assert number
    with pytest.raises(Unsupported, match="complete"):
        tracker.edit_ticket(number, cc=["yorick@example.org"])
    done = tracker.edit_ticket(number, cc=["yorick@example.org", "new@example.net"],
                               complete_watchers=True)
    assert done.changed == ("cc",)
    assert [who.email for who in tracker.get_ticket(number).cc] == ["new@example.net",
                                                                    "yorick@example.org"]
    assert tracker.edit_ticket(number, cc=[], complete_watchers=True).changed == ("cc",)
    assert tracker.get_ticket(number).cc == ()


@pytest.mark.parametrize("name", both())
def test_custom_roles(name: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", "auto")
    seeded = tracker.get_ticket(connections.server(name).ids["tickets"]["groupwatch"])
    assert set(seeded.custom_roles) == {"Engineer", "Observers"} and any(
        seeded.custom_roles.values())
    made = tracker.create_ticket("General", subject="roles",
                                 custom_roles={"Engineer": ["alice@example.org"]})
    assert made.id and made.via == "rest2" and not made.refused
    edited = tracker.edit_ticket(made.id, custom_roles={
        "Engineer": ["gerda@example.org"],
        "Observers": ["alice@example.org", "yorick@example.org"]})
    assert set(edited.changed) == {"custom_roles[Engineer]", "custom_roles[Observers]"}
    roles = tracker.get_ticket(made.id).custom_roles
    assert [who.email for who in roles["Engineer"]] == ["gerda@example.org"]
    assert [who.email for who in roles["Observers"]] == ["alice@example.org",
                                                         "yorick@example.org"]
    assert tracker.edit_ticket(made.id, custom_roles={"Observers": []}).changed == (
        "custom_roles[Observers]",)


@pytest.mark.parametrize("name, protocol", servers())
def test_a_large_file_is_streamed_in_little_memory(name: str, protocol: str, tmp_path: Path,
                                                   connections: Connections) -> None:
    server = connections.server(name)
    tracker = connections.tracker(name, "alice", protocol)
    number = server.ids["attachments"]["megabyte"]
    tracker.get_attachment(number)
    target = tmp_path / "megabyte"
    tracemalloc.start()
    try:
        written = tracker.save_attachment(number, target)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert written == target.stat().st_size == 1048576
    assert hashlib.sha256(target.read_bytes()).hexdigest() == (
        server.ids["files"]["megabyte"]["sha256"])
    # Before 4.4.5 the form is read, too: only it tells how many line ends the content ends with.
    assert peak < 800_000 or tracker.server().version_tuple < (4, 4, 5)
    assert [each.name for each in tmp_path.iterdir()] == ["megabyte"]
