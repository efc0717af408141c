"""The bench itself: every expected server starts, says what it should, and holds the seed."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from tests.bench import Bench, BenchError, Server, Unavailable, packages
from tests.bench.versions import RELEASES, Release, release, site

pytestmark = [pytest.mark.live, pytest.mark.reads]
ROOT = Path(__file__).parent.parent
NAMES = [each.name for each in RELEASES]


def rest1(server: Server, path: str, user: str = "root") -> requests.Response:
    who = server.users[user]
    return requests.post(f"{server.url}/REST/1.0/{path}", timeout=60,
                         data={"user": who.name, "pass": who.password}, allow_redirects=False,
                         verify=str(server.ca_file) if server.ca_file else True)


def rest2(server: Server, path: str, user: str = "root") -> requests.Response:
    who = server.users[user]
    return requests.get(f"{server.url}/REST/2.0/{path}", timeout=60, auth=(who.name, who.password),
                        allow_redirects=False,
                        verify=str(server.ca_file) if server.ca_file else True)


def rows(bench: Bench, name: str, query: str) -> list[tuple[object, ...]]:
    """From the template, which no test writes to."""
    template = bench.template(site(name))[1]
    database = sqlite3.connect(f"file:{template.database}?mode=ro&immutable=1", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


@pytest.mark.parametrize("name", NAMES)
def test_release_answers_by_the_protocols_expected(bench: Bench, name: str) -> None:
    server = bench.require(name)
    expected = release(name)
    assert server.version.startswith(expected.expected)
    for user in ("root", "alice", "nora", "gerda", "yorick"):
        assert rest1(server, "", user).text.startswith(f"RT/{server.version} 200 Ok\n"), user
    unprivileged = rest1(server, "", "uwe")
    assert unprivileged.status_code == 302
    assert unprivileged.headers["Location"] == f"{server.url}/SelfService/"
    answer = rest2(server, "rt")
    if "rest2" in expected.protocols:
        assert answer.json()["Version"] == server.version
        assert rest2(server, f"ticket/{server.ids['tickets']['of uwe']}", "uwe").status_code == 200
    else:
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
            302, f"{server.url}/NoAuth/Login.html")


@pytest.mark.parametrize("name", NAMES)
def test_tokens_log_in_where_rt_has_them(bench: Bench, name: str) -> None:
    server = bench.require(name)
    have = {user.name for user in server.users.values() if user.token}
    assert have == ({"root", "alice"} if "rest2" in server.protocols else set())
    for user in have:
        answer = requests.get(f"{server.url}/REST/2.0/user/{user}", timeout=60, headers={
            "Authorization": f"token {server.users[user].token}"})
        assert answer.json()["EmailAddress"] == server.users[user].email


@pytest.mark.parametrize("name", NAMES)
def test_seed_is_alike_everywhere(bench: Bench, name: str) -> None:
    server = bench.require(name)
    model = bench.require("4.4.6").ids
    for kind in model:
        assert set(server.ids[kind]) == set(model[kind]), kind
    subjects = {row[0]: row[1] for row in rows(bench, name, "SELECT id, Subject FROM Tickets")}
    for ticket, number in server.ids["tickets"].items():
        renamed = {"history": "history: renamed", **server.ids["subjects"]}
        assert subjects[number] == renamed.get(ticket, ticket)
    assert server.ids["contents"] == model["contents"]
    assert server.ids["files"] == model["files"]
    long = rest1(server, f"ticket/{server.ids['tickets']['long']}/history").text
    assert "\n# 271/271 (/total)\n" in long


@pytest.mark.parametrize("name", ["4.4.6", "5.0.3", "5.0.7", "sid"])
def test_files_are_stored_as_they_were_seeded(bench: Bench, name: str) -> None:
    """Contents of RT >= 4.4.5, which does not touch final newlines; `0` is no content to RT."""
    server = bench.require(name)
    ticket = server.ids["tickets"]["files"]
    head = f"RT/{server.version} 200 Ok\n\n".encode()
    session = {"Cookie": rest1(server, "").headers["Set-Cookie"].split(";")[0]}
    different = set()
    for file, facts in server.ids["files"].items():
        path = f"ticket/{ticket}/attachments/{server.ids['attachments'][file]}/content"
        content = requests.get(f"{server.url}/REST/1.0/{path}", timeout=60,
                               headers=session).content
        assert content.startswith(head) or content == b""
        if hashlib.sha256(content[len(head):]).hexdigest() != facts["sha256"]:
            different.add(file)
    assert different == {"zero"}


@pytest.mark.parametrize("name", NAMES)
def test_created_agrees_with_the_first_transaction(bench: Bench, name: str) -> None:
    pairs = rows(bench, name, """
        SELECT t.Created, min(x.Created) FROM Tickets t JOIN Transactions x
        ON x.ObjectId = t.id AND x.ObjectType = 'RT::Ticket' GROUP BY t.id""")
    assert len(pairs) > 300
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    months = {str(created)[5:7] for created, _ in pairs}
    assert {"01", "07"} <= months


@pytest.mark.parametrize("name", ["4.4.6-july", "5.0.3-july"])
def test_july_copy_has_no_winter(bench: Bench, name: str) -> None:
    moments = [value for row in rows(bench, name, """
        SELECT Created, LastUpdated, Told, Starts, Started, Due, Resolved FROM Tickets
        UNION ALL SELECT Created, Created, NULL, NULL, NULL, NULL, NULL FROM Transactions
        """) for value in row if value and not str(value).startswith("1970-01-01 00:00:00")]
    assert len(moments) > 5000
    assert {str(moment)[5:7] for moment in moments} == {"07"}


def test_perl_runs_inside_the_server_and_reports_its_death(bench: Bench) -> None:
    server = bench.require("5.0.3")
    name = server.perl("my $cf = RT::CustomField->new(RT->SystemUser); "
                       f"$cf->Load({server.ids['custom_fields']['Größe']}); print $cf->Name")
    assert name == "Größe"
    with pytest.raises(BenchError, match="no such luck at snippet line 2"):
        server.perl("my $x = 1;\ndie 'no such luck'")


def test_fresh_copy_is_its_own(bench: Bench) -> None:
    shared, copy = bench.require("4.4.6"), bench.fresh("4.4.6")
    assert copy.url != shared.url and copy.ids == shared.ids
    plain = copy.ids["tickets"]["plain"]
    copy.perl(f"my $t = RT::Ticket->new(RT->SystemUser); $t->Load({plain}); "
              "$t->SetSubject('mine')")
    assert "Subject: mine\n" in rest1(copy, f"ticket/{plain}/show").text
    assert "Subject: mine\n" not in rest1(shared, f"ticket/{plain}/show").text
    bench.stop(copy)
    assert not copy.folder.exists()
    with pytest.raises(requests.ConnectionError):
        rest1(copy, "")


def test_running_server_is_shared_until_the_last_lets_go(tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(Bench().cache / "templates")
    first, second = Bench(tmp_path), Bench(tmp_path)
    server = first.server("4.4.6")
    assert second.server("4.4.6").url == server.url and first.running("4.4.6") == [server.url]
    first.stop()
    assert rest1(server, "").status_code == 200
    second.stop()
    assert second.running("4.4.6") == []
    kept = first.server("4.4.6")
    first.keep(kept)
    first.stop()
    assert second.running("4.4.6") == [kept.url]
    assert second.stop_all(("5.0.3",)) == []
    assert second.stop_all() == ["4.4.6"]
    assert second.running("4.4.6") == []


def test_newyork_prints_its_local_time(bench: Bench) -> None:
    server = bench.require("5.0.3-newyork")
    for name, local in (("january", "Mon Jan 15 08:37:11 2024"),
                        ("july", "Tue Jul 16 04:05:59 2024")):
        ticket = server.ids["tickets"][f"dates-{name}"]
        assert f"\nCreated: {local}\n" in rest1(server, f"ticket/{ticket}/show", "alice").text
        # yorick's own zone is the same, his format is not
        assert "\nCreated: 2024-0" in rest1(server, f"ticket/{ticket}/show", "yorick").text


def test_secure_cookie_over_plain_http(bench: Bench) -> None:
    cookie = rest1(bench.require("5.0.3-secure"), "").headers["Set-Cookie"]
    assert "secure" in [part.strip().lower() for part in cookie.split(";")]
    assert "secure" not in rest1(bench.require("5.0.3"), "").headers["Set-Cookie"]


def test_tls_under_a_sub_path(bench: Bench) -> None:
    server = bench.require("5.0.3-tls")
    assert server.url.startswith("https://localhost:") and server.url.endswith("/rt")
    assert rest1(server, "").text.startswith(f"RT/{server.version} 200 Ok")
    assert rest1(server, "", "uwe").headers["Location"] == f"{server.url}/SelfService/"
    plain = server.ids["tickets"]["plain"]
    addresses = rest2(server, f"ticket/{plain}").json()["_hyperlinks"]
    assert addresses[0]["_url"] == f"{server.url}/REST/2.0/ticket/{plain}"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(server.url, timeout=60)
    http = requests.get(server.url.replace("https", "http") + "/REST/1.0/", timeout=60,
                        allow_redirects=False)
    assert (http.status_code, http.headers["Location"]) == (301, f"{server.url}/REST/1.0/")


def test_closed_protocols_and_no_rt(bench: Bench) -> None:
    for name, closed in (("5.0.3-norest1", "1.0/"), ("5.0.3-norest2", "2.0/rt")):
        server = bench.require(name)
        for path, protocol in (("1.0/", "rest1"), ("2.0/rt", "rest2")):
            answer = requests.get(f"{server.url}/REST/{path}", timeout=60)
            if path == closed:
                assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html")
                assert protocol not in server.protocols
            else:
                assert answer.status_code == {"rest1": 200, "rest2": 401}[protocol]
                assert protocol in server.protocols
    bare = bench.require("nginx-plain")
    assert requests.get(bare.url + "/REST/1.0/", timeout=60).status_code == 404
    assert (bare.version, bare.protocols, dict(bare.users)) == ("", frozenset(), {})


def test_suite_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    gone = Release("9.9.9", 5, "no-such-suite", "9.9.9", frozenset())
    with pytest.raises(Unavailable) as caught:
        packages.fetch(gone, tmp_path)
    assert caught.value.name == "9.9.9" and "no-such-suite" in caught.value.reason


def test_installed_release_is_never_optional(bench: Bench) -> None:
    with pytest.raises(BenchError, match="RT 4.4.9 is not installed"):
        bench.software(replace(release("4.4.6"), expected="4.4.9"))


def test_run_ends_loudly_without_a_version(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "from tests.bench import Unavailable\n"
        "def test_write(bench):\n"
        "    bench.missing['sid'] = 'the archive\\nhas gone'\n"
        "    raise Unavailable('sid', 'the archive\\nhas gone')\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.bench.plugin", "-p", "no:cacheprovider",
         "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path / "test_it.py")],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert "1 skipped" in done.stdout
    assert ("NOT LIVE: RT sid (sid): the archive has gone; 1 write tests not run"
            in done.stdout.splitlines())
