"""Objects over a tracker: what is asked and when, what is equal, what the cache keeps."""
from __future__ import annotations

import copy
import pickle
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Tuple, cast

import pytest

from rtcompat import (Link, Links, NewAttachment, OutcomeUnknown, Receipt, Ticket, UsageError, User,
                      where)
from rtcompat.model import NOT_LOADED, Attachment, Page, ServerInfo
from rtcompat.resources import Cache, Resources
from rtcompat.tracker import Listing, Tracker

DAY = datetime(2031, 1, 1, tzinfo=timezone.utc)


class Memory(Tracker):
    """Tickets and users in memory; counts what is asked."""

    def __init__(self, url: str = "http://rt") -> None:
        self.url = url
        self.asked: List[Tuple[str, Any]] = []
        self.subjects: Dict[int, str] = {n: f"subject {n}" for n in range(1, 10)}
        self.current = True
        self.etag: str = NOT_LOADED

    def server(self) -> ServerInfo:
        return ServerInfo(self.url, "5.0.3", ("rest2",), "rest2")

    def _carried(self, operation: str, given: Any) -> Any:
        self.asked.append((operation, {name: value for name, value in given.items()
                                       if name != "self"}))
        act = getattr(self, "_" + operation)
        return act(**{name: value for name, value in self.asked[-1][1].items()})

    def _listed(self, operation: str, given: Any) -> Listing[Any]:
        self.asked.append((operation, given))
        found = tuple(self._ticket(n) for n in sorted(self.subjects))
        return Listing(Page(found, None, len(found)), lambda _: Page(()))

    def _ticket(self, number: int) -> Ticket:
        return Ticket(number, subject=self.subjects[number], custom_fields={}, last_updated=DAY)

    def _get_ticket(self, ticket_id: int) -> Ticket:
        return self._ticket(ticket_id)

    def _get_user(self, user: Any) -> User:
        return User(27, name="alice", etag=self.etag)

    def _is_current(self, record: Any) -> bool:
        return self.current

    def _edit_ticket(self, ticket_id: int, subject: str, **_: Any) -> Receipt:
        self.subjects[ticket_id] = subject
        return Receipt(id=ticket_id, changed=("subject",))

    def _create_ticket(self, **_: Any) -> Receipt:
        return Receipt(id=3)

    def _get_attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        return (Attachment(5, filename="a.txt", content_type="text/plain"),)

    def _read_attachment(self, attachment_id: int, ticket_id: int) -> bytes:
        return "Grüße".encode()

    def _save_attachment(self, attachment_id: int, path: Any, ticket_id: int) -> int:
        return Path(path).write_bytes(b"12345")

    def _get_links(self, ticket_id: int) -> Links:
        return Links(refers_to=(Link("ticket", 7), Link("url", url="http://x/")))

    def _edit_links(self, ticket_id: int, add: Any, remove: Any, **_: Any) -> Receipt:
        return Receipt(id=ticket_id)

    def _merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        return Receipt(id=into_id)

    def _reply(self, ticket_id: int, content: str, **_: Any) -> Receipt:
        return Receipt(id=ticket_id)

    @property
    def words(self) -> List[str]:
        return [word for word, _ in self.asked]


def test_a_handle_asks_at_first_use_and_once() -> None:
    memory = Memory()
    ticket = Resources(memory).tickets(4)
    assert repr(ticket) == "<ticket 4 of http://rt>" and ticket.id == 4
    assert ticket.weburl == "http://rt/Ticket/Display.html?id=4"
    assert ticket.last_request_age is None and memory.asked == []
    assert ticket.subject == "subject 4" and ticket["subject"] == "subject 4"
    assert memory.words == ["get_ticket"] and ticket.last_request_age is not None
    assert Resources(memory).tickets.get(4).subject == "subject 4"
    assert memory.words == ["get_ticket"] * 2


def test_a_misspelt_name_costs_no_request() -> None:
    memory = Memory()
    ticket = Resources(memory).tickets(4)
    with pytest.raises(AttributeError, match="subjekt"):
        ticket.subjekt
    assert not hasattr(ticket, "queue_name")
    with pytest.raises(KeyError):
        ticket["subjekt"]
    with pytest.raises(TypeError):
        list(cast(Any, ticket))
    assert "subject" in dir(ticket) and "update" in dir(ticket) and memory.asked == []


def test_a_handle_cannot_be_changed_but_by_update() -> None:
    memory = Memory()
    ticket = Resources(memory).tickets(4)
    with pytest.raises(AttributeError):
        setattr(ticket, "subject", "x")
    with pytest.raises(AttributeError):
        delattr(ticket, "subject")
    assert ticket.subject == "subject 4"
    assert ticket.update(subject="other").changed == ("subject",)
    assert ticket.subject == "other" and memory.words == ["get_ticket", "edit_ticket",
                                                          "get_ticket"]
    with pytest.raises(UsageError, match="subjekt"):
        ticket.update(subjekt="x")


