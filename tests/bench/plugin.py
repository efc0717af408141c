"""For pytest: the bench as a fixture, and a loud end for what could not be run live.

A test that lets Unavailable through is skipped and counted: among the write tests unless it is
marked ``reads``. A reading test that turned to recordings says so in its user properties. The run's
summary names each such release. Servers that were running before the run are used and left running.
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
NOT_RUN = pytest.StashKey["Counter[tuple[str, str]]"]()
#: In the user properties of a test: the release that it read from recordings.
FROM_RECORDINGS = "read from recordings of"


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Iterator[Bench]:
    """The bench of this run; what it starts ends with the run."""
    made = pytestconfig.stash[BENCH]
    yield made
    made.stop()


def pytest_configure(config: pytest.Config) -> None:
    """One bench and one count a run; nothing is started yet."""
    config.addinivalue_line("markers", "reads: writes nothing to its server")
    config.stash[BENCH] = Bench()
    config.stash[NOT_RUN] = Counter()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]
                              ) -> Generator[None, Any, None]:
    """A test without its server is not run: skipped, with the reason, and counted."""
    outcome = yield
    counts = item.config.stash[NOT_RUN]
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, Unavailable):
        report = outcome.get_result()
        report.outcome = "skipped"
        report.longrepr = (str(item.path), (item.location[1] or 0) + 1, f"NOT LIVE: RT {error}")
        counts["reads" if item.get_closest_marker("reads") else "writes", error.name] += 1
    elif call.when == "call":
        for key, name in item.user_properties:
            if key == FROM_RECORDINGS:
                counts["recorded", str(name)] += 1


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line for each release that this run wanted and could not have."""
    counts = config.stash[NOT_RUN]
    for name, reason in sorted(config.stash[BENCH].missing.items()):
        line = (f"NOT LIVE: RT {name} ({release(name).suite}): {' '.join(reason.split())}; "
                f"{counts['writes', name]} write tests not run")
        if counts["recorded", name]:
            line += f", {counts['recorded', name]} read tests run on recordings"
        if counts["reads", name]:
            line += f", {counts['reads', name]} read tests not run"
        terminalreporter.write_line(line, red=True, bold=True)
