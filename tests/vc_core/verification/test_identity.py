"""Whether a document is about the person whose identity was proved beside it."""

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from tests.packaged import CATALOGUE
from tests.pilot import NOW
from vc_core.catalogue import Catalogue
from vc_core.formats.base import ParsedPresentation, ResolvedType
from vc_core.rejection import Rejection
from vc_core.verdict import Document, IdentityCompared, Verdict, Word
from vc_core.verification import identified

PERSON = {"family_name": "Müller", "given_name": "Jürgen", "birthdate": "1970-05-01"}
GOOD = Verdict(
    word=Word.CONFIRMED, deciding=(), checks=(), document=Document(type_id="pid"), claims={}, at=NOW, holder_proof=True
)


@dataclass(frozen=True)
class Shown:
    """A presentation of which only the person matters here."""

    claims: dict[str, Any] | None
    holder_key: object = "a key"

    def resolve(self, catalogue: Catalogue) -> ResolvedType | None:
        return ResolvedType(rulebook=catalogue.type("pid"), wire=None, claims=self._read)

    def _read(self) -> dict[str, Any]:
        if self.claims is None:
            raise Rejection("unreadable")
        return self.claims


def compared(
    document: dict[str, Any] | None,
    *,
    verdict: Verdict = GOOD,
    identity_verdict: Verdict = GOOD,
    holder_key: object = "a key",
) -> tuple[IdentityCompared, str]:
    shown = [cast("ParsedPresentation", one) for one in (Shown(document, holder_key), Shown(PERSON))]
    answer = identified(verdict, shown[0], identity_verdict, shown[1], CATALOGUE)
    assert answer.identity_match is not None
    assert (answer.word, answer.identity_match.type_id) == (verdict.word, "pid")
    return answer.identity_compared, answer.identity_match.reason


CASES: dict[str, tuple[dict[str, Any] | None, IdentityCompared, str]] = {
    "same": (PERSON, IdentityCompared.YES, "same"),
    "written_otherwise": ({**PERSON, "family_name": "MUELLER"}, IdentityCompared.YES, "same"),
    "another_name": (
        {**PERSON, "family_name": "Meyer", "given_name": "Karl"}, IdentityCompared.MISMATCH,
        "no_document_of_this_person",
    ),
    "another_day": ({**PERSON, "birthdate": "1970-05-02"}, IdentityCompared.MISMATCH, "no_document_of_this_person"),
    "name_in_part": ({**PERSON, "given_name": "Jürgen Karl"}, IdentityCompared.NO, "name_agrees_in_part"),
    "no_birth_date": (
        {"family_name": "Müller", "given_name": "Jürgen"}, IdentityCompared.NO, "name_or_birth_date_missing",
    ),
    "unreadable": (None, IdentityCompared.NO, "person_not_readable"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "answer", "reason"), CASES.values(), ids=CASES)
def test_persons(document: dict[str, Any] | None, answer: IdentityCompared, reason: str) -> None:
    assert compared(document) == (answer, reason)


@pytest.mark.parametrize("word", [Word.CANNOT_CONFIRM, Word.WITHDRAWN, Word.NOT_COVERED])
def test_an_identity_that_is_not_confirmed_identifies_nobody(word: Word) -> None:
    found = compared(PERSON, identity_verdict=replace(GOOD, word=word))
    assert found == (IdentityCompared.NO, "identity_not_confirmed")


@pytest.mark.parametrize("which", ["verdict", "identity_verdict"])
def test_without_the_holders_proof_of_both_nobody_is_identified(which: str) -> None:
    changed: Any = {which: replace(GOOD, holder_proof=False)}
    assert compared(PERSON, **changed) == (IdentityCompared.NO, "holder_proof_missing")


def test_a_document_bound_to_no_key_needs_no_proof_of_its_own() -> None:
    """The identity is proved, and the document speaks of whoever it names (TS11, binding by claims)."""
    unproven = replace(GOOD, holder_proof=False)
    assert compared(PERSON, verdict=unproven, holder_key=None) == (IdentityCompared.YES, "same")
    another = {**PERSON, "birthdate": "1970-05-02"}
    assert compared(another, verdict=unproven, holder_key=None)[0] is IdentityCompared.MISMATCH


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": replace(GOOD, holder_proof=False, word=Word.CANNOT_CONFIRM)},
        {"verdict": replace(GOOD, holder_proof=False), "identity_verdict": replace(GOOD, holder_proof=False)},
    ],
    ids=["document_not_good", "identity_not_proved"],
)
def test_but_somebody_has_to_be_proved_to_be_named_in_a_good_one(changed: Any) -> None:
    assert compared(PERSON, holder_key=None, **changed) == (IdentityCompared.NO, "holder_proof_missing")


def test_a_mismatch_with_the_person_asked_about_stands() -> None:
    verdict = replace(GOOD, identity_compared=IdentityCompared.MISMATCH)
    assert compared(PERSON, verdict=verdict) == (IdentityCompared.MISMATCH, "same")
