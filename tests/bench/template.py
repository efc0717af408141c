"""A seeded database for each release and season, made once and kept.

The key hashes what the template is made of: RT's version, the season and the seed's files. A
template that has its ids.json is complete.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from .software import SEED, Software

PARTS = ("people", "fields", "tickets", "torture", "files", "changes", "dates", "many")
# The clock stands here when the seed begins: a summer Monday, not at midnight.
START = {"year": 1715591742, "july": 1720084543}

# Older templates of a version stay this long: another checkout may still be using one.
KEPT_SECONDS = 2 * 86400


@dataclass(frozen=True)
class Template:
    """A seeded database and the ids in it, in ``folder``; ``key`` names what it was made of."""

    folder: Path
    key: str

    @property
    def database(self) -> Path:
        return self.folder / "rt.sqlite"

    @property
    def ids(self) -> Path:
        return self.folder / "ids.json"


def template(software: Software, season: str, cache: Path) -> Template:
    """The template of this RT and season, made if the cache has none of its key.

    Raises BenchError when RT's Perl fails; nothing half made is left under the final name.
    """
    key = _key(software, season)
    made = Template(cache / f"{software.version}-{season}-{key}", key)
    if made.ids.exists():
        return made
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{software.version}-{season}-*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old)
    partial = Template(cache / f"partial-{made.folder.name}", key)
    shutil.rmtree(partial.folder, ignore_errors=True)
    _make(software, season, partial)
    partial.folder.rename(made.folder)
    return made


def write_config(folder: Path, database: Path, settings: tuple[str, ...] = ()) -> Path:
    """RT_SiteConfig.pm in the folder, with everything that RT writes kept inside the folder.

    Returns the file; RT_SiteConfig.d beside it is empty. ``settings`` are further Perl lines.
    """
    for each in ("RT_SiteConfig.d", "var", "mason_data", "session_data"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    config = folder / "RT_SiteConfig.pm"
    config.write_text("\n".join((
        "Set($rtname, 'bench.example.org');",
        "Set($Organization, 'example.org');",
        "Set($CorrespondAddress, 'rt@example.org');",
        "Set($CommentAddress, 'rt-comment@example.org');",
        "Set($Timezone, 'UTC');",
        "Set($DatabaseType, 'SQLite');",
        f"Set($DatabaseName, '{database}');",
        "Set($LogToSyslog, undef);",
        "Set($LogToSTDERR, 'warning');",
        "Set($MailCommand, 'mbox');",
        f"$RT::VarPath = '{folder}/var';",
        f"$RT::MasonDataDir = '{folder}/mason_data';",
        f"$RT::MasonSessionDir = '{folder}/session_data';",
        *settings, "1;", "")), "utf-8")
    return config


def _key(software: Software, season: str) -> str:
    digest = hashlib.sha256(repr((software.version, season, PARTS, START)).encode())
    for path in sorted((*SEED.iterdir(), Path(__file__))):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _make(software: Software, season: str, partial: Template) -> None:
    config = write_config(partial.folder, partial.database)
    environment = {"SEED_NOW": str(START[season]), "SEED_SEASON": season}
    log = partial.folder / "seed.log"
    software.run(config, "-MSeedClock", software.setup_database, "--action", "init", "--force",
                 "--skip-create", environment=environment, log=log)
    times = software.run(config, SEED / "seed.pl", SEED, partial.folder / "ids.partial", *PARTS,
                         environment=environment, log=log)
    (partial.folder / "times").write_text(times, "utf-8")
    database = sqlite3.connect(partial.database)
    # Readers then need not wait for a writer in another of the server's processes.
    database.execute("PRAGMA journal_mode=WAL")
    database.close()
    (partial.folder / "ids.partial").rename(partial.ids)