def test_equal_by_server_kind_and_number() -> None:
    memory, other = Memory(), Memory("http://other")
    rt = Resources(memory)
    assert rt.tickets(4) == rt.tickets(4) and rt.tickets(4) != rt.tickets(5)
    assert rt.tickets(4) == Resources(Memory()).tickets(4)
    assert rt.tickets(4) != Resources(other).tickets(4) and rt.tickets(4) != 4
    assert rt.tickets(27) != rt.users(27)
    assert len({rt.tickets(4), rt.tickets(4), rt.tickets(5)}) == 2 and memory.asked == []
    assert rt.users("alice") == rt.users(27) and hash(rt.users("alice")) == hash(rt.users(27))


@pytest.mark.parametrize("key", [0, "", True, 1.5, None])
def test_what_names_nothing_is_refused(key: Any) -> None:
    with pytest.raises(UsageError):
        Resources(Memory()).tickets(key)


def test_a_view_shows_what_was_loaded_and_cannot_change() -> None:
    view = Resources(Memory()).tickets(4).view()
    assert view["subject"] == "subject 4" and "owner" not in view
    assert NOT_LOADED not in view.values()
    with pytest.raises(TypeError):
        cast(Any, view)["subject"] = "x"


def test_a_search_fills_the_cache_and_tells_the_total() -> None:
    memory = Memory()
    rt = Resources(memory)
    found = rt.tickets.search("Queue = 'x'")
    assert found.total == 9
    tickets = list(found)
    assert [one.subject for one in tickets[:2]] == ["subject 1", "subject 2"]
    assert memory.words == ["search_tickets"]
    assert memory.asked[0][1]["query"] == "Queue = 'x'"
    assert len(list(rt.tickets)) == 9 and memory.asked[1][1]["query"] == "id > 0"
    with pytest.raises(UsageError):
        rt.tickets.search("x", colour="red")


def test_records_that_are_not_whole_are_not_kept() -> None:
    memory = Memory()
    rt = Resources(memory)
    list(rt.tickets.search("x", fields=("subject",)))
    assert len(rt.tickets.cache) == 0


def test_an_old_record_is_asked_whether_it_changed() -> None:
    memory = Memory()
    rt = Resources(memory, cache_age=0)
    ticket = rt.tickets(4)
    assert (ticket.subject, ticket.subject) == ("subject 4", "subject 4")
    assert memory.words == ["get_ticket", "is_current"]
    memory.current, memory.subjects[4] = False, "new"
    assert ticket.subject == "new" and memory.words[-2:] == ["is_current", "get_ticket"]
    memory.subjects[4] = "newer"
    assert ticket.reload() is ticket and ticket.view()["subject"] in ("new", "newer")


def test_what_carries_an_etag_is_asked_by_it_and_what_does_not_is_read_anew() -> None:
    memory = Memory()
    alice = Resources(memory, cache_age=0).users(27)
    assert (alice.name, alice.name) == ("alice", "alice")
    assert memory.words == ["get_user", "get_user"]
    memory.etag = "40"
    assert (alice.name, alice.name) == ("alice", "alice")
    assert memory.words[2:] == ["get_user", "is_current"]
    memory.current = False
    assert alice.name == "alice" and memory.words[4:] == ["is_current", "get_user"]


def test_what_a_ticket_does() -> None:
    memory = Memory()
    rt = Resources(memory)
    ticket = rt.tickets(4)
    links = ticket.links()
    assert links["refers_to"] == (rt.tickets(7), Link("url", url="http://x/"))
    assert links["members"] == ()
    ticket.link_with(rt.tickets(8), "depends_on")
    assert memory.asked[-1][1]["add"] == {"depends_on": [8]}
    ticket.unlink_from("http://x/", "refers_to")
    assert memory.asked[-1][1]["remove"] == {"refers_to": ["http://x/"]}
    with pytest.raises(UsageError):
        ticket.link_with(8, "blocks")
    assert ticket.merge_into(rt.tickets(5)) == rt.tickets(5)
    assert rt.tickets.create("General", subject="x") == rt.tickets(3)
    with pytest.raises(UsageError):
        rt.tickets.create("General", subjekt="x")


def test_files_are_attached_by_path(tmp_path: Path) -> None:
    memory = Memory()
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    ticket = Resources(memory).tickets(4)
    ticket.reply("Text", attachments=[path, NewAttachment("b", b"y")])
    sent = memory.asked[-1][1]["attachments"]
    assert [one.filename for one in sent] == ["a.txt", "b"]
    with pytest.raises(UsageError):
        ticket.reply("Text", attachments=str(path))


