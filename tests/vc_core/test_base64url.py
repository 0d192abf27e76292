"""RFC 4648, section 5 without padding: one spelling for one sequence of bytes."""

import base64
import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vc_core import base64url
from vc_core.rejection import Rejection

# RFC 7515, appendix C, and RFC 4648, section 10 without padding
PUBLISHED = {
    "rfc7515_c": (bytes([3, 236, 255, 224, 193]), "A-z_4ME"),
    "empty": (b"", ""),
    "f": (b"f", "Zg"),
    "fo": (b"fo", "Zm8"),
    "foo": (b"foo", "Zm9v"),
    "foob": (b"foob", "Zm9vYg"),
    "fooba": (b"fooba", "Zm9vYmE"),
    "foobar": (b"foobar", "Zm9vYmFy"),
}

MALFORMED = {
    "padding": "Zg==",
    "padding_where_none_is_needed": "Zm9v====",
    "padding_alone": "=",
    "standard_alphabet_plus": "A+z_4ME",
    "standard_alphabet_slash": "A-z/4ME",
    "leading_space": " Zm9v",
    "trailing_newline": "Zm9v\n",
    "newline_inside": "Zm\n9v",
    "length_one_over": "Zm9vY",
    "trailing_bits_after_one_byte": "Zh",
    "trailing_bits_after_two_bytes": "Zm9",
    "not_ascii": "Zm9é",
    "digits_of_another_script": "Zm9\u0660",
    "lone_surrogate": "Zm9\ud800",
    "nul": "Zm9\x00",
    "exclamation_mark": "Zm9!",
}


@pytest.mark.parametrize(("data", "text"), PUBLISHED.values(), ids=PUBLISHED)
def test_published_example(data: bytes, text: str) -> None:
    assert base64url.encode(data) == text
    assert base64url.decode(text) == data


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_malformed(text: str) -> None:
    """RFC 7515, section 2."""
    with pytest.raises(Rejection) as caught:
        base64url.decode(text, where="/header")
    assert (caught.value.reason, caught.value.where) == ("base64url_malformed", "/header")


@given(st.binary())
def test_round_trip_and_the_standard_library_agrees(data: bytes) -> None:
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert base64url.decode(text) == data


@given(st.text() | st.text(alphabet="AQgwZ_-+/= \n"))
@example("AB")
def test_what_is_accepted_has_one_spelling(text: str) -> None:
    with contextlib.suppress(Rejection):
        assert base64url.encode(base64url.decode(text)) == text


@given(st.lists(st.binary(max_size=40), max_size=5))
@example([])
@example([b""])
@example([b"\xfb\xff", b"", b"\x00"])
def test_many_are_encoded_as_one_by_one(items: list[bytes]) -> None:
    assert base64url.encode_each(items) == [base64url.encode(item) for item in items]
