"""What a holder shows, and groups shown together: RFC 9901, section 7.2."""

from typing import Any

import pytest

from tests.vc_core.sd_jwt.handmade import ISSUER, STRANGER, VALID, VALID_KB
from tests.vc_core.sd_jwt.test_concealment import counting
from vc_core.claims import ClaimPath
from vc_core.rejection import Rejection
from vc_core.sd_jwt import (
    DisclosurePlan,
    issue,
    parse_compact,
    present,
    process,
    require_whole_groups,
    select_disclosures,
)

CLAIMS = {
    "name": "Ada",
    "birth_date": "1815-12-10",
    "address": {"street": "12 rue du Bac", "city": "Paris", "country": "FR"},
    "nationalities": ["DE", "FR"],
    "jobs": [{"title": "engineer", "since": 1}, {"title": "poet", "since": 2}],
    "always": {"shown": True},
}
PLAN = DisclosurePlan(
    paths=(
        ("name",),
        ("birth_date",),
        ("address",),
        ("address", "street"),
        ("address", "city"),
        ("nationalities", None),
        ("jobs", None, "title"),
        ("jobs", None, "since"),
    )
)
HELD = issue(CLAIMS, plan=PLAN, signer=ISSUER, header={"typ": "dc+sd-jwt"}, random=counting)


def shown(*paths: ClaimPath, groups: tuple[frozenset[ClaimPath], ...] = ()) -> dict[str, Any]:
    """What a verifier sees beyond what is always shown."""
    text = present(HELD, select_disclosures(HELD, paths, groups))
    claims = dict(process(parse_compact(text)).claims)
    assert claims.pop("always") == {"shown": True}
    return {name: value for name, value in claims.items() if value not in ([], [{}, {}])}


SELECTIONS: dict[str, tuple[tuple[ClaimPath, ...], dict[str, Any]]] = {
    "nothing": ((), {}),
    "one_claim": ((("name",),), {"name": "Ada"}),
    "two_claims": ((("name",), ("birth_date",)), {"name": "Ada", "birth_date": "1815-12-10"}),
    "always_shown": ((("always", "shown"),), {}),
    "whole_object": ((("address",),), {"address": CLAIMS["address"]}),
    "child_with_its_parent": ((("address", "city"),), {"address": {"city": "Paris", "country": "FR"}}),
    "clear_child_of_a_concealed_parent": ((("address", "country"),), {"address": {"country": "FR"}}),
    "absent_child_discloses_no_parent": ((("address", "zip"),), {}),
    "absent_claim": ((("email",),), {}),
    "one_element": ((("nationalities", 1),), {"nationalities": ["FR"]}),
    "element_out_of_range": ((("nationalities", 2),), {}),
    "every_element": ((("nationalities", None),), {"nationalities": ["DE", "FR"]}),
    "whole_array": ((("nationalities",),), {"nationalities": ["DE", "FR"]}),
    "member_of_every_element": ((("jobs", None, "title"),), {"jobs": [{"title": "engineer"}, {"title": "poet"}]}),
    "one_whole_element": ((("jobs", 1),), {"jobs": [{}, {"title": "poet", "since": 2}]}),
    "of_another_type": ((("name", None), ("nationalities", "x")), {}),
}


@pytest.mark.parametrize(("paths", "expected"), SELECTIONS.values(), ids=SELECTIONS)
def test_a_path_shows_its_value_whole_and_no_more(paths: tuple[ClaimPath, ...], expected: dict[str, Any]) -> None:
    assert shown(*paths) == expected


WHO = frozenset[ClaimPath]({("name",), ("birth_date",)})
WHERE = frozenset[ClaimPath]({("birth_date",), ("address", "city")})
JOB = frozenset[ClaimPath]({("jobs", None, "title"), ("jobs", None, "since")})
STREET = frozenset[ClaimPath]({("address", "street"), ("address", "city")})

