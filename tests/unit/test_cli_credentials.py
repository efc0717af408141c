"""Who asks: the order of the sources, and that no password goes to a stranger."""
from __future__ import annotations

import getpass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import pytest

from rtcompat.cli.credentials import (Ask, Credentials, credentials, kept_for_others,
                                      server_of)
from rtcompat.cli.rtrc import Settings
from rtcompat.errors import UsageError

HERE = "https://rt.example.org"


def held(**values: str) -> Settings:
    return Settings(Path("/x/.rtrc"), values)


def who(home: Path, *, user: Optional[str] = None, server: str = HERE,
        environment: Optional[Dict[str, str]] = None, settings: Settings = Settings(),
        ask: Ask = None) -> Optional[Credentials]:
    return credentials(server, user, environment or {}, settings, home, ask)


def netrc(home: Path, text: str) -> None:
    (home / ".netrc").write_text(text)
    (home / ".netrc").chmod(0o600)


def named(found: Optional[Credentials]) -> Tuple[Optional[str], Optional[str], str]:
    assert found is not None
    return found.user, found.password or found.token, found.source


def test_the_order_of_the_sources(tmp_path: Path) -> None:
    netrc(tmp_path, "machine rt.example.org login alice password netrc")
    settings = held(user="alice", passwd="file")
    every = {"RTUSER": "alice", "RTPASSWD": "rt", "RTCOMPAT_PASSWORD": "ours"}
    seen = []
    for gone in ("RTCOMPAT_PASSWORD", "RTPASSWD"):
        seen.append(named(who(tmp_path, environment=every, settings=settings))[1:])
        del every[gone]
    seen.append(named(who(tmp_path, environment=every, settings=settings))[1:])
    seen.append(named(who(tmp_path, environment=every))[1:])
    (tmp_path / ".netrc").unlink()
    seen.append(named(who(tmp_path, environment=every, ask=lambda text: "typed"))[1:])
    assert seen == [("ours", "RTCOMPAT_PASSWORD"), ("rt", "RTPASSWD"), ("file", "/x/.rtrc"),
                    ("netrc", str(tmp_path / ".netrc")), ("typed", "prompt")]
    assert who(tmp_path, environment=every) is None


def test_a_token_stands_alone(tmp_path: Path) -> None:
    found = who(tmp_path, environment={"RTCOMPAT_TOKEN": "1-2-abc", "RTUSER": "alice"})
    assert found is not None and found.token == "1-2-abc" and found.user is None
    for user, environment in ((None, {"RTCOMPAT_PASSWORD": "x"}), ("alice", {})):
        with pytest.raises(UsageError, match="RTCOMPAT_TOKEN"):
            who(tmp_path, user=user, environment={"RTCOMPAT_TOKEN": "1", **environment})


@pytest.mark.parametrize("other", ["http://rt.example.org", "https://rt.example.org:8443",
                                   "https://rt.example.com", "https://rt.example.org.evil.net"])
def test_a_password_stays_with_the_server_it_is_for(other: str, tmp_path: Path) -> None:
    settings = held(server=HERE + "/rt", user="alice", passwd="file")
    assert named(who(tmp_path, settings=settings))[1] == "file"
    assert who(tmp_path, settings=settings, server=other) is None
    environment = {"RTSERVER": HERE, "RTPASSWD": "rt", "RTUSER": "alice"}
    assert named(who(tmp_path, environment=environment))[1] == "rt"
    assert who(tmp_path, environment=environment, server=other) is None


def test_netrc_is_asked_by_host_and_never_by_default(tmp_path: Path) -> None:
    netrc(tmp_path, "machine rt.example.org login alice password one\n"
                    "default login alice password two\n")
    assert named(who(tmp_path))[:2] == ("alice", "one")
    assert who(tmp_path, server="https://stranger.example.org") is None


