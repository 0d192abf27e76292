"""Parameters of links and forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc_core.parameters import build_link, parse_link, single
from vc_core.rejection import Rejection


def test_a_link_stays_readable() -> None:
    assert build_link("openid4vp", {"u": "https://a.example/b?c=d&e", "v": "a b+é"}) == (
        "openid4vp://?u=https://a.example/b%3Fc%3Dd%26e&v=a%20b%2B%C3%A9"
    )


@given(st.dictionaries(st.sampled_from("abc"), st.text(), min_size=1))
def test_whatever_is_put_into_a_link_comes_out(parameters: dict[str, str]) -> None:
    assert parse_link(build_link("x", parameters), schemes=("x",), known="abc") == parameters


@pytest.mark.parametrize("form", ["x:?a=1", "x://?a=1", "x://host/path?a=1", "x://?a=1#fragment", "X://?a=1"])
def test_only_scheme_and_query_of_a_link_count(form: str) -> None:
    assert parse_link(form, schemes=("x",), known=("a",)) == {"a": "1"}


def test_a_known_parameter_stands_once() -> None:
    form = {"a": ["1"], "b": ["1", "2"], "c": []}
    assert single(form, ("a", "c")) == {"a": "1"}
    with pytest.raises(Rejection) as caught:
        single(form, ("a", "b"))
    assert (caught.value.reason, caught.value.where) == ("parameter_repeated", "/b")


def test_the_longest_link() -> None:
    link = "x://?a=" + "1" * (65536 - 7)
    assert parse_link(link, schemes=("x",), known=("a",))
    with pytest.raises(Rejection, match="link_too_long"):
        parse_link(link + "1", schemes=("x",), known=("a",))


def test_too_many_parameters() -> None:
    with pytest.raises(Rejection, match="link_malformed"):
        parse_link("x://?" + "&".join(f"n{number}=1" for number in range(100)), schemes=("x",), known=("a",))
