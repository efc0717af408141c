"""Objects of records that go by several keys: a write through one of them is seen through all."""
from __future__ import annotations

from typing import Any, Callable, Dict, Optional

import pytest

from rtcompat import Queue, Receipt, Ticket, User, UsageError
from rtcompat.errors import OutcomeUnknown
from rtcompat.resources import Cache, Resources
from tests.unit.test_resources import Memory


class Named(Memory):
    """Users, queues and tickets that a name, or the number of a merged ticket, stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.users: Dict[int, User] = {27: User(27, name="gerda", real_name="A0"),
                                       28: User(28, name="uwe", real_name="B0")}
        self.closed = False
        self.into: Dict[int, int] = {}
        self.blind = False

    def _receipt(self, number: int) -> Receipt:
        return Receipt(id=None if self.blind else number)

    def _user(self, user: Any) -> User:
        return next(one for one in self.users.values() if user in (one.id, one.name))

    def _get_user(self, user: Any) -> User:
        return self._user(user)

    def _edit_user(self, user: Any, name: Any, real_name: Any, **_: Any) -> Receipt:
        was = self._user(user)
        self.users[was.id] = User(was.id, name=name or was.name,
                                  real_name=real_name or was.real_name)
        return self._receipt(was.id)

    def _get_queue(self, queue: Any) -> Queue:
        return Queue(5, name="desk", disabled=self.closed)

    def _disable_queue(self, queue: Any) -> Receipt:
        self.closed = True
        return self._receipt(5)

    def _get_ticket(self, ticket_id: int) -> Ticket:
        return self._ticket(self.into.get(ticket_id, ticket_id))

    def _edit_ticket(self, ticket_id: int, subject: str, **_: Any) -> Receipt:
        self.subjects[self.into.get(ticket_id, ticket_id)] = subject
        return Receipt(id=ticket_id)  # as RT has it: nobody says what it was merged into

    def _comment(self, ticket_id: int, content: str, **_: Any) -> Receipt:
        return self._edit_ticket(ticket_id, content)

    def _merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        self.into[ticket_id] = into_id
        return Receipt(id=into_id)


@pytest.mark.parametrize("blind", [False, True])
def test_a_write_by_name_is_seen_by_number_and_the_other_way_round(blind: bool) -> None:
    memory = Named()
    memory.blind = blind
    rt = Resources(memory)
    by_number, by_name = rt.users(27), rt.users("gerda")
    assert by_number.real_name == "A0"
    for number in range(1, 4):
        by_name.update(real_name=f"A{number}")
        assert by_number.real_name == f"A{number}"
        by_number.update(real_name=f"B{number}")
        assert (by_name.real_name, by_number.real_name) == (f"B{number}",) * 2


def test_a_write_whose_receipt_has_the_number_forgets_that_record_alone() -> None:
    memory = Named()
    rt = Resources(memory)
    assert (rt.users(27).real_name, rt.users(28).real_name) == ("A0", "B0")
    rt.users("gerda").update(real_name="A1")
    rt.users(27).update(real_name="A2")
    assert rt.users(28).last_request_age is not None and rt.users(27).last_request_age is None
    memory.blind = True
    rt.users("gerda").update(real_name="A3")
    assert rt.users(28).last_request_age is None


def test_a_write_by_a_name_that_stood_for_another_record_forgets_both() -> None:
    memory = Named()
    rt = Resources(memory)
    assert (rt.users("gerda").id, rt.users(28).real_name) == (27, "B0")
    memory.users = {27: User(27, name="greta"), 28: User(28, name="gerda", real_name="B0")}
    rt.users("gerda").update(real_name="B1")
    assert rt.users(28).real_name == "B1" and rt.users("gerda").id == 28
    assert rt.users(27).name == "greta"


def test_a_name_that_was_given_away_stands_for_its_new_record() -> None:
    memory = Named()
    rt = Resources(memory)
    assert rt.users("gerda").id == 27
    rt.users(27).update(name="greta")
    rt.users(28).update(name="gerda")
    assert (rt.users(27).name, rt.users("gerda").id, rt.users("greta").id) == ("greta", 28, 27)


def test_what_is_disabled_by_name_is_seen_by_number() -> None:
    rt = Resources(Named())
    queue = rt.queues(5)
    assert queue.disabled is False
    rt.queues(queue.name).delete()
    assert queue.disabled is True


def test_a_lost_answer_by_name_is_seen_by_number() -> None:
    memory = Named()
    rt = Resources(memory)
    assert rt.users(27).real_name == "A0"
    done = memory._edit_user

    def lost(**given: Any) -> Receipt:
        done(**given)
        raise OutcomeUnknown("the answer was lost")
    memory.__dict__["_edit_user"] = lost
    with pytest.raises(OutcomeUnknown):
        rt.users("gerda").update(real_name="A1")
    assert rt.users(27).real_name == "A1"


@pytest.mark.parametrize("write", [lambda one: one.update(subject="new"),
                                   lambda one: one.comment("new")], ids=["edit", "comment"])
@pytest.mark.parametrize("read", [False, True])
@pytest.mark.parametrize("ours", [False, True])
def test_a_write_through_a_merged_number_is_seen_through_the_survivor(
        write: Callable[[Any], Receipt], read: bool, ours: bool) -> None:
    memory = Named()
    rt = Resources(memory)
    merged, survivor = rt.tickets(4), rt.tickets(5)
    if read:
        assert merged.subject == "subject 4"
    if ours:
        merged.merge_into(survivor)
    else:
        memory._merge_ticket(4, 5)
    assert survivor.reload().subject == "subject 5"
    write(merged)
    assert survivor.subject == "new" == merged.subject
    survivor.update(subject="newer")
    assert merged.subject == "newer"


def test_a_link_changes_its_other_end_too() -> None:
    memory = Memory()
    rt = Resources(memory)
    one, other = rt.tickets(4), rt.tickets(5)
    assert (one.subject, other.subject) == ("subject 4", "subject 5")
    one.link_with(other, "depends_on")
    assert one.last_request_age is None and other.last_request_age is None


def test_what_is_refused_before_it_is_sent_is_no_write() -> None:
    rt = Resources(Named())
    assert rt.users(27).real_name == "A0"
    with pytest.raises(UsageError):
        rt.users("gerda").update(colour="red")
    assert rt.users(27).last_request_age is not None


# -- the cache ------------------------------------------------------------------------------------

def kept(cache: Cache[str], *keys: object) -> Dict[object, Optional[str]]:
    return {key: cache.get(key) for key in keys}


def test_a_record_is_kept_under_one_number_whatever_it_was_asked_by() -> None:
    cache: Cache[str] = Cache()
    cache.put(27, "a", name="gerda")
    cache.put(27, "b", name="Gerda")
    assert len(cache) == 1 and kept(cache, 27, "gerda", "Gerda") == {
        27: "b", "gerda": "b", "Gerda": "b"}
    cache.forget("gerda")
    assert len(cache) == 0 and kept(cache, 27, "gerda", "Gerda") == dict.fromkeys(
        (27, "gerda", "Gerda"))
    cache.put(27, "c")
    assert cache.get("gerda") is None  # the name may have been changed by the write


def test_a_name_goes_with_its_record() -> None:
    cache: Cache[str] = Cache(1)
    cache.put(27, "a", name="gerda")
    cache.put(28, "b")
    cache.put(27, "a")
    assert cache.get("gerda") is None
    cache.put(27, "a", name="gerda")
    assert cache.evict() == 1
    cache.put(27, "a")
    assert cache.get("gerda") is None


def test_what_a_merged_number_held_goes_when_the_merge_is_seen() -> None:
    cache: Cache[str] = Cache()
    cache.put(4, "as it was")
    cache.put(5, "survivor", name=4)
    assert len(cache) == 1 and cache.get(4) == "survivor"


def test_a_name_that_was_read_before_a_write_is_not_kept() -> None:
    cache: Cache[str] = Cache()
    begun = cache.begin()
    cache.clear()
    cache.put(27, "a", begun, name="gerda")
    cache.put(27, "b")
    assert cache.get("gerda") is None
