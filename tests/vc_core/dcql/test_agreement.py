"""Wallet and verifier agree: whatever `evaluate` answers, `judge` accepts; one disclosure more or less it does not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.dcql.examples import AUTHORITY, DISCLOSURES, SD_JWT, held, query, shown
from vc_core import base64url
from vc_core.claims import ClaimPath
from vc_core.dcql import Answer, HeldCredential, Mismatch, Unrequested, evaluate, judge_presentation, judge_set

TYPES = ("urn:a", "urn:b")
PATHS = sorted(DISCLOSURES, key=str)
ASKABLE: list[ClaimPath] = [
    *PATHS,
    ("nationalities",),
    ("nationalities", None),
    ("employers", None, "name"),
    ("employers", None),
    ("address", "country", "code"),
    ("nickname",),
]
VALUES = ["Doe", "Erika", "FR", "DE", 30, True]
GROUP = frozenset[ClaimPath]({("employers", None, "name"), ("employers", None, "id")})


@st.composite
def wallets(draw: st.DrawFn) -> list[HeldCredential]:
    return [
        held(
            id=str(number),
            identifier=draw(st.sampled_from(TYPES)),
            holder_bound=draw(st.booleans()),
            authority_key_ids=draw(st.sampled_from([frozenset(), frozenset({AUTHORITY})])),
            groups=draw(st.sampled_from([(), (GROUP,)])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def credential_queries(draw: st.DrawFn, query_id: str) -> dict[str, Any]:
    built: dict[str, Any] = {
        "id": query_id,
        "format": SD_JWT,
        "meta": {"vct_values": draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=2))},
        "multiple": draw(st.booleans()),
        "require_cryptographic_holder_binding": draw(st.booleans()),
    }
    paths = draw(st.lists(st.sampled_from(ASKABLE), unique=True, max_size=4))
    if paths:
        built["claims"] = [{"id": f"c{number}", "path": list(path)} for number, path in enumerate(paths)]
        for claim in built["claims"]:
            if values := draw(st.just([]) | st.lists(st.sampled_from(VALUES), min_size=1, max_size=3)):
                claim["values"] = values
        ids = st.sampled_from([claim["id"] for claim in built["claims"]])
        if sets := draw(st.lists(st.lists(ids, min_size=1, max_size=3), max_size=2)):
            built["claim_sets"] = sets
    if draw(st.booleans()):
        built["trusted_authorities"] = [{"type": "aki", "values": [base64url.encode(AUTHORITY)]}]
    return built


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    names = ["q0", "q1", "q2"][: draw(st.integers(1, 3))]
    built: dict[str, Any] = {"credentials": [draw(credential_queries(name)) for name in names]}
    options = st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=2), min_size=1, max_size=2)
    sets = st.fixed_dictionaries({"options": options, "required": st.booleans()})
    if credential_sets := draw(st.lists(sets, max_size=2)):
        built["credential_sets"] = credential_sets
    return built


@given(asked=queries(), wallet=wallets())
def test_an_honest_answer_is_accepted(asked: dict[str, Any], wallet: list[HeldCredential]) -> None:
    parsed = query(*asked["credentials"], **{name: asked[name] for name in asked if name != "credentials"})
    answer = evaluate(parsed, wallet)
    if isinstance(answer, Answer):
        assert judge_set(parsed, {query_id: len(choices) for query_id, choices in answer.choices.items()}) == ()
        for credential in parsed.credentials:
            for choice in answer.choices.get(credential.id, ()):
                assert judge_presentation(credential, shown(*choice.paths, credential=choice.credential)) == ()


@given(paths=st.lists(st.sampled_from(PATHS), unique=True, min_size=1, max_size=4), data=st.data())
def test_one_disclosure_more_or_less_is_noticed(paths: list[ClaimPath], data: st.DataObject) -> None:
    """Among claims that lie in no array, whose elements close up, and in no other claim."""
    asked = query(
        {"id": "q", "format": SD_JWT, "meta": {"vct_values": [TYPES[0]]}, "claims": [{"path": list(p)} for p in paths]}
    )
    credential = held(identifier=TYPES[0])
    answer = evaluate(asked, [credential])
    assert isinstance(answer, Answer)
    chosen = answer.choices["q"][0].paths
    flat = [path for path in PATHS if len(path) == 1 and path != ("address",)]
    changed = data.draw(st.sampled_from(flat))
    findings = judge_presentation(asked.credentials[0], shown(*(chosen ^ {changed}), credential=credential))
    expected = Mismatch.CLAIM if changed in chosen else Unrequested.CLAIM
    assert [finding.reason for finding in findings] == [expected]
