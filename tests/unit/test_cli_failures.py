"""Every error of the tree has an exit code and is told without a secret or a traceback."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator, Type

import pytest

from rtcompat import errors
from rtcompat import json_lines
from rtcompat.cli import failures
from rtcompat.model import Receipt
from tests.unit.cli_fake import SECRET, Desk

#: The issue's own table, class by class.
CODES = {
    "UsageError": 2, "Unsupported": 2, "TransportError": 5, "ConnectFailed": 5, "TimedOut": 5,
    "TLSFailed": 5, "Truncated": 5, "OutcomeUnknown": 6, "ProtocolError": 5, "FormSyntaxError": 5,
    "Refused": 1, "NotAuthenticated": 4, "PermissionDenied": 1, "NotFound": 3, "InvalidQuery": 1,
    "InvalidValue": 1, "Conflict": 1, "ServerFailure": 1, "NotSaved": 3,
}


def tree(root: Type[errors.RTError] = errors.RTError) -> Iterator[Type[errors.RTError]]:
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from tree(kind)


def test_the_table_names_every_class() -> None:
    assert {kind.__name__ for kind in tree()} == set(CODES)


@pytest.mark.parametrize("name, code", CODES.items())
def test_each_class_ends_a_command_with_its_code(
        name: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = getattr(errors, name)("it did not work", request="GET ticket/1",
                                  server="https://rt.example.org", messages=("Nein",),
                                  advice="try again")
    desk = Desk(tmp_path, get_links=error)
    assert desk.run("links", "1") == code
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err and SECRET not in err
    first, *others = err.splitlines()
    assert first.startswith("rtcompat: ") and first.endswith(": it did not work")
    assert others == ["    RT said: Nein", "    asked: GET ticket/1 at https://rt.example.org",
                      "    advice: try again"]
    assert desk.tracker.closed == 1


@pytest.mark.parametrize("name, code", CODES.items())
def test_each_class_is_told_to_programs(
        name: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, get_links=getattr(errors, name)("no", messages=("Nein",)))
    assert desk.run("links", "1", "--json") == code
    out, err = capsys.readouterr()
    told = json.loads(err)
    assert out == "" and (told["error"], told["exit"]) == (name, code)
    assert (told["what"], told["messages"]) == ("no", ["Nein"])


@pytest.mark.parametrize("name, code", CODES.items())
def test_an_error_while_connecting_counts_alike(
        name: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path)
    desk.connecting = getattr(errors, name)("no")
    assert desk.run("show", "1") == code
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("error, line", [
    (errors.OutcomeUnknown("lost", query="Subject = 'x'"), "    find it by: Subject = 'x'"),
    (errors.ProtocolError("a page", status=502, body="<html>"), "    answered: HTTP status 502"),
    (errors.FormSyntaxError("bad", lineno=3, line="x"), "    where: the answer, line 3"),
    (errors.NotFound("none", messages=("a\nb\x1b[2J",)), "    RT said: a\nb\\x1b[2J")])
def test_what_an_error_knows_besides(error: errors.RTError, line: str) -> None:
    assert line in list(failures.told(error))


def test_the_sentence_is_not_told_twice() -> None:
    assert list(failures.told(errors.ConnectFailed("no connection: refused"))) == [
        "rtcompat: no connection: refused"]
    assert len(list(failures.told(errors.Refused("No", messages=("No",))))) == 1


@pytest.mark.parametrize("error", [
    errors.InvalidValue("no", receipt=Receipt(changed=("a",), refused=("b",), id=3)),
    errors.OutcomeUnknown("lost", resolved=True, receipt=Receipt(id=3), query="x"),
    errors.Conflict("c", found={"a": ("b",)}), errors.ProtocolError("p", body="page", status=500)])
def test_every_attribute_reaches_programs_but_the_page(error: Any) -> None:
    told = json.loads(json_lines.line(failures.as_json(error)))
    assert "body" not in told
    assert ("receipt" in told) is (getattr(error, "receipt", None) is not None)


@pytest.mark.parametrize("said, shown", [
    ("give user= and password=", "give --user and RTCOMPAT_PASSWORD"),
    ("log in with user and password or a token",
     "log in with --user and RTCOMPAT_PASSWORD or a token"),
    ("verify= takes the file of the CA", "--ca takes the file of the CA"),
    ("verify=False trusts any", "--insecure trusts any"),
    ("it is not allowed by protocol=", "it is not allowed by --protocol"),
    ("connect with timezone='Area/City', or use REST2",
     "connect with --timezone Area/City, or use REST2"),
    ("give timeout= or proxy=", "give --timeout or HTTP_PROXY or HTTPS_PROXY"),
    ("list with complete_watchers=True", "list with --complete-watchers"),
    ("route=False", "--no-route"),
    ("give it as auth=(user, password)",
     "give it as RTAUTH=basic with --user and RTCOMPAT_PASSWORD"),
    ("edit_ticket(owner=…)", "edit --set owner=…"),
    ("RT's: 'user= and verify=x' stays", "RT's: 'user= and verify=x' stays"),
    ("superuser=x and --user=y", "superuser=x and --user=y")])
def test_advice_speaks_of_options(said: str, shown: str) -> None:
    error = errors.UsageError(said, advice=said)
    assert list(failures.told(error)) == [f"rtcompat: wrong usage: {shown}",
                                          f"    advice: {shown}"]
    told = failures.as_json(error)
    assert (told["what"], told["advice"]) == (shown, shown)


def test_rts_own_words_stay() -> None:
    error = errors.InvalidValue("verify= is wrong", messages=("verify= is wrong",))
    assert list(failures.told(error)) == ["rtcompat: refused: verify= is wrong"]
