"""`status_aggregation`: the draft's document, and that one bad address does not stop the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import JSON
from tests.vectors import read_json, vectors
from vc_core import strict_json
from vc_core.addresses import LoopbackHttp
from vc_core.rejection import Rejection
from vc_core.status_aggregation import encode_aggregation, parse_aggregation

LISTS = tuple(f"https://example.com/statuslists/{number}" for number in (1, 2, 3))


def test_the_draft_s_document_is_read_and_reproduced() -> None:
    """Section 9.3."""
    path = vectors("token-status-list") / "aggregation.json"
    assert parse_aggregation(path.read_bytes()) == LISTS
    assert strict_json.parse(encode_aggregation(LISTS), max_bytes=1000) == read_json(path)


@pytest.mark.parametrize("bad", ["http://example.com/4", "file:///etc/passwd", "", "https://", "data:,1"], ids=repr)
def test_an_address_that_may_not_be_used_is_left_out(bad: str) -> None:
    assert parse_aggregation(encode_aggregation((LISTS[0], bad, LISTS[1]))) == LISTS[:2]


def test_an_address_named_twice_counts_once() -> None:
    assert parse_aggregation(encode_aggregation((*LISTS, LISTS[0]))) == LISTS


def test_plain_http_to_this_machine_is_a_matter_of_policy() -> None:
    body = encode_aggregation(("http://localhost:8000/1",))
    assert parse_aggregation(body) == ("http://localhost:8000/1",)
    assert parse_aggregation(body, policy=LoopbackHttp.REFUSED) == ()


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"status_lists":{}}', b'{"status_lists":[1]}', strict_json.dump({"status_lists": ["x"] * 10_001})],
    ids=["missing", "not_an_array", "not_a_string", "too_many"],
)
def test_a_bad_document_is_refused(body: bytes) -> None:
    with pytest.raises(Rejection, match="aggregation_malformed"):
        parse_aggregation(body)


@given(JSON | st.dictionaries(st.just("status_lists"), JSON | st.lists(st.text(max_size=9))))
def test_any_document_is_read_or_refused(document: object) -> None:
    try:
        parse_aggregation(strict_json.dump(document))
    except Rejection:
        return
