"""RT's own reader and writer of the text format, run by RT's own Perl over a pipe."""
from __future__ import annotations

import json
import subprocess
from typing import Any, List

from tests.bench.software import Software, rt_environment
from tests.property.model_of_rt import ModelForm

__all__ = ["PerlRest"]

#: Reads one JSON line a call: [what, argument]; answers with one JSON line.
_PROGRAM = r"""
use strict; use warnings FATAL => 'all';
no warnings qw(uninitialized);
use RT::Interface::REST; use JSON;
{ package Notes; sub notes { return 0 } }
{ no warnings 'once'; $HTML::Mason::Commands::m = bless {}, 'Notes'; }
$| = 1;
my $json = JSON->new->utf8->allow_nonref;
my %do = (
    parse => sub { form_parse($_[0]) },
    compose => sub { form_compose($_[0]) },
    words => sub { vsplit($_[0]) },
    stripped => sub { vsplit($_[0], 1) },
);
while (my $line = <STDIN>) {
    my ($what, $argument) = @{ $json->decode($line) };
    print $json->encode($do{$what}->($argument)), "\n";
}
"""


class PerlRest:
    """One running Perl with an RT's ``RT::Interface::REST``; close it when done."""

    def __init__(self, software: Software, scratch: Any) -> None:
        config = scratch / "RT_SiteConfig.pm"
        config.write_text("1;\n")
        program = scratch / "rest.pl"
        program.write_text(_PROGRAM)
        self._process = subprocess.Popen(
            software.command(program), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=rt_environment(config))

    def parse(self, text: str) -> List[ModelForm]:
        """What RT reads from a posted text."""
        return [ModelForm(comment, order, values, error)
                for comment, order, values, error in self._ask("parse", text)]

    def compose(self, forms: List[ModelForm]) -> str:
        """What RT writes for these forms."""
        text = self._ask("compose", [[form.comment, form.order, form.values, form.error]
                                     for form in forms])
        assert isinstance(text, str)
        return text

    def words(self, text: str, *, strip: bool) -> List[str]:
        """How RT takes a list apart."""
        found = self._ask("stripped" if strip else "words", text)
        assert isinstance(found, list)
        return found

    def close(self) -> None:
        """End the Perl."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _ask(self, what: str, argument: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, argument]).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"Perl died over {what} of {argument!r}"
        return json.loads(answer)
