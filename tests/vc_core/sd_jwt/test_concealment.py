"""Digests in the place of claims: RFC 9901, sections 4.2.4 to 4.2.6."""

from collections.abc import Mapping

import pytest

from tests.vc_core.sd_jwt.handmade import b64, digest
from vc_core.claims import ClaimPath
from vc_core.rejection import Rejection
from vc_core.sd_jwt.concealment import SALT_BYTES, prepare, seal
from vc_core.sd_jwt.disclosure import Disclosure
from vc_core.sd_jwt.plan import DisclosurePlan

CLAIMS = {
    "name": "Ada",
    "address": {"street": "12 rue du Bac", "city": "Paris"},
    "nationalities": ["DE", "FR"],
    "jobs": [{"title": "engineer", "since": 1}, {"title": "poet", "since": 2}],
}


def counting(size: int) -> bytes:
    """Bytes 0, 1, 2, ...: every salt is known and different."""
    return bytes(index % 256 for index in range(size))


def salt(number: int) -> str:
    return b64(counting(SALT_BYTES * (number + 1))[-SALT_BYTES:])


def concealed(
    *paths: ClaimPath, claims: Mapping[str, object] = CLAIMS, pad_to: int = 1, **groups: tuple[ClaimPath, ...]
) -> tuple[dict[str, object], tuple[Disclosure, ...]]:
    prepared = prepare(claims, DisclosurePlan(paths=paths, groups=groups), pad_to=pad_to)
    return prepared.payload, seal(prepared, random=counting, algorithm="sha-256")


def contents(disclosures: tuple[Disclosure, ...]) -> list[tuple[str | None, object]]:
    return [(disclosure.name, disclosure.value) for disclosure in disclosures]


def test_member() -> None:
    payload, (disclosure,) = concealed(("name",))
    assert disclosure.text == b64(f'["{salt(0)}","name","Ada"]'.encode())
    assert payload == {**{k: v for k, v in CLAIMS.items() if k != "name"}, "_sd": [digest(disclosure.text)]}


def test_element() -> None:
    payload, (disclosure,) = concealed(("nationalities", 1))
    assert disclosure.text == b64(f'["{salt(0)}","FR"]'.encode())
    assert payload["nationalities"] == ["DE", {"...": digest(disclosure.text)}]


def test_every_element() -> None:
    payload, disclosures = concealed(("nationalities", None))
    assert contents(disclosures) == [(None, "DE"), (None, "FR")]
    assert payload["nationalities"] == [{"...": digest(disclosure.text)} for disclosure in disclosures]


def test_member_of_every_element() -> None:
    payload, disclosures = concealed(("jobs", None, "title"))
    assert contents(disclosures) == [("title", "engineer"), ("title", "poet")]
    assert payload["jobs"] == [
        {"since": 1, "_sd": [digest(disclosures[0].text)]},
        {"since": 2, "_sd": [digest(disclosures[1].text)]},
    ]


def test_recursive() -> None:
    """RFC 9901, section 4.2.6: the outer disclosure holds the digests of the inner ones."""
    payload, (street, address) = concealed(("address",), ("address", "street"))
    assert (street.name, address.name) == ("street", "address")
    assert address.value == {"city": "Paris", "_sd": [digest(street.text)]}
    assert payload["_sd"] == [digest(address.text)]
    assert "address" not in payload


def test_recursive_through_an_array() -> None:
    payload, disclosures = concealed(("jobs",), ("jobs", None), ("jobs", None, "title"))
    assert [disclosure.name for disclosure in disclosures] == ["title", "title", None, None, "jobs"]
    assert payload["_sd"] == [digest(disclosures[-1].text)]
    assert disclosures[2].value == {"since": 1, "_sd": [digest(disclosures[0].text)]}


def test_absent_claims_are_passed_over() -> None:
    payload, disclosures = concealed(("email",), ("address", "zip"), ("nationalities", 7), ("name", "first"))
    assert (payload, disclosures) == (CLAIMS, ())


def test_digests_are_sorted() -> None:
    claims: dict[str, object] = {f"n{index:02}": index for index in range(20)}
    payload, _ = concealed(*[(name,) for name in claims], claims=claims)
    assert payload["_sd"] == sorted(payload["_sd"])  # type: ignore[call-overload]
    assert len(payload["_sd"]) == 20  # type: ignore[arg-type]


def test_what_was_given_is_not_changed() -> None:
    before = repr(CLAIMS)
    concealed(("address",), ("address", "street"), ("nationalities", None), pad_to=4)
    assert repr(CLAIMS) == before


