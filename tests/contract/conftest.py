"""A stage of its own for what the seed gives nobody rights on: assets, articles, saved searches."""
from __future__ import annotations

from typing import Iterator, Set

import pytest

from rtcompat.tracker import Tracker
from tests.bench.bench import Bench
from tests.connections import Connections
from tests.contract.matrix import surface

#: Rights of alice on the catalog and the class that RT brings; custom fields of that catalog's
#: assets; an asset with a note, as an extension may add it; searches that alice saved.
_STAGE = r"""
my $alice = RT::User->new(RT->SystemUser); $alice->Load('alice');
my $catalog = RT::Catalog->new(RT->SystemUser); $catalog->Load('General assets');
my $class = RT::Class->new(RT->SystemUser); $class->Load('General');
sub grant { my ($object, @rights) = @_;
    for (@rights) { my ($ok, $said) = $alice->PrincipalObj->GrantRight(
        Object => $object, Right => $_); die "$_: $said" unless $ok } }
grant($catalog, qw(CreateAsset ShowAsset ModifyAsset ShowCatalog SeeCustomField ModifyCustomField));
grant($class, qw(SeeClass ShowArticle CreateArticle ModifyArticle ShowArticleHistory
    SeeCustomField ModifyCustomField));
for (['Serial', 'FreeformSingle'], ['Colours', 'SelectMultiple'], ['Bought', 'DateTimeSingle']) {
    my ($name, $type) = @$_;
    my $field = RT::CustomField->new(RT->SystemUser);
    my ($ok, $said) = $field->Create(Name => $name, Type => $type,
        LookupType => RT::Asset->CustomFieldLookupType); die $said unless $ok;
    if ($name eq 'Colours') { $field->AddValue(Name => $_) for qw(red green blue) }
    ($ok, $said) = $field->AddToObject($catalog); die $said unless $ok;
}
my $asset = RT::Asset->new(RT->SystemUser);
my ($made, $why) = $asset->Create(Name => 'with a note', Catalog => $catalog->Id);
die $why unless $made;
my ($noted, $cause) = $asset->_NewTransaction(Type => 'Comment', MIMEObj => MIME::Entity->build(
    Type => 'text/plain', Charset => 'utf-8', Filename => 'note.txt', Data => ["A note\n"]));
die $cause unless $noted;
for (['paging', 'Ticket', "Subject LIKE 'paging 24'", 'Priority|id||', 'DESC|ASC|ASC|ASC'],
     ['twice', 'Ticket', 'id = 1', 'id', 'ASC'], ['twice', 'Ticket', 'id = 2', 'id', 'ASC'],
     ['nothing asked', 'Ticket', '', 'id', 'ASC'], ['gear', 'Asset', 'id > 0', 'id', 'ASC']) {
    my ($name, $type, $query, $by, $order) = @$_;
    my $saved = RT::Attribute->new(RT->SystemUser);
    my ($ok, $said) = $saved->Create(Name => 'SavedSearch', Description => $name,
        Object => $alice, Content => {SearchType => $type, Query => $query, OrderBy => $by,
            Order => $order, RowsPerPage => 50, Format => '__id__'}); die $said unless $ok;
}
"""


class Stage(Connections):
    """Servers of their own, set up as above when first asked for.

    Attributes:
        current: the server that the running test is for.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, private=True)
        self._set: Set[str] = set()
        self.current = ""

    def ready(self, name: str) -> Stage:
        """Set a server up and make it the current one; itself."""
        self.current = name
        if name not in self._set:
            self._set.add(name)
            self.server(name).perl(_STAGE)
        return self


@pytest.fixture(scope="session")
def stage(bench: Bench) -> Iterator[Stage]:
    """Where alice may work with assets and articles."""
    made = Stage(bench)
    yield made
    made.close()


@pytest.fixture
def alice(place: Stage) -> Tracker:
    return place.tracker(place.current, "alice", "rest2")


@pytest.fixture
def root(place: Stage) -> Tracker:
    return place.tracker(place.current, "root", "rest2")


@pytest.fixture
def nora(place: Stage) -> Tracker:
    return place.tracker(place.current, "nora", "rest2")


@pytest.fixture(params=[name for name, _ in surface("rest2")])
def place(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """The stage on each server of REST2."""
    return stage.ready(str(request.param))