def test_an_attachment_is_read_and_downloaded(tmp_path: Path) -> None:
    ticket = Resources(Memory()).tickets(4)
    part, = ticket.attachments()
    assert part.filename == "a.txt" and part.view()["content_type"] == "text/plain"
    assert part.read_text() == "Grüße" and part.read_bytes() == "Grüße".encode()
    path = tmp_path / "a"
    assert part.download(path) == 5 and path.read_bytes() == b"12345"
    with pytest.raises(FileExistsError):
        part.download(path, raise_if_exists=True)
    with pytest.raises(AttributeError):
        part.colour
    with pytest.raises(AttributeError):
        part.filename = "x"
    assert part == ticket.attachments()[0] and len({part, ticket.attachments()[0]}) == 1


def test_collections_live_as_long_as_one_holds_them() -> None:
    assert Resources(Memory()).tickets(4).subject == "subject 4"


def test_a_page_that_was_asked_for_before_a_write_is_not_kept() -> None:
    memory = Memory()
    rt = Resources(memory)
    found = rt.tickets.search("x")
    next(found)
    late = rt.tickets(9)
    late.update(subject="new")
    assert late.subject == "new"
    list(found)
    assert late.subject == "new"


def test_a_record_is_kept_once_however_it_is_called() -> None:
    memory = Memory()
    rt = Resources(memory)
    assert rt.users("alice").name == "alice" and rt.users(27).name == "alice"
    assert memory.words == ["get_user"] and len(rt.users.cache) == 1
    rt.users(27)._collection.forget(27)
    assert rt.users("alice").last_request_age is None


def test_a_lost_answer_forgets_the_record_too() -> None:
    memory = Memory()
    ticket = Resources(memory).tickets(4)
    assert ticket.subject == "subject 4"

    def lost(**_: Any) -> Receipt:
        memory.subjects[4] = "written all the same"
        raise OutcomeUnknown("the answer was lost")
    memory.__dict__["_reply"] = lost
    with pytest.raises(OutcomeUnknown):
        ticket.reply("x")
    assert ticket.subject == "written all the same"


def test_a_handle_is_copied_as_itself_and_not_pickled() -> None:
    ticket = Resources(Memory()).tickets(4)
    assert copy.copy(ticket) is ticket and copy.deepcopy([ticket]) == [ticket]
    with pytest.raises(TypeError, match="connection"):
        pickle.dumps(ticket)


def test_conditions_come_one_by_one_or_as_a_list() -> None:
    memory = Memory()
    rt = Resources(memory)
    one = where("name", "=", "x")
    for given in ((one,), ([one],)):
        list(rt.queues.search(*given))
        assert list(memory.asked[-1][1]["conditions"]) == [one]


def test_objects_stand_on_a_tracker() -> None:
    with pytest.raises(UsageError):
        Resources(cast(Any, object()))
    with pytest.raises(UsageError):
        Resources(Memory(), cache_size=cast(Any, "x"))
    with pytest.raises(UsageError, match="not -5"):
        Resources(Memory(), cache_size=-5)


# -- the cache ------------------------------------------------------------------------------------

def test_the_least_recently_used_goes_first() -> None:
    cache: Cache[str] = Cache(2)
    cache.put(1, "a")
    cache.put(2, "b")
    assert cache.get(1) == "a"
    cache.put(3, "c")
    assert (cache.get(1), cache.get(2), cache.get(3)) == ("a", None, "c")
    cache.max_size = 1
    assert len(cache) == 1 and cache.get(3) == "c"


@pytest.mark.parametrize("size, kept", [(-1, 50), (0, 0), (7, 7)])
def test_a_size_of_any_of_none_and_of_some(size: int, kept: int) -> None:
    cache: Cache[int] = Cache(size)
    for number in range(50):
        cache.put(number, number)
    assert len(cache) == kept and cache.max_size == size


def test_age_counts_from_asking() -> None:
    now = [100.0]
    cache: Cache[str] = Cache(max_age=10, clock=lambda: now[0])
    cache.put(1, "a")
    assert cache.age(1) == 0 and cache.age(2) is None
    now[0] = 111.0
    assert cache.fresh(1) is None and cache.get(1) == "a"
    cache.confirm(1)
    assert cache.fresh(1) == "a"
    now[0] = 116.0
    cache.put(2, "b")
    assert cache.evict(5) == 1 and cache.get(1) is None and cache.get(2) == "b"


def test_what_was_read_before_a_write_is_not_kept() -> None:
    cache: Cache[str] = Cache()
    begun = cache.begin()
    cache.forget(1)
    cache.put(1, "old", begun)
    assert cache.get(1) is None


def test_a_cache_is_safe_in_threads() -> None:
    cache: Cache[int] = Cache(20)

    def work(start: int) -> None:
        for number in range(start, start + 2000):
            cache.put(number % 50, number)
            cache.get((number + 7) % 50)
            if number % 100 == 0:
                cache.forget(number % 50)
                cache.evict(1000)
    threads = [threading.Thread(target=work, args=(n * 10,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache) <= 20
