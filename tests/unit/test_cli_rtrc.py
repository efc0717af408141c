"""The rt command's file: where it is found, how it is read, what is refused."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from rtcompat.cli import rtrc
from rtcompat.errors import InvalidQuery, UsageError


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_the_nearest_file_above_the_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".rtrc", "server http://far/")
    near = write(tmp_path / "a" / ".rtrc", "server http://near/")
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    home = write(tmp_path / "home" / ".rtrc", "server http://home/").parent
    assert rtrc.find({}, folder, home) == near


def test_home_comes_after_the_folders_above(tmp_path: Path) -> None:
    home = write(tmp_path / "home" / ".rtrc", "server http://home/").parent
    folder = tmp_path / "work"
    folder.mkdir()
    assert rtrc.find({}, folder, home) == home / ".rtrc"


def test_rtconfig_names_another_file(tmp_path: Path) -> None:
    write(tmp_path / ".rtrc", "server http://a/")
    other = write(tmp_path / "other.conf", "server http://b/")
    assert rtrc.find({"RTCONFIG": "other.conf"}, tmp_path, tmp_path) == other
    assert rtrc.find({"RTCONFIG": str(other)}, Path("/"), Path("/")) == other
    assert rtrc.find({"RTCONFIG": ""}, tmp_path, tmp_path) == tmp_path / ".rtrc"


def test_an_absolute_file_that_is_not_there_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / ".rtrc", "server http://a/")
    absent = str(tmp_path / "absent")
    assert rtrc.find({"RTCONFIG": absent}, tmp_path, tmp_path) is None
    assert rtrc.settings({"RTCONFIG": absent}, tmp_path, tmp_path) == rtrc.Settings()


def test_a_folder_of_that_name_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "work" / ".rtrc").mkdir(parents=True)
    write(tmp_path / ".rtrc", "server http://a/")
    assert rtrc.find({}, tmp_path / "work", tmp_path) == tmp_path / ".rtrc"


def test_every_key(tmp_path: Path) -> None:
    path = write(tmp_path / "x", "# comment\n\nserver  https://rt.example.org/\nuser\talice\n"
                 "passwd a b# \nquery Status != 'resolved'\norderby -Created\nqueue General\n"
                 "auth basic\nexternalauth 1\nuser bob\r\n")
    held = rtrc.read(path)
    assert dict(held.values) == {
        "server": "https://rt.example.org/", "user": "bob", "passwd": "a b# ",
        "query": "Status != 'resolved'", "orderby": "-Created", "queue": "General",
        "auth": "basic", "externalauth": "1"}
    assert "a b#" not in repr(held)


@pytest.mark.parametrize("line", ["password hunter2", "server", " user alice", "format l",
                                  "hunter2", "passwd"])
def test_what_rt_does_not_know_is_named_by_line_and_never_quoted(line: str,
                                                                 tmp_path: Path) -> None:
    path = write(tmp_path / "x", f"server http://a/\n{line}\n")
    with pytest.raises(UsageError) as caught:
        rtrc.read(path)
    assert f"{path}, line 2" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"user \xc3\xbc\n\npasswd hunter2\xfc\n")
    with pytest.raises(UsageError, match="line 3: not UTF-8") as caught:
        rtrc.read(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("line, why", [
    ("\ufeffserver http://a/", "begins with a byte order mark"), (" server http://a/", "blanks"),
    ("\tuser hunter2", "blanks"), ("password hunter2", "calls it passwd"),
    ("password=hunter2", "not a setting"), ("passwd", "passwd has no value")])
def test_what_the_rt_command_refuses_is_explained(line: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        rtrc.read(write(tmp_path / "x", line + "\n"))
    assert "line 1: " in caught.value.what and "hunter2" not in str(caught.value)


def test_the_server_that_debians_package_writes_is_nobodys_choice(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "rt.conf", "server http://localhost/rt\n")
    assert rtrc.read(path).named_server == "http://localhost/rt"
    monkeypatch.setattr(rtrc, "_MACHINE", (str(path),))
    (tmp_path / "home").mkdir()
    found = rtrc.settings({}, tmp_path / "home", tmp_path / "home")
    assert found.path == path and found.named_server is None
    write(path, "server https://rt.example.org/\n")
    assert rtrc.read(path).named_server == "https://rt.example.org/"


@pytest.mark.parametrize("mode, text, exposed", [
    (0o600, "passwd x", False), (0o640, "passwd x", True), (0o604, "passwd x", True),
    (0o644, "user x", False)])
def test_a_password_that_others_can_read(mode: int, text: str, exposed: bool,
                                         tmp_path: Path) -> None:
    path = write(tmp_path / "x", text)
    os.chmod(path, mode)
    assert rtrc.read(path).exposed is exposed


def test_the_environment() -> None:
    assert rtrc.from_environment({"RTUSER": "a", "RTPASSWD": "b", "RTQUEUE": "no", "RTAUTH": "",
                                  "RTORDERBY": "id"}) == {"user": "a", "passwd": "b",
                                                          "orderby": "id"}


@pytest.mark.parametrize("query, queue, asked", [
    ("Status != resolved and Owner=alice", None, "Status != 'resolved' and Owner='alice'"),
    ("Status!='resolved'", "helpdesk",
     "(Status!='resolved') AND (Queue='helpdesk')"),
    ("Status = 'new'", "a or Queue=b", "(Status = 'new') AND (Queue='a' or Queue='b')"),
    ("Queue = 'x'", "helpdesk", "Queue = 'x'"),
    ("Subject like mail and id=12", None, "Subject like 'mail' and id=12"),
    ("Subject = 'a=b like c'", None, "Subject = 'a=b like c'"),
    ('Subject = "it\'s a=b"', None, 'Subject = "it\'s a=b"'),
    (r"Subject = 'it\'s=x' or Owner=b", None, r"Subject = 'it\'s=x' or Owner='b'"),
    ("Priority >= 10", None, "Priority >= 10"),
    ("Told = -5", None, "Told = -5"),
])
def test_the_query_of_the_file(query: str, queue: str, asked: str) -> None:
    assert rtrc.default_query(query, queue) == asked


def test_a_query_of_the_file_that_cannot_be_narrowed_is_refused() -> None:
    with pytest.raises(InvalidQuery):
        rtrc.default_query("id = 1) or (id = 2", "helpdesk")