def test_salts_are_unique_and_come_from_one_draw() -> None:
    draws: list[int] = []

    def drawn(size: int) -> bytes:
        draws.append(size)
        return counting(size)

    prepared = prepare(CLAIMS, DisclosurePlan(paths=(("name",), ("address", "street"), ("nationalities", None))))
    disclosures = seal(prepared, random=drawn, algorithm="sha-256")
    assert draws == [4 * SALT_BYTES]
    assert len({disclosure.salt for disclosure in disclosures}) == 4


@pytest.mark.parametrize(("pad_to", "members", "elements"), [(1, 2, 2), (2, 2, 2), (3, 3, 3), (8, 8, 8)])
def test_decoys_fill_up_to_a_multiple(pad_to: int, members: int, elements: int) -> None:
    """RFC 9901, section 4.2.5."""
    payload, disclosures = concealed(("name",), ("address",), ("nationalities", None), pad_to=pad_to)
    digests, concealed_elements = payload["_sd"], payload["nationalities"]
    assert isinstance(digests, list)
    assert isinstance(concealed_elements, list)
    assert (len(disclosures), len(digests), len(concealed_elements)) == (4, members, elements)
    assert len({*digests, *[element["..."] for element in concealed_elements]}) == members + elements
    assert digests == sorted(digests)


def test_no_decoys_where_nothing_is_concealed() -> None:
    payload, _ = concealed(("name",), pad_to=4)
    assert payload["address"] == CLAIMS["address"]
    assert payload["nationalities"] == CLAIMS["nationalities"]


def test_a_group_of_every_member_is_one_disclosure() -> None:
    group = (("address", "street"), ("address", "city"), ("address", "zip"))
    payload, disclosures = concealed(address=group)
    assert contents(disclosures) == [("address", CLAIMS["address"])]
    assert "address" not in payload


def test_a_group_of_every_member_of_each_element() -> None:
    payload, disclosures = concealed(jobs=(("jobs", None, "title"), ("jobs", None, "since")))
    assert contents(disclosures) == [(None, {"title": "engineer", "since": 1}), (None, {"title": "poet", "since": 2})]
    assert payload["jobs"] == [{"...": digest(disclosure.text)} for disclosure in disclosures]


def test_a_group_of_some_members_gives_each_its_own() -> None:
    claims: dict[str, object] = {"address": {"street": "s", "city": "c", "country": "FR"}}
    payload, disclosures = concealed(claims=claims, address=(("address", "street"), ("address", "city")))
    assert contents(disclosures) == [("street", "s"), ("city", "c")]
    assert payload["address"] == {"country": "FR", "_sd": sorted(digest(found.text) for found in disclosures)}


def test_a_scattered_group_gives_each_its_own() -> None:
    _, disclosures = concealed(who=(("name",), ("address", "city")))
    assert contents(disclosures) == [("city", "Paris"), ("name", "Ada")]


def test_a_group_at_the_top_is_no_object_to_disclose() -> None:
    _, disclosures = concealed(claims={"a": 1, "b": 2}, top=(("a",), ("b",)))
    assert contents(disclosures) == [("a", 1), ("b", 2)]


RESERVED = {
    "sd_at_the_top": ({"_sd": []}, "/_sd"),
    "sd_alg_at_the_top": ({"_sd_alg": "sha-256"}, "/_sd_alg"),
    "ellipsis_at_the_top": ({"...": 1}, "/..."),
    "sd_in_an_object": ({"a": {"_sd": []}}, "/a/_sd"),
    "ellipsis_in_an_array": ({"a": [{"b": {"...": 1}}]}, "/a/0/b/..."),
}


@pytest.mark.parametrize(("claims", "where"), RESERVED.values(), ids=RESERVED)
def test_names_that_carry_digests_are_refused(claims: dict[str, object], where: str) -> None:
    """RFC 9901, section 4.1, rule 7."""
    with pytest.raises(Rejection) as caught:
        prepare(claims, DisclosurePlan())
    assert (caught.value.reason, caught.value.where) == ("claim_name_reserved", where)


@pytest.mark.parametrize(
    "paths", [((),), (("a", None), ("a", 0)), (("a", 1, "b"), ("a", None, "c"))], ids=["empty", "mixed", "mixed_below"]
)
def test_plans_that_contradict_themselves(paths: tuple[ClaimPath, ...]) -> None:
    with pytest.raises(ValueError, match=r"empty path|by null or by index"):
        DisclosurePlan(paths=paths)
