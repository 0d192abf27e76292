"""Members of an object from a peer: what is missing, malformed or empty is named."""

from collections.abc import Callable
from typing import Any

import pytest

from vc_core.members import Members
from vc_core.rejection import Rejection

MEMBERS = Members(
    {
        "text": "a",
        "empty": "",
        "number": 1,
        "yes": True,
        "none": None,
        "items": ["a"],
        "void": [],
        "in": {"deep-er": 1},
    },
    "/at",
    "section",
)


def test_what_is_there() -> None:
    assert MEMBERS.required("text", str) == "a"
    assert MEMBERS.optional("empty", str) == ""
    assert MEMBERS.required("number", int) == 1
    assert MEMBERS.texts("items") == ("a",)
    assert MEMBERS.object("in").where == "/at/in"
    assert Members.of({"a": 1}, called="thing", where="", section="").values == {"a": 1}


def test_what_is_absent_and_may_be() -> None:
    assert MEMBERS.optional("absent", str) is None
    assert MEMBERS.optional_items("absent") == []


@pytest.mark.parametrize(
    ("read", "reason", "where"),
    [
        pytest.param(lambda: MEMBERS.required("x", str), "x_missing", "/at/x", id="missing"),
        pytest.param(lambda: MEMBERS.required("x", str, called="y"), "y_missing", "/at/x", id="missing_renamed"),
        pytest.param(lambda: MEMBERS.required("number", str), "number_malformed", "/at/number", id="other_type"),
        pytest.param(lambda: MEMBERS.required("yes", int), "yes_malformed", "/at/yes", id="boolean_is_no_integer"),
        pytest.param(lambda: MEMBERS.required("empty", str), "empty_malformed", "/at/empty", id="empty_text"),
        pytest.param(lambda: MEMBERS.required("none", str), "none_malformed", "/at/none", id="null"),
        pytest.param(lambda: MEMBERS.optional("none", str), "none_malformed", "/at/none", id="optional_null"),
        pytest.param(lambda: MEMBERS.items("void"), "void_empty", "/at/void", id="empty_array"),
        pytest.param(lambda: MEMBERS.optional_items("void"), "void_empty", "/at/void", id="optional_empty_array"),
        pytest.param(lambda: MEMBERS.items("void", called="y"), "y_empty", "/at/void", id="empty_array_renamed"),
        pytest.param(lambda: MEMBERS.items("text"), "text_malformed", "/at/text", id="no_array"),
        pytest.param(
            lambda: Members({"a": ["b", 1]}, "", "").texts("a"), "a_malformed", "/a", id="array_with_a_number"
        ),
        pytest.param(lambda: Members({"a": [""]}, "", "").texts("a"), "a_malformed", "/a", id="array_with_empty_text"),
        pytest.param(
            lambda: Members({"a": [1]}, "", "").texts("a", called="y"), "y_malformed", "/a", id="array_renamed"
        ),
        pytest.param(
            lambda: Members({"a": [["b"], "c"]}, "", "").text_lists("a", called="b"), "b_malformed", "/a/1", id="inner"
        ),
        pytest.param(
            lambda: MEMBERS.object("in").required("deep-er", str), "deep_er_malformed", "/at/in/deep-er", id="hyphen"
        ),
        pytest.param(
            lambda: Members.of([], called="thing", where="/t", section=""), "thing_malformed", "/t", id="no_object"
        ),
    ],
)
def test_what_is_refused(read: Callable[[], Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        read()
    assert (caught.value.reason, caught.value.where) == (reason, where)
