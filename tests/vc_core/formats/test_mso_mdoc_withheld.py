"""What is kept back of an mdoc: any element may be, so a day that is not shown may stand in the document all the same,
unless everything that is kept back is something that every document of the type has."""

from dataclasses import replace

import pytest

from tests import pilot
from tests.vc_core import issued
from tests.vc_core.issued import ASKED, CHALLENGE, HOLDER, NOW, judged
from vc_core.checks import Outcome
from vc_core.claims import Claims, remove
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.mso_mdoc import ID, MsoMdocFormat
from vc_core.trust import Entitlement
from vc_core.verdict import Verdict, Word
from vc_core.verification import Evidence

CARD = issued.CATALOGUE.examples("ehic")["valid_card"]


def verdict_on(claims: Claims, *hidden: str) -> Verdict:
    """A card signed for this test by the pilot's signer, shown without some of its elements."""
    for path in (("authentic_source",), ("issuing_authority",)):
        claims = {**remove(claims, path), path[0]: {**claims[path[0]], "id": "FR:117000", "name": "Urssaf"}}
    text = issued.issued("ehic", ID, claims=claims)
    form = MsoMdocFormat()
    paths = form.parse(UnverifiedPresentation(text=text)).query_facts().disclosures
    shown = form.present(
        text, paths={path for path in paths if path[1] not in hidden}, challenge=CHALLENGE, holder=HOLDER, issued_at=NOW
    )
    entitled = pilot.entity(
        entitlements=(Entitlement(type_id="ehic", issue_from=pilot.entity().entitlements[0].issue_from),)
    )
    evidence = Evidence(trust=pilot.trust_list(entitled), status=ASKED.evidence.status)
    return judged(shown, replace(ASKED, evidence=evidence))


@pytest.mark.parametrize("hidden", [(), ("document_number",), ("document_number", "personal_administrative_number")])
def test_what_every_document_has_may_be_kept_back(hidden: tuple[str, ...]) -> None:
    assert verdict_on(CARD, *hidden).word is Word.CONFIRMED
    assert verdict_on(remove(CARD, ("date_of_expiry",)), *hidden).word is Word.CONFIRMED


def test_a_day_of_expiry_kept_back_leaves_the_question_open() -> None:
    verdict = verdict_on(CARD, "date_of_expiry")
    assert verdict.word is Word.CANNOT_CONFIRM
    check = verdict.check("validity.document")
    assert (check.outcome, check.reason) == (Outcome.INDETERMINATE, "claim_not_disclosed")
