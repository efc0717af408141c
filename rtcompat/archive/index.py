"""What a dump holds and where: built in one pass over its answers, which are not kept.

Each form is filed under the record it is of, whatever answer it came in. Of several forms of one
record that say the same, one is filed.
"""
from __future__ import annotations

import re
from functools import lru_cache
from typing import (Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional,
                    Sequence, Set, Tuple, TypeVar)

from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.clock import Evidence
from rtcompat.archive.naming import address_of as hinted
from rtcompat.archive.places import LISTS, Place, Store, place_of
from rtcompat.rest1 import read
from rtcompat.rest1.answers import meaning, messages_of, withheld
from rtcompat.rest1.forms import Form, version_of
from rtcompat.rest1.kinds import Kind

__all__ = ["Index", "Listed", "address_of", "of_rt", "shown"]

_T = TypeVar("_T")

#: By what a record is known to the places of its forms, in the order of reading.
_Places = Dict[int, Sequence[Place]]

_CONTENTS = frozenset((Kind.ATTACHMENT_CONTENT,))
#: What was sent to RT and came back, and forms to be filled in: no records, whatever they hold.
_ECHOES = frozenset((Kind.FIELDS_REFUSED, Kind.SYNTAX_ERROR, Kind.CREATED_IN_PART,
                     Kind.VALUE_REFUSED, Kind.NOT_CREATED, Kind.TICKET_TEMPLATE,
                     Kind.USER_TEMPLATE, Kind.QUEUE_TEMPLATE, Kind.GROUP_TEMPLATE))
_UNKNOWN_ASKER = frozenset((Kind.CREDENTIALS_REQUIRED, Kind.WRONG_PASSWORD))
_SAID_NO = frozenset((Kind.NOT_FOUND, Kind.NOT_ALLOWED, Kind.EXCEPTION, Kind.OTHER_REFUSED,
                      Kind.VALUE_REFUSED, *_UNKNOWN_ASKER))

_TICKET = re.compile(r"ticket/(\d{1,18})(?:/(attachments|links))?\Z")
_NUMBERED = re.compile(r"(user|queue|group|attachment)/(\d{1,18})(?:/\w+)?\Z")
_BARE = re.compile(r"\d{1,18}\Z")
_COUNTED = re.compile(r"# (\d{1,18})/(\d{1,18}) \((?:.*/)?total\)\Z")
_ATTACHMENT = re.compile(r"(?:.*/)?attachments?/(\d{1,18})(/content)?\Z")
_PATH = re.compile(r"ticket/(\d{1,18})(?:/([a-z]+)(?:/(.*))?)?\Z", re.DOTALL)

#: How a list of attachments ends.
_LISTED = re.compile(r" / [0-9.]+[bk]\)\Z")
_FIELDS_OF = re.compile(r"(queue|group)/(.+)/(?:ticket)?customfields\Z", re.DOTALL)

#: Sentences that name what they are about.
_NAMING = (
    (re.compile(r"(Ticket|User|Queue|Group|Attachment) (.+) does not exist\.\Z"), "{0}/{1}"),
    (re.compile(r"No (user|queue|group) named (.+) exists\.\Z"), "{0}/{1}"),
    (re.compile(r"You are not allowed to display (ticket) (\d+)\."), "{0}/{1}"),
    (re.compile(r"Invalid (attachment) id: (\d+)\Z"), "{0}/{1}"),
)
#: Shown by every RT, 3.4 to 6.0, whatever the ticket holds.
_OF_EVERY_TICKET = ("Queue", "Owner", "Creator", "Status", "Created")
#: Transactions alone have these.
_OF_TRANSACTIONS = frozenset(("type", "ticket", "oldvalue", "newvalue", "timetaken"))


class Listed(NamedTuple):
    """What is known of a ticket's history.

    Attributes:
        transactions: numbers, in the order of reading.
        total: how many RT said there are, 0 where it did not.
        whole: a listing was saved, rather than single transactions.
    """

    transactions: Tuple[int, ...] = ()
    total: int = 0
    whole: bool = False

    @property
    def missing(self) -> int:
        """How many transactions RT counted and the dump lacks."""
        return max(0, self.total - len(self.transactions))


