"""For pytest: the bench as a fixture, and a loud end for what could not be run live.

A test that lets Unavailable through is skipped and counted; the run's summary names each such
release. Servers that were running before the run are used and left running.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from .bench import Bench
from .errors import Unavailable
from .versions import release

BENCH = pytest.StashKey[Bench]()
NOT_RUN = pytest.StashKey["Counter[str]"]()


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Iterator[Bench]:
    """The bench of this run; what it starts ends with the run."""
    made = pytestconfig.stash[BENCH]
    yield made
    made.stop()


def pytest_configure(config: pytest.Config) -> None:
    """One bench and one count a run; nothing is started yet."""
    config.stash[BENCH] = Bench()
    config.stash[NOT_RUN] = Counter()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]
                              ) -> Generator[None, Any, None]:
    """A test without its server is not run: skipped, with the reason, and counted."""
    outcome = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, Unavailable):
        report = outcome.get_result()
        report.outcome = "skipped"
        report.longrepr = (str(item.path), (item.location[1] or 0) + 1, f"NOT LIVE: RT {error}")
        item.config.stash[NOT_RUN][error.name] += 1


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line for each release that this run wanted and could not have."""
    for name, reason in sorted(config.stash[BENCH].missing.items()):
        terminalreporter.write_line(
            f"NOT LIVE: RT {name} ({release(name).suite}): {' '.join(reason.split())}; "
            f"{config.stash[NOT_RUN][name]} write tests not run", red=True, bold=True)
