"""REST2 where rights, languages and zones make servers lie: on a copy of a server of our own."""
from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest

from rtcompat.errors import InvalidValue, OutcomeUnknown, PermissionDenied, RTError, Unsupported
from rtcompat.exchange import Request, Response, Send, run
from rtcompat.model import NewAttachment, Page
from rtcompat.rest1.login import MANNER as FORM
from rtcompat.rest2.context import Context
from rtcompat.rest2.login import MANNER
from rtcompat.rest2.operations import Rest2
from rtcompat.session import Credentials, Session
from rtcompat.transport import Transport
from tests.bench.bench import Bench
from tests.bench.server import Server

pytestmark = pytest.mark.live

RELEASES = ("5.0.3", "5.0.7", "sid")
#: Users of our own: (language, rights in General, rights everywhere, rights in Second Queue).
PEOPLE: Dict[str, Tuple[str, str, str, str]] = {
    # Sees no custom fields; may move tickets to where she does not see them.
    "olga": ("", "SeeQueue ShowTicket ModifyTicket CreateTicket ModifyCustomField", "",
             "CreateTicket"),
    # RT speaks Japanese to him, which it cannot write after a message.
    "jiro": ("ja", "SeeQueue ShowTicket ShowTicketComments ModifyTicket CreateTicket "
             "ReplyToTicket CommentOnTicket", "", ""),
    # Writes messages everywhere and modifies nothing.
    "glo": ("", "", "SeeQueue ShowTicket CommentOnTicket ReplyToTicket", ""),
    # Does not see comments: most of a long history is hidden from her.
    "hana": ("", "SeeQueue ShowTicket", "", ""),
}
_MAKE = """
my %people = ({});
my $queue = sub {{ my $q = RT::Queue->new(RT->SystemUser); $q->Load(shift); $q }};
for my $name (sort keys %people) {{
    my ($lang, @rights) = @{{ $people{{$name}} }};
    my $user = RT::User->new(RT->SystemUser);
    $user->Create(Name => $name, Password => "password-$name", Privileged => 1,
        EmailAddress => "$name\\@example.org", ($lang ? (Lang => $lang) : ()));
    my @objects = ($queue->('General'), RT->System, $queue->('Second Queue'));
    for my $object (@objects) {{
        $user->PrincipalObj->GrantRight(Right => $_, Object => $object)
            for split ' ', shift @rights;
    }}
}}
print 'made';
"""


@pytest.fixture(scope="module", params=RELEASES)
def server(request: pytest.FixtureRequest, bench: Bench) -> Server:
    """A copy of a server with the people above."""
    bench.require(request.param)
    copy = bench.fresh(request.param)
    quoted = ", ".join(f"{name} => [{', '.join(repr(one) for one in kept)}]"
                       for name, kept in PEOPLE.items())
    assert copy.perl(_MAKE.format(quoted)) == "made"
    return copy


class Login:
    """A user's operations on a server, one request after the other, all of them noted."""

    def __init__(self, server: Server, user: str) -> None:
        seeded = server.users.get(user)
        who = Credentials(user, seeded.password if seeded else f"password-{user}")
        self.session = Session(Transport(server.url), who, (FORM, MANNER))
        self.rest2 = Rest2(Context(version=server.version, user=user))
        self.asked: List[Request] = []
        self.through: Send = self.session.sender(MANNER)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        return self.through(request)

    def __call__(self, name: str, *positional: Any, **named: Any) -> Any:
        self.asked.clear()
        return run(getattr(self.rest2, name)(*positional, **named), self.send)

    def all(self, name: str, *positional: Any, **named: Any) -> List[Any]:
        """Every item of a listing."""
        self.asked.clear()
        found: List[Any] = []
        cursor: Any = None
        while True:
            page: Page[Any] = run(getattr(self.rest2, name)(*positional, cursor=cursor, **named),
                                  self.send)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                return found


@pytest.fixture(scope="module")
def login(server: Server) -> Callable[[str], Login]:
    """Users of the server, each logged in once."""
    known: Dict[str, Login] = {}

    def of(user: str) -> Login:
        return known.setdefault(user, Login(server, user))
    return of


def test_a_ticket_moved_out_of_sight_is_unverified(login: Callable[[str], Login]) -> None:
    olga = login("olga")
    number = olga("create_ticket", "General", subject="moves").id
    receipt = olga("edit_ticket", number, queue="Second Queue")
    assert receipt.unverified == ("queue",) and not receipt.refused
    with pytest.raises(PermissionDenied):
        olga("get_ticket", number)
    assert login("root")("get_ticket", number).queue == "Second Queue"


