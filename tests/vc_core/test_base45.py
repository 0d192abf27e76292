"""Base45 against the examples of RFC 9285."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core import base45
from vc_core.rejection import Rejection

RFC_9285_EXAMPLES = [
    (b"AB", "BB8"),
    (b"Hello!!", "%69 VD92EX0"),
    (b"base-45", "UJCLQE7W581"),
    (b"ietf!", "QED8WEX0"),
]


@pytest.mark.parametrize(("data", "text"), RFC_9285_EXAMPLES)
def test_rfc_9285_section_4_examples(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("BB8a", id="lower_case"),
        pytest.param("B", id="length_of_one"),
        pytest.param("BB8B", id="length_of_four"),
        pytest.param("GGW", id="group_of_65536"),
        pytest.param(":::", id="group_of_91124"),
        pytest.param("::", id="last_byte_above_255"),
        pytest.param("BÄ8", id="not_ascii"),
    ],
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(Rejection, match="base45_malformed"):
        base45.decode(text)


@given(st.binary(max_size=200))
def test_round_trip(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(max_size=50))
def test_nothing_but_its_own_refusal_is_raised(text: str) -> None:
    with contextlib.suppress(Rejection):
        assert base45.encode(base45.decode(text)) == text