def test_a_password_stays_with_its_user(tmp_path: Path) -> None:
    netrc(tmp_path, "machine rt.example.org login alice password one")
    environment = {"RTUSER": "alice", "RTPASSWD": "rt"}
    settings = held(user="alice", passwd="file")
    assert who(tmp_path, user="bob", environment=environment, settings=settings) is None
    asked: List[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return "typed"
    assert named(who(tmp_path, user="bob", settings=settings, ask=ask))[:2] == ("bob", "typed")
    assert asked == [f"Password of bob at {HERE}"]


def test_rtuser_overrides_the_user_of_the_file_and_leaves_its_password(tmp_path: Path) -> None:
    settings = held(user="alice", passwd="file")
    assert who(tmp_path, environment={"RTUSER": "bob"}, settings=settings) is None


def test_a_password_without_a_user_is_for_this_machines_login(tmp_path: Path) -> None:
    assert named(who(tmp_path, settings=held(passwd="file")))[0] == getpass.getuser()


def test_an_unreadable_netrc_is_named_and_not_quoted(tmp_path: Path) -> None:
    netrc(tmp_path, "machine rt.example.org login alice\npasswort hunter2\n")
    with pytest.raises(UsageError) as caught:
        who(tmp_path)
    assert ".netrc, line" in str(caught.value) and "hunter2" not in str(caught.value)


def test_netrc_may_stand_elsewhere(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("machine rt.example.org login alice password one")
    assert named(who(tmp_path, environment={"NETRC": str(other)}))[1] == "one"


@pytest.mark.parametrize("values, environment, basic", [
    ({}, {}, False), ({"auth": "basic"}, {}, True), ({"auth": "rt"}, {}, False),
    ({"externalauth": "1"}, {}, True), ({"externalauth": "0"}, {}, False),
    ({"auth": "basic"}, {"RTAUTH": "rt"}, False), ({}, {"RTEXTERNALAUTH": "1"}, True)])
def test_who_checks_the_password(values: Dict[str, str], environment: Dict[str, str],
                                 basic: bool, tmp_path: Path) -> None:
    found = who(tmp_path, settings=held(passwd="x", **values), environment=environment)
    assert found is not None and found.basic is basic


def test_basic_is_for_the_server_of_the_file(tmp_path: Path) -> None:
    found = who(tmp_path, settings=held(server="http://other", auth="basic"),
                environment={"RTCOMPAT_PASSWORD": "x"})
    assert found is not None and not found.basic


def test_kerberos_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gssapi.*authentication object"):
        who(tmp_path, settings=held(auth="gssapi"))


def test_the_server() -> None:
    environment = {"RTSERVER": "http://b"}
    assert server_of("http://a", environment, held(server="http://c")) == "http://a"
    assert server_of(None, environment, held(server="http://c")) == "http://b"
    assert server_of(None, {}, held(server="http://c")) == "http://c"
    with pytest.raises(UsageError, match="no server"):
        server_of(None, {}, held())


@pytest.mark.parametrize("option", ["", "  "])
def test_an_empty_server_is_not_replaced_by_another(option: str) -> None:
    with pytest.raises(UsageError, match="give --server, RTSERVER or a .rtrc"):
        server_of(option, {"RTSERVER": "http://b"}, held(server="http://c"))


def test_nothing_is_sent_to_the_server_of_debians_package() -> None:
    packaged = Settings(Path("/etc/request-tracker5/rt.conf"), {"server": "http://localhost/rt"})
    with pytest.raises(UsageError, match="no server"):
        server_of(None, {}, packaged)


@pytest.mark.parametrize("url", ["https://alice:geheim@rt.example.org/rt", "alice:geheim@host",
                                 "http://geheim@[::1]:80"])
def test_credentials_in_the_address_are_refused_and_not_shown(url: str) -> None:
    for option, environment, settings in ((url, {}, held()), (None, {"RTSERVER": url}, held()),
                                          (None, {}, held(server=url))):
        with pytest.raises(UsageError) as caught:
            server_of(option, environment, settings)
        assert "geheim" not in str(caught.value) and "--user" in str(caught.value)
    assert server_of("http://a/x@y", {}, held()) == "http://a/x@y"


def test_a_password_behind_the_user_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not part of --user") as caught:
        who(tmp_path, user="alice:geheim")
    assert "geheim" not in str(caught.value)


def test_a_guessed_user_is_known_for_guessed(tmp_path: Path) -> None:
    asked: List[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return "typed"
    for settings in (held(passwd="file"), held()):
        found = who(tmp_path, settings=settings, ask=ask)
        assert found is not None and found.guessed and found.user == getpass.getuser()
    assert asked == [f"Password of {getpass.getuser()} (your login on this machine) at {HERE}"]
    named_one = who(tmp_path, user="bob", ask=ask)
    assert named_one is not None and not named_one.guessed


def test_whose_the_other_passwords_are() -> None:
    settings = held(server=HERE, user="alice", passwd="hunter2")
    assert list(kept_for_others("http://other", None, {}, settings)) == [
        "the one in /x/.rtrc is for another server"]
    assert list(kept_for_others(HERE, "bob", {}, settings)) == [
        "the one in /x/.rtrc is for another user"]
    assert list(kept_for_others(HERE, "bob", {"RTUSER": "a", "RTPASSWD": "x"}, held())) == [
        "the one in RTPASSWD is for another user"]
    assert list(kept_for_others(HERE, "alice", {}, settings)) == []


def test_no_secret_in_the_repr() -> None:
    shown = repr(Credentials("alice", "hunter2", "1-2-hunter2"))
    assert "alice" in shown and "hunter2" not in shown
