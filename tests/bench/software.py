"""An RT's files on this machine, and how its Perl is run."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError

# Debian's own: another perl first in PATH would lack the modules of Debian's RT.
PERL = "/usr/bin/perl"
SEED = Path(__file__).parent / "seed"


@dataclass(frozen=True)
class Software:
    """The files of one release below ``root`` ("/" when installed); ``version`` is RT's own."""

    generation: int
    root: Path
    version: str

    @property
    def home(self) -> Path:
        """The folder of RT's library, pages and initial data."""
        return self.root / "usr/share" / f"request-tracker{self.generation}"

    @property
    def setup_database(self) -> Path:
        return self.root / "usr/sbin" / f"rt-setup-database-{self.generation}"

    @property
    def rt_server(self) -> Path:
        """RT's own HTTP server; listens on a port."""
        return self.home / "libexec/rt-server"

    @property
    def rt_fcgi(self) -> Path:
        """RT behind a web server; listens on a Unix socket."""
        return self.home / "libexec/rt-server.fcgi"

    def command(self, *arguments: str | Path) -> list[str]:
        """The command line that runs Perl with this RT's library."""
        return [PERL, f"-I{SEED}", f"-I{self.home}/lib", *(str(each) for each in arguments)]

    def run(self, config: Path, *arguments: str | Path, stdin: str | None = None,
            environment: dict[str, str] | None = None, log: Path | None = None,
            timeout: float = 300) -> str:
        """Run Perl under the configuration file; what it printed, or BenchError with its errors.

        Its messages go to the end of the log, if one is given.
        """
        done = subprocess.run(
            self.command(*arguments), input=stdin, capture_output=True, encoding="utf-8",
            env={**rt_environment(config), **(environment or {})}, timeout=timeout, check=False)
        if done.returncode != 0:
            raise BenchError(f"perl {arguments[0]} ended with {done.returncode}:\n"
                             f"{done.stderr[-4000:]}\n{done.stdout[-1000:]}")
        if log is not None:
            with log.open("a", encoding="utf-8") as end:
                end.write(done.stderr)
        return done.stdout


def rt_environment(config: Path) -> dict[str, str]:
    """The environment of every RT command: without it RT's tools use the system's own database."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PERL")}
    return {**clean, "RT_SITE_CONFIG": str(config), "LC_ALL": "C.UTF-8",
            "RT_SITE_CONFIG_DIR": str(config.parent / "RT_SiteConfig.d"), "TZ": "UTC"}


def installed(generation: int) -> Software | None:
    """The RT that the machine's package manager has installed, None if it has not."""
    return found(generation, Path("/"))


def found(generation: int, root: Path) -> Software | None:
    """The RT below this root, None if there is none; its version is read from its own files."""
    generated = root / f"usr/share/request-tracker{generation}/lib/RT/Generated.pm"
    server = root / f"usr/share/request-tracker{generation}/libexec/rt-server"
    if not generated.exists() or not server.exists():
        return None
    match = re.search(r"^our \$VERSION = '([^']+)'", generated.read_text("utf-8"), re.M)
    if match is None:
        raise BenchError(f"no version in {generated}")
    return Software(generation, root, match.group(1))