def test_a_custom_field_that_is_not_shown_is_refused_and_not_sent(
        login: Callable[[str], Login]) -> None:
    olga = login("olga")
    number = olga("create_ticket", "General", subject="fields", read_back=False).id
    assert olga("get_ticket", number).custom_fields == {}
    with pytest.raises(InvalidValue):
        olga("edit_ticket", number, custom_fields={"Single": "x"})
    assert all(one.effect == "read" for one in olga.asked)


@pytest.mark.parametrize("user, error", [("glo", PermissionDenied), ("alice", InvalidValue),
                                         ("gerda", InvalidValue), ("jiro", InvalidValue)])
def test_missing_rights_and_bad_values_are_told_apart_in_any_language(
        login: Callable[[str], Login], user: str, error: type) -> None:
    number = login("root")("create_ticket", "General", subject="rights", read_back=False).id
    with pytest.raises((PermissionDenied, InvalidValue)) as caught:
        login(user)("edit_ticket", number, status="nonsense")
    assert type(caught.value) is error
    assert isinstance(caught.value, RTError) and caught.value.messages


def test_a_japanese_user_replies_and_comments_once_each(login: Callable[[str], Login]) -> None:
    jiro = login("jiro")
    number = jiro("create_ticket", "General", subject="題", read_back=False).id
    first = jiro("comment", number, "最初の\nコメント\n")
    assert first.transaction_id is not None
    file = NewAttachment("添付 ü.bin", b"\x00\xff" * 300, "application/x-thing")
    second = jiro("reply", number, "二番目", attachments=[file], status="stalled")
    assert second.changed == ("status",)
    jiro("add_time", number, 7)
    said = [one for one in jiro.all("get_history", number)
            if one.type in ("Comment", "Correspond")]
    assert [one.content for one in said] == ["最初の\nコメント\n", "二番目", "7 minutes worked."]
    assert said[0].id == first.transaction_id and said[2].time_taken == 7
    held, = (one for one in said[1].attachments if one.filename)
    assert held.filename == file.filename
    assert jiro("read_attachment", held.id) == file.content


def test_a_lost_answer_is_not_a_second_message(login: Callable[[str], Login]) -> None:
    gerda = login("gerda")
    number = gerda("create_ticket", "General", subject="lost", read_back=False).id
    whole, lost = gerda.through, []

    def losing(request: Request) -> Response:
        response = whole(request)
        if request.effect == "write-once":
            lost.append(request)
            raise OutcomeUnknown("the answer was lost on purpose")
        return response
    gerda.through = losing
    try:
        with pytest.raises(OutcomeUnknown) as caught:
            gerda("comment", number, "einmal")
    finally:
        gerda.through = whole
    assert len(lost) == 1 and caught.value.query
    assert [one.content for one in gerda.all("get_history", number, types=["Comment"])] == [
        "einmal"]
    found = gerda("search_tickets", caught.value.query, fields=())
    assert [one.id for one in found.items] == [number]


def test_histories_with_hidden_entries_are_whole(login: Callable[[str], Login],
                                                 server: Server) -> None:
    number = server.perl("""
        my $ticket = RT::Ticket->new(RT->SystemUser);
        $ticket->Create(Queue => 'General', Subject => 'holes');
        my $say = sub { my ($type, $n) = @_;
            for (1 .. $n) { my $entry = RT::Transaction->new(RT->SystemUser);
                $entry->Create(Ticket => $ticket->id, ObjectId => $ticket->id,
                    ObjectType => 'RT::Ticket', Type => $type, ActivateScrips => 0,
                    CommitScrips => 0, RecordTransaction => 1, Data => 'x',
                    MIMEObj => MIME::Entity->build(Data => ["$type\\n"], Type => 'text/plain')) } };
        $say->(Correspond => 2); $say->(Comment => 310); $say->(Correspond => 1);
        $say->(Comment => 130);
        print $ticket->id;
    """)
    hana, root = login("hana"), login("root")
    whole = root.all("get_history", int(number), content=False)
    assert len(whole) == 444
    seen = [one.id for one in whole if not one.type.startswith("Comment")]
    found = hana.all("get_history", int(number))
    assert [one.id for one in found] == seen
    assert [one.content for one in found if one.type == "Correspond"] == ["Correspond\n"] * 3
    assert [one.id for one in hana.all("get_history", int(number), content=False,
                                       types=["Correspond"])] == seen[-3:]
    parts = hana("get_attachments", int(number))
    assert [one.transaction_id for one in parts] == seen[-3:]
    assert len(root("get_attachments", int(number))) == 443