GROUPS: dict[str, tuple[tuple[ClaimPath, ...], tuple[frozenset[ClaimPath], ...], dict[str, Any]]] = {
    "mate_is_shown": ((("name",),), (WHO,), {"name": "Ada", "birth_date": "1815-12-10"}),
    "other_groups_are_not": ((("nationalities", 0),), (WHO, STREET), {"nationalities": ["DE"]}),
    "groups_that_overlap": (
        (("name",),), (WHO, WHERE),
        {"name": "Ada", "birth_date": "1815-12-10", "address": {"city": "Paris", "country": "FR"}},
    ),
    "within_the_same_element": ((("jobs", 1, "title"),), (JOB,), {"jobs": [{}, {"title": "poet", "since": 2}]}),
    "asked_for_above_the_group": (
        (("address",),), (WHERE,), {"address": CLAIMS["address"], "birth_date": "1815-12-10"},
    ),
    "parent_alone_is_not_the_group": ((("address", "country"),), (STREET,), {"address": {"country": "FR"}}),
}  # fmt: skip


@pytest.mark.parametrize(("paths", "groups", "expected"), GROUPS.values(), ids=GROUPS)
def test_who_shows_one_claim_of_a_group_shows_the_group(
    paths: tuple[ClaimPath, ...], groups: tuple[frozenset[ClaimPath], ...], expected: dict[str, Any]
) -> None:
    assert shown(*paths, groups=groups) == expected
    require_whole_groups(process(parse_compact(present(HELD, select_disclosures(HELD, paths, groups)))), groups)


SPLITS: dict[str, tuple[tuple[ClaimPath, ...], frozenset[ClaimPath]]] = {
    "at_the_top": ((("name",),), WHO),
    "under_a_recursive_disclosure": ((("address", "city"),), STREET),
    "on_two_levels": ((("birth_date",),), WHERE),
    "within_an_element": ((("jobs", 0, "title"), ("jobs", 1)), JOB),
}


@pytest.mark.parametrize(("paths", "group"), SPLITS.values(), ids=SPLITS)
def test_a_group_shown_in_part(paths: tuple[ClaimPath, ...], group: frozenset[ClaimPath]) -> None:
    processed = process(parse_compact(present(HELD, select_disclosures(HELD, paths))))
    with pytest.raises(Rejection) as caught:
        require_whole_groups(processed, [group])
    assert caught.value.reason == "group_split"


def test_a_claim_that_was_never_issued_splits_no_group() -> None:
    group = frozenset[ClaimPath]({("address", "city"), ("address", "zip")})
    require_whole_groups(process(HELD), [group])


def test_presentation_keeps_the_issuers_text() -> None:
    held = parse_compact(VALID)
    assert present(held, held.disclosures) == VALID


def test_presentation_drops_a_key_binding() -> None:
    held = parse_compact(VALID_KB)
    assert present(held, held.disclosures) == VALID


def test_order_is_the_holders() -> None:
    held = parse_compact(VALID)
    text = present(held, held.disclosures[::-1])
    assert [found.text for found in parse_compact(text).disclosures] == [found.text for found in held.disclosures[::-1]]


def test_disclosure_of_another_credential() -> None:
    other = issue({"name": "Eve"}, plan=PLAN, signer=STRANGER, header={}, random=counting)
    with pytest.raises(Rejection) as caught:
        present(HELD, other.disclosures)
    assert caught.value.reason == "disclosure_not_issued"


def test_disclosure_presented_twice() -> None:
    (name,) = select_disclosures(HELD, [("name",)])
    with pytest.raises(Rejection) as caught:
        present(HELD, [name, name])
    assert caught.value.reason == "disclosure_repeated"


def test_child_presented_without_its_parent() -> None:
    (city, *_) = [found for found in HELD.disclosures if found.name == "city"]
    with pytest.raises(Rejection) as caught:
        present(HELD, [city])
    assert caught.value.reason == "disclosure_unreferenced"