class _Run:
    """The transactions of one history, while they come by.

    Args:
        total: how many RT says there are.
        asked: the ticket whose history was asked for, None where nothing tells.
        listing: a history was asked for, rather than one transaction.
        place: of its first form.
    """

    def __init__(self, total: int, asked: Optional[int], listing: bool, place: Place) -> None:
        self.total = total
        self.asked = asked
        self.listing = listing
        self.place = place
        self.transactions: List[int] = []
        self.tickets: Set[int] = set()


def of_rt(answer: Answer) -> bool:
    """Whether it is an answer that RT gives, and not an empty file or something else."""
    return bool(answer.raw) and answer.kind is not Kind.UNKNOWN


def address_of(path: str) -> str:
    """An address without its query, and without what shows the object itself."""
    bare = path.partition("?")[0].strip("/")
    return re.sub(r"/(?:show|edit)\Z", "", bare)


class Index:
    """Where the answers of a dump lie, by what they are about.

    Attributes:
        tickets, links, lists, transactions, attachments: forms by the number of the ticket, the
            transaction or the attachment; ``lists`` of attachments.
        survivors: numbers that were asked for, and whose ticket answered.
        histories, descriptions: by ticket; ``descriptions`` are short histories.
        contents: by attachment, the answers, several where a long one came in pieces.
        mentioned: by attachment the ticket in whose history or list it stands.
        records: by ``user``, ``queue`` and ``group``, and number.
        names: by ``user/alice``, in small letters: the number.
        fields, own_fields: custom fields of a queue's tickets and of itself, by its number.
        refusals: by address, where RT said no.
        empty: addresses that RT answered with nothing.
        versions: RT's versions, each with the number of answers.
        met: whether there was any answer of RT's.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.evidence = Evidence()
        self.problems: List[Problem] = []
        self.tickets: _Places = {}
        self.links: _Places = {}
        self.lists: _Places = {}
        self.transactions: _Places = {}
        self.attachments: _Places = {}
        self.descriptions: _Places = {}
        self.survivors: Dict[int, int] = {}
        self.histories: Dict[int, Listed] = {}
        self.contents: Dict[int, Sequence[Sequence[int]]] = {}
        self.mentioned: Dict[int, int] = {}
        self.records: Dict[str, _Places] = {"user": {}, "queue": {}, "group": {}}
        self.names: Dict[str, int] = {}
        self.fields: _Places = {}
        self.own_fields: _Places = {}
        self.refusals: Dict[str, Place] = {}
        self.empty: Set[str] = set()
        self.versions: Dict[str, int] = {}
        self.met = False
        self._together: Dict[int, Dict[int, None]] = {}
        self._merged: List[FrozenSet[int]] = []
        self._misnamed: List[Tuple[int, FrozenSet[int], str, Place]] = []
        self._copies: Dict[int, int] = {}
        self._whole: Dict[int, int] = {}
        self._digests: Dict[Tuple[str, int], Set[int]] = {}
        self._run: Optional[_Run] = None
        self._growing: Optional[int] = None

    @property
    def version(self) -> str:
        """The latest of RT's versions; "" where no answer names one."""
        return max(self.versions, key=version_of, default="")

    def doubts(self) -> Iterator[Problem]:
        """What the dump as a whole leaves open: histories that are not whole, tickets that differ.
        """
        for number, listed in self.histories.items():
            if listed.whole and listed.missing:
                place = self.transactions[listed.transactions[-1]][-1]
                extent = self.store.extent(place)
                yield Problem(extent.file, extent.line, f"ticket/{number}/history: "
                              f"{len(listed.transactions)} of {listed.total} transactions")
        for number, count in self._copies.items():
            extent = self.store.extent(self.tickets[number][-1])
            yield Problem(extent.file, extent.line, f"ticket {number} was saved in {count} "
                          "different states: the one that was changed last counts")
        for part, filed in (("attachments", self.lists), ("links", self.links)):
            for number, places in filed.items():
                if len(places) > 1:
                    extent = self.store.extent(places[-1])
                    yield Problem(extent.file, extent.line, f"ticket/{number}/{part} was saved in "
                                  f"{len(places)} different states: this one counts")
        for asked, survivor in self.survivors.items():
            if asked in self.tickets:
                extent = self.store.extent(self.tickets[survivor][-1])
                yield Problem(extent.file, extent.line, f"ticket {survivor} answers to "
                              f"{asked} here, which answers for itself elsewhere: merged "
                              "meanwhile, or a wrong name")
        for asked, told, part, place in self._misnamed:
            if self.survivors.get(asked) not in told:
                extent = self.store.extent(place)
                yield Problem(extent.file, extent.line, f"is named as ticket/{asked}/{part}, and "
                              f"its forms, which count, name ticket {min(told)}")

    # -- building -----------------------------------------------------------------------------

    def fill(self, answers: Iterable[Answer]) -> None:
        """File all answers, and then forget what was needed only for that."""
        for answer in answers:
            self.add(answer)
        self._end_run()
        self._digests = {}
        for ticket, together in self._together.items():
            self.histories[ticket] = self.histories[ticket]._replace(transactions=tuple(together))
        self._together = {}
        self._find_survivors()
        self._copies = {number: count for number, count in self._whole.items() if count > 1}
        self._whole = {}

    def _find_survivors(self) -> None:
        """Tickets that have one history together were merged; what shows itself is the survivor.
        """
        for together in self._merged:
            standing = [number for number in together if number in self.tickets]
            if len(standing) == 1:
                for number in together - {standing[0]}:
                    self.survivors.setdefault(number, standing[0])
        self._merged = []

    def add(self, answer: Answer) -> None:
        """File one answer, or the next piece of one."""
        self.problems.extend(answer.problems)
        self.met = self.met or of_rt(answer)
        if answer.version is not None:
            self.versions[answer.version] = self.versions.get(answer.version, 0) + 1
        if not answer.continued:
            self._end_run()
            self._growing = None
        address = address_of(answer.path)
        if answer.kind is Kind.SEVERAL and not address:
            address = address_of(hinted(answer.file))  # of a merged ticket that alone tells
        attachment = _ATTACHMENT.match(address)
        content = attachment if attachment is not None and attachment.group(2) else None
        if attachment is not None:  # RT does not compare its ticket
            address = "attachment/" + attachment.group(1) + (attachment.group(2) or "")
        if answer.kind in _CONTENTS or self._growing is not None:
            self._add_content(answer, content)
        elif answer.kind in (Kind.EMPTY, Kind.NOTHING):
            if address:
                self.empty.add(address)
        elif answer.kind in LISTS or answer.forms or answer.kind in _SAID_NO:
            self._add_forms(answer, address)

    def _add_content(self, answer: Answer, content: Optional["re.Match[str]"]) -> None:
        if self._growing is None and content is None:
            self._say(answer, "a content of an attachment, and nothing tells of which")
            return
        number = self.store.keep(answer)
        if self._growing is not None:
            *before, last = self.contents[self._growing]
            self.contents[self._growing] = (*before, _with(last, number))
        elif content is not None:
            attachment = int(content.group(1))
            self._growing = attachment
            self.contents[attachment] = _with(self.contents.get(attachment), (number,))

    def _add_forms(self, answer: Answer, address: str) -> None:
        number = self.store.keep(answer)
        forms = answer.forms
        if answer.kind in LISTS:
            forms = self.store.forms(number)
        if answer.version is None and answer.kind not in LISTS and not answer.continued:
            self._doubt_tickets(answer)
        filed = 0
        for place, form in enumerate(forms if answer.kind not in _ECHOES else ()):
            filed += self._add_form(answer, address, place_of(number, place), form)
        if not filed and answer.kind in _SAID_NO:
            self._add_refusal(answer, address, place_of(number))
        elif not filed and answer.kind is not Kind.SEARCH_NONE and not answer.continued:
            self._say(answer, f"{answer.kind.value}: nothing that records are made of")

    def _doubt_tickets(self, answer: Answer) -> None:
        """Of an answer that no status line makes RT's, say of the first ticket what it lacks of
        what RT shows of every ticket: a mail may have a line like the key of one."""
        for form in answer.forms:
            ticket = _TICKET.match(form.get("id") or "")
            if ticket is None or ticket.group(2) is not None:
                continue
            lacking = [key for key in _OF_EVERY_TICKET if form.get(key) is None]
            if lacking:
                first = next(field for field in form.fields if field.key.lower() == "id")
                self._say(answer, f"ticket {ticket.group(1)} stands here without a status line and "
                          f"without {', '.join(lacking)}, which RT shows of every ticket: a part "
                          "of an answer, or what only looks like one", first.lineno)
                return

    def _add_refusal(self, answer: Answer, address: str, place: Place) -> None:
        if answer.kind in _UNKNOWN_ASKER:
            self._say(answer, f"{answer.kind.value}: RT did not know who asked")
        if address:
            self.refusals.setdefault(address, place)
        elif answer.kind not in _UNKNOWN_ASKER:
            self._say(answer, f"{answer.kind.value}: nothing tells what was asked for")

    def _add_form(self, answer: Answer, address: str, place: Place, form: Form) -> bool:
        """File a form; whether it was of use."""
        if not form.keys() or (form.comment and not _COUNTED.match(form.comment[0])):
            return self._add_message(form, place)
        name = form.get("id") or ""
        ticket = _TICKET.match(name)
        numbered = _NUMBERED.match(name)
        if ticket is not None:
            self._add_of_ticket(answer, address, place, form, int(ticket.group(1)),
                                ticket.group(2))
        elif numbered is not None:
            self._add_record(answer, address, place, form, numbered.group(1),
                             int(numbered.group(2)))
        elif _BARE.match(name):
            self._add_numbered(answer, address, place, form, int(name))
        elif all(key.isdigit() for key in form.keys()):
            return self._add_descriptions(answer, address, place, form)
        else:
            return False
        return True

    def _add_message(self, form: Form, place: Place) -> bool:
        """A comment in place of an object: what it says no to."""
        filed = False
        for line in messages_of(form):
            for pattern, address in _NAMING:
                found = pattern.match(line)
                if found is not None and meaning(line) is not None:
                    named = address.format(found.group(1).lower(), found.group(2))
                    self.refusals.setdefault(named, place)
                    filed = True
        return filed

    def _add_of_ticket(self, answer: Answer, address: str, place: Place, form: Form,
                       number: int, part: Optional[str]) -> None:
        asked = _PATH.match(address)
        if asked is not None and part is not None and asked.group(2) == part:
            self._note_name(int(asked.group(1)), {number}, part, place)
        if part == "attachments":
            self.mentioned.update((line.id, number) for line in read.parts_of(form))
            self._file("lists", self.lists, number, place, form)
            ends = (form.get("Attachments") or "").rstrip()[-30:]
            if ends and _LISTED.search(ends) is None:
                self._say(answer, f"ticket/{number}/attachments ends in the middle of its list: "
                          "cut short", form.fields[-1].lineno, cut=True)
            return
        if part == "links":
            self._file("links", self.links, number, place, form)
            return
        if asked is not None and int(asked.group(1)) != number:
            self.survivors[int(asked.group(1))] = number
        if self._file("ticket", self.tickets, number, place, form) and shown(form):
            self._whole[number] = self._whole.get(number, 0) + 1
        self.evidence.printed(number, self.store.extent(place), form.get("Created") or "")

    def _add_record(self, answer: Answer, address: str, place: Place, form: Form, kind: str,
                    number: int) -> None:
        if kind == "attachment":
            self._add_attachment(address, place, form, number)
        elif answer.kind is Kind.CUSTOM_FIELDS:
            # the answer does not say whether of tickets; nearly nobody asks for a queue's own
            if kind == "queue" and address.endswith("/customfields"):
                self._file("own fields", self.own_fields, number, place, form)
            elif kind == "queue":
                self._file("fields", self.fields, number, place, form)
            asked = _FIELDS_OF.match(address)
            if asked is not None:
                self._name(asked.group(1), asked.group(2), number)
        else:
            self._file(kind, self.records[kind], number, place, form)
            for key in ("Name", "EmailAddress"):
                self._name(kind if key == "Name" else "address", form.get(key) or "", number)

    def _name(self, kind: str, name: str, number: int) -> None:
        if name:
            self.names[f"{kind}/{name.casefold()}"] = number

    def _add_numbered(self, answer: Answer, address: str, place: Place, form: Form,
                      number: int) -> None:
        """What has a bare number: a transaction or an attachment."""
        keys = {key.lower() for key in form.keys()}
        if form.comment or keys & _OF_TRANSACTIONS:
            self._add_transaction(answer, address, place, form, number)
        else:
            self._add_attachment(address, place, form, number)

    def _add_attachment(self, address: str, place: Place, form: Form, number: int) -> None:
        if withheld(form):
            self.refusals.setdefault(f"attachment/{number}", place)
        else:
            self._file("attachment", self.attachments, number, place, form)

    # -- histories ----------------------------------------------------------------------------

    def _add_transaction(self, answer: Answer, address: str, place: Place, form: Form,
                         number: int) -> None:
        if withheld(form):
            self.refusals.setdefault(f"transaction/{number}", place)
            return
        self._file("transaction", self.transactions, number, place, form)
        ticket = form.get("Ticket") or ""
        counted = _COUNTED.match(form.comment[0]) if form.comment else None
        total = int(counted.group(2)) if counted is not None else 0
        if self._run is None or self._run.total != total \
                or len(self._run.transactions) >= total > 0:
            self._end_run()
            self._run = _begun(total, answer, address, place)
        self._run.transactions.append(number)
        if ticket.isdigit():
            self._run.tickets.add(int(ticket))
            for line in read.parts_of(form):
                self.mentioned.setdefault(line.id, int(ticket))
            if form.get("Type") == "Create":
                self.evidence.created(int(ticket), form.get("Created") or "")

    def _end_run(self) -> None:
        """A history has come to its end: it is that of each ticket that it names, as those that
        were merged have one together."""
        run, self._run = self._run, None
        if run is None:
            return
        whole = run.listing or 0 < run.total <= len(run.transactions)
        if len(run.tickets) > 1 and run.total == len(run.transactions):
            self._merged.append(frozenset(run.tickets))
        if run.asked is not None:
            run.tickets = run.tickets or {run.asked}
            self._note_name(run.asked, run.tickets, "history", run.place)
        for ticket in run.tickets:
            known = self.histories.get(ticket)
            if known is None:
                self.histories[ticket] = Listed(tuple(dict.fromkeys(run.transactions)), run.total,
                                                whole)
                continue
            if ticket not in self._together:
                self._together[ticket] = dict.fromkeys(known.transactions)
            self._together[ticket].update(dict.fromkeys(run.transactions))
            self.histories[ticket] = Listed(known.transactions, max(known.total, run.total),
                                            known.whole or whole)

    def _note_name(self, asked: int, told: Set[int], part: str, place: Place) -> None:
        """Remember where a file has another ticket's name than forms tell: they count."""
        if asked not in told:
            self._misnamed.append((asked, frozenset(told), part, place))

    def _add_descriptions(self, answer: Answer, address: str, place: Place, form: Form) -> bool:
        asked = _PATH.match(address)
        if asked is None:
            self._say(answer, "a short history, and nothing tells of which ticket")
            return True
        self._file("descriptions", self.descriptions, int(asked.group(1)), place, form)
        return True

    # -- what all do --------------------------------------------------------------------------

    def _file(self, kind: str, places: _Places, number: int, place: Place, form: Form) -> bool:
        """Note the place of a form, unless one that says the same is noted already."""
        # only lists of these repeat their key
        digest = hash(tuple((key, form.all(key)) for key in form.keys())
                      if kind in self.records else tuple(form.as_dict().items()))
        known = self._digests.setdefault((kind, number), set())
        if digest in known:
            return False
        known.add(digest)
        places[number] = _with(places.get(number), place)
        return True

    def _say(self, answer: Answer, what: str, line: int = 1, cut: bool = False) -> None:
        """``line``: of the answer, from 1."""
        self.problems.append(Problem(answer.file, answer.line + line - 1, what, answer.raw[:200],
                                     cut=cut))


def _with(known: Optional[Sequence[_T]], one: _T) -> Sequence[_T]:
    """With one more. Most are and stay alone, for which a tuple is half as large as a list."""
    if isinstance(known, list):
        known.append(one)
        return known
    return (one,) if known is None else [*known, one]


def _begun(total: int, answer: Answer, address: str, place: Place) -> _Run:
    """The run that an answer's next transaction begins."""
    asked = _PATH.match(address)
    single = address.startswith("transaction/") or "/history/id/" in f"/{address}"
    ticket = None
    if asked is not None and asked.group(2) == "history" and not asked.group(3):
        ticket = int(asked.group(1))
    several = answer.kind in (Kind.HISTORY_LONG, Kind.SEVERAL)
    return _Run(total, ticket, not single and (several or ticket is not None), place)


def shown(form: Form) -> bool:
    """Whether a ticket's form has all keys of ``ticket/N/show``, and not those of a ``fields=``
    alone."""
    return _all_keys(form.keys())


@lru_cache(maxsize=256)
def _all_keys(keys: Tuple[str, ...]) -> bool:
    there = {key.lower() for key in keys}
    return all(key.lower() in there for name, key in read.TICKET_KEYS.items() if name != "sla")