def test_every_content_is_saved_as_it_is_read(login: Callable[[str], Login], server: Server,
                                              tmp_path: Path) -> None:
    alice, count = login("alice"), 0
    for name in ("files", "mail-latin1", "mail-windows-1252", "mail-forwarded", "torture-emoji"):
        for one in alice("get_attachments", server.ids["tickets"][name]):
            target = tmp_path / str(one.id)
            try:
                content = alice("read_attachment", one.id)
            except Unsupported:
                assert one.content_type == "message/rfc822"
                with pytest.raises(Unsupported):
                    alice("save_attachment", one.id, target)
                assert not target.exists()
                continue
            assert alice("save_attachment", one.id, target) == len(content)
            assert target.read_bytes() == content
            count += 1
    assert count > 40 and len(list(tmp_path.iterdir())) == count


#: operation -> requests, as its docstring says, for one who sees everything and for one who does
#: not (None: the same).
COUNTS: Tuple[Tuple[str, Callable[[Login, Any], Any], int, Optional[int]], ...] = (
    ("get_ticket", lambda who, ids: who("get_ticket", ids["fields"]), 1, None),
    ("a merged one", lambda who, ids: who("get_ticket", ids["merged"]), 3, None),
    ("search", lambda who, ids: who.all("search_tickets", "Subject LIKE 'paging'"), 3, None),
    ("by order", lambda who, ids: who.all("search_tickets", "Subject LIKE 'paging'",
                                          order="-Created"), 3, None),
    ("snapshot", lambda who, ids: who.all("search_tickets", "Subject LIKE 'paging'",
                                          snapshot=True), 5, None),
    ("links", lambda who, ids: who("get_links", ids["links"]), 1, None),
    ("short history", lambda who, ids: who.all("get_history", ids["plain"], content=False), 1, 2),
    ("history", lambda who, ids: who.all("get_history", ids["plain"]), 3, 4),
    ("attachments", lambda who, ids: who("get_attachments", ids["files"]), 1, 2),
    ("whoami", lambda who, ids: who("whoami"), 1, None),
    ("queue", lambda who, ids: who("get_queue", "Second Queue"), 1, None),
    ("queues", lambda who, ids: who.all("get_queues"), 1, 2),
    ("edit", lambda who, ids: who("edit_ticket", ids["made"], priority=3, cc=["a@b.example"],
                                  custom_fields={"Tags": ["x"]}), 3, None),
    ("edit unread", lambda who, ids: who("edit_ticket", ids["made"], priority=4,
                                         read_back=False), 1, None),
    ("comment", lambda who, ids: who("comment", ids["made"], "x"), 1, None),
    ("reply", lambda who, ids: who("reply", ids["made"], "x", status="stalled"), 3, None),
    ("time", lambda who, ids: who("add_time", ids["made"], 1), 1, None),
    ("take", lambda who, ids: who("take_ticket", ids["made"]), 3, None),
    ("edit links", lambda who, ids: who("edit_links", ids["made"],
                                        add={"refers_to": [ids["plain"]]}), 3, None),
    ("create", lambda who, ids: who("create_ticket", "General", subject="x", content="y"), 2,
     None),
    ("delete", lambda who, ids: who("delete_ticket", ids["made"]), 3, None),
)


@pytest.mark.parametrize("user", ["root", "alice"])
def test_the_number_of_requests(login: Callable[[str], Login], server: Server, user: str) -> None:
    who = login(user)
    who("get_ticket", server.ids["tickets"]["plain"])        # once a login: names of roles
    made = who("create_ticket", "General", subject="counted", read_back=False).id
    who("edit_ticket", made, priority=1, read_back=False)    # once a login: RT's word for no right
    ids = {**server.ids["tickets"], "made": made}
    for name, act, seen, hidden in COUNTS:
        act(who, ids)
        allowed = {seen, seen if user == "root" or hidden is None else hidden}
        assert len(who.asked) in allowed, (name, [one.line for one in who.asked])


def test_the_server_zone_is_learnt_from_what_it_stored(bench: Bench) -> None:
    """In January and in July, for one without a zone of their own and for one with."""
    server = bench.server("5.0.3-newyork")
    for user in ("alice", "yorick"):
        who = Login(server, user)
        for wanted in ("2031-01-15 23:30:00", "2031-07-15 22:30:00", "2024-03-10 07:30:00"):
            made = who("create_ticket", "General", subject="zone",
                       custom_fields={"Window Start": wanted})
            assert "custom_fields[Window Start]" in made.changed
            other = (datetime.fromisoformat(wanted) + timedelta(days=183)).isoformat(" ")
            edited = who("edit_ticket", made.id, custom_fields={"Window Start": other})
            assert edited.changed == ("custom_fields[Window Start]",)
            assert who("get_ticket", made.id).custom_fields["Window Start"] == (other,)
