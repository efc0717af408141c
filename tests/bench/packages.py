"""Debian's packages: the machine's own release installed, other suites unpacked beside it.

The archive's address comes from the machine's own apt configuration. A suite that is not this
machine's is read through an apt configuration of its own and unpacked into a folder; nothing of
it is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from .errors import BenchError, Unavailable
from .software import Software, found
from .versions import Release

INSTALLED = ("request-tracker4", "rt4-db-sqlite", "rt4-standalone",
             "request-tracker5", "rt5-db-sqlite", "rt5-standalone",
             "libfcgi-perl", "libfcgi-procmanager-perl", "nginx-light", "openssl")
ABSOLUTE = re.compile(rb"(?<![\w/])/(usr/share|etc|var/lib|var/cache)/request-tracker(?=[45])")
# A missing semicolon in RT 4.4.4 that Perl >= 5.34 refuses; every scrip of it would fail.
MENDED = {"usr/share/request-tracker4/lib/RT/Condition.pm":
          (b"$self->{'TemplateObj'} =undef\n", b"$self->{'TemplateObj'} = undef;\n")}
REFRESH_SECONDS = 86400
SOURCES = (Path("/etc/apt/sources.list"), Path("/etc/apt/sources.list.d"))


def install() -> None:
    """Install both generations of RT and nginx from the machine's release, if they are not yet.

    Needs root then.
    """
    listed = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}\n", *INSTALLED],
                            capture_output=True, encoding="utf-8", check=False)
    if listed.returncode == 0 and set(listed.stdout.split()) == {"installed"}:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "update"], environment)
    _call(["apt-get", "install", "-y", "--no-install-recommends", *INSTALLED], environment)


def archive() -> tuple[str, str]:
    """Address of the Debian archive that this machine uses, and the option naming its key.

    Reads one-line (.list) and deb822 (.sources) files; BenchError if neither names an archive
    with this machine's release.
    """
    codename = _codename()
    for path in _source_files():
        text = path.read_text("utf-8")
        for uri, suites, key in (_deb822(text) if path.suffix == ".sources" else _one_line(text)):
            if codename in suites:
                return uri, (f"[signed-by={key}]" if key else "")
    raise BenchError(f"no apt source of {codename} in /etc/apt")


def refresh(release: Release, folder: Path) -> Software:
    """What fetch() left, fetched again once it is older than a day and the archive answers.

    Raises Unavailable when there is neither an archive nor an earlier fetch.
    """
    have = fetched(release, folder)
    if have and time.time() - (folder / "current").stat().st_mtime < REFRESH_SECONDS:
        return have
    try:
        return fetch(release, folder)
    except Unavailable:
        if have:
            return have  # a version that was had once can still be run
        raise


def fetch(release: Release, folder: Path) -> Software:
    """The newest packages of the release's suite, unpacked below folder/VERSION.

    Raises:
        Unavailable: the archive cannot be reached, or no longer has the suite or the packages.
    """
    assert release.suite is not None
    try:
        options = _suite_options(release.suite, folder / "apt")
        _call(["apt-get", *options, "update"])
        debs = _download(release, options, folder / "apt" / "deb")
    except (BenchError, OSError) as error:
        raise Unavailable(release.name, f"suite {release.suite}: {error}") from error
    version = debs[0].name.split("_")[1]
    root = folder / f"{version}.{_recipe()}"
    if not root.exists():
        _unpack(debs, root)
    software = found(release.generation, root)
    if software is None:
        raise Unavailable(release.name, f"no RT {release.generation} in the packages of {root}")
    (folder / "current").write_text(root.name, "utf-8")
    return software


def fetched(release: Release, folder: Path) -> Software | None:
    """What an earlier fetch left, None if nothing or if it was unpacked in another way."""
    current = folder / "current"
    if not current.exists() or not current.read_text("utf-8").endswith(_recipe()):
        return None
    return found(release.generation, folder / current.read_text("utf-8"))


def _recipe() -> str:
    """A hash of what unpacking changes in the files."""
    return hashlib.sha256(repr((ABSOLUTE.pattern, MENDED)).encode()).hexdigest()[:8]


def _codename() -> str:
    match = re.search(r"^VERSION_CODENAME=(\S+)", Path("/etc/os-release").read_text("utf-8"), re.M)
    if match is None:
        raise BenchError("/etc/os-release names no Debian release")
    return match.group(1)


def _source_files() -> list[Path]:
    more = sorted(SOURCES[1].iterdir()) if SOURCES[1].is_dir() else []
    return [path for path in (SOURCES[0], *more)
            if path.suffix in (".list", ".sources") and path.is_file()]


def _one_line(text: str) -> list[tuple[str, list[str], str]]:
    entries = []
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)", line)
        if match:
            key = re.search(r"signed-by=(\S+)", match.group(1) or "")
            entries.append((match.group(2), [match.group(3)], key.group(1) if key else ""))
    return entries


def _deb822(text: str) -> list[tuple[str, list[str], str]]:
    entries = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = {name.lower(): value.strip()
                  for name, value in re.findall(r"^([A-Za-z-]+):(.*)$", paragraph, re.M)}
        if fields.get("types", "").split()[:1] == ["deb"] and fields.get("uris"):
            entries.append((fields["uris"].split()[0], fields.get("suites", "").split(),
                            fields.get("signed-by", "")))
    return entries


def _suite_options(suite: str, folder: Path) -> list[str]:
    """A private apt configuration that knows this one suite and no installed package."""
    uri, key = archive()
    for each in ("lists/partial", "cache/archives/partial", "deb"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(f"deb {key} {uri} {suite} main\n", "utf-8")
    (folder / "status").write_text("", "utf-8")
    settings = {
        "Dir::Etc::sourcelist": folder / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists", "Dir::Cache": folder / "cache",
        # With the machine's status file apt prefers the installed version of the same package.
        "Dir::State::status": folder / "status",
        "Acquire::Languages": "none", "APT::Sandbox::User": "root",
        # Old suites stop signing new dates; what is fetched is still checked against the key.
        "Acquire::Check-Valid-Until": "false",
        "APT::Update::Error-Mode": "any",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _download(release: Release, options: list[str], folder: Path) -> list[Path]:
    number = release.generation
    names = [f"request-tracker{number}", f"rt{number}-db-sqlite", f"rt{number}-standalone"]
    for old in folder.glob("*.deb"):
        old.unlink()
    _call(["apt-get", *options, "download", *names], folder=folder)
    return [next(iter(sorted(folder.glob(f"{name}_*.deb")))) for name in names]


def _unpack(debs: list[Path], root: Path) -> None:
    """Unpack beside the final place, rewrite absolute paths to it, then move it there."""
    partial = root.with_name(root.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for deb in debs:
        _call(["dpkg", "-x", str(deb), str(partial)])
    for path in partial.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 2_000_000:
            before = path.read_bytes()
            after = ABSOLUTE.sub(lambda m: b"%s/%s/request-tracker" % (
                str(root).encode(), m.group(1)), before)
            after = after.replace(*MENDED.get(str(path.relative_to(partial)), (b"\0", b"\0")))
            if after != before:
                path.write_bytes(after)
    partial.rename(root)


def _call(command: list[str], environment: dict[str, str] | None = None,
          folder: Path | None = None) -> str:
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False,
                              env=environment, cwd=folder, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command[:2])} ended with {done.returncode}: "
                         f"{done.stderr.strip()[-600:]}")
    return done.stdout
