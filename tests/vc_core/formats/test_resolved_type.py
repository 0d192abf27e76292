"""Claims that are shown together, as a query sees them."""

import pytest

from tests.packaged import CATALOGUE
from vc_core.formats.base import ResolvedType
from vc_core.formats.registry import WALLET_FORMATS


@pytest.mark.parametrize("type_id", list(CATALOGUE.rulebooks))
@pytest.mark.parametrize("format_id", list(WALLET_FORMATS))
def test_every_group_of_the_rulebook_that_the_format_carries(type_id: str, format_id: str) -> None:
    rulebook = CATALOGUE.type(type_id)
    wire = rulebook.wire(format_id)
    groups = ResolvedType(rulebook=rulebook, wire=wire, claims=dict).groups
    carried = {
        entry.group for entry in rulebook.claims if wire and entry.group and wire.request_path(entry.path) is not None
    }
    assert len(groups) == len(carried)


def test_without_a_wire_form_there_are_none() -> None:
    rulebook = next(iter(CATALOGUE.types()))
    assert ResolvedType(rulebook=rulebook, wire=None, claims=dict).groups == ()
