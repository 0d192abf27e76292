"""Use case: what is handed on when a verdict leads to a question to the institution that issued (users.md, J13, J15).

A case file holds what was checked and with which result, whom to ask, and how EESSI carries it there; the law that
applies meanwhile stands in the rulebook. It is made of a verdict that was given, as whoever asks got to see it, and
nothing of it is kept. Of what was handed in this service keeps the word alone; the rest comes back with the question,
sealed (`SealedVerdicts`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from vc_core import base64url, jose
from vc_core.catalogue import Catalogue
from vc_core.checks import Outcome
from vc_core.claims import first
from vc_core.person_match import PersonFacts, person_facts
from vc_core.rejection import Rejection
from vc_core.rulebook import Dialogue, Rulebook
from verifier.inspection_profiles import InspectionProfile, Profiles
from verifier.ports import Clock, HandedIn, Record, Records, Vault
from verifier.read_result import ReadResult, record_for
from verifier.refusals import BodyMalformed, DialogueNotOffered

_ESTABLISHING = ("integrity.issuer_signature", "trust.issuer_chain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What whoever asks says. purpose: of a dialogue of the rulebook. remark: in his own words. since, until: the days
    asked about; None for the day that the verdict is about, and for no end."""

    purpose: str
    remark: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The institution to ask. established: by the signature and the trust list; else only the document says so."""

    institution_id: str
    name: str
    country: str
    established: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """verdict: its JSON as the role sees it. receipt: what the signed receipt in it says."""

    question: Question
    dialogue: Dialogue
    rulebook: Rulebook
    addressee: Addressee
    person: PersonFacts
    verdict: Mapping[str, Any]
    receipt: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedVerdicts:
    """A verdict that is not kept here, as text for whoever got it: only this service opens it, for this verdict."""

    vault: Vault
    catalogue: Catalogue

    def seal(self, seen: Mapping[str, Any], profile: InspectionProfile, record_id: str) -> str:
        """Empty where nothing could be asked after this verdict."""
        rulebook = rulebook_of(seen, self.catalogue)
        offers = profile.dialogues(seen, rulebook)
        content = {"verdict": dict(seen), "offers": list(offers)}
        return base64url.encode(self.vault.seal(content, record_id)) if offers else ""

    def open(self, sealed: str, record_id: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """The verdict, and the purposes that its role may ask for. Raises `BodyMalformed`."""
        try:
            content = self.vault.open(base64url.decode(sealed), record_id)
        except Rejection:
            content = None
        if content is None:
            raise BodyMalformed("not what came with this verdict", where="/sealed")
        return content["verdict"], tuple(content["offers"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCaseFile:
    catalogue: Catalogue
    profiles: Profiles
    records: Records
    read_result: ReadResult
    sealed: SealedVerdicts
    clock: Clock

    def of_request(self, request_id: str, read_token: str, question: Question, response_code: str = "") -> CaseFile:
        """Raises as `ReadResult`, and `DialogueNotOffered`."""
        result = self.read_result(request_id, read_token, response_code)
        profile = self.profiles.of(result.transaction.terms.profile)
        verdicts = [_verdict(record, record.body) for record in result.records]
        for verdict in verdicts:
            if question.purpose in profile.dialogues(verdict, rulebook_of(verdict, self.catalogue)):
                return self._made(question, verdict, beside=verdicts)
        raise DialogueNotOffered("no verdict of this request leads to that question")

    def of_verdict(self, record_id: str, token: str, sealed: str, question: Question) -> CaseFile:
        """Raises `VerdictUnknown`, `TokenWrong`, `BodyMalformed`, `DialogueNotOffered`."""
        record = record_for(self.records, record_id, token)
        seen, offers = self.sealed.open(sealed, record_id)
        if question.purpose not in offers:
            raise DialogueNotOffered("this verdict does not lead to that question")
        return self._made(question, _verdict(record, seen), beside=())

    def _made(self, question: Question, verdict: Mapping[str, Any], *, beside: Iterable[Mapping[str, Any]]) -> CaseFile:
        rulebook = self.catalogue.type(verdict["document"]["type_id"])
        return CaseFile(
            question=question,
            dialogue=rulebook.dialogues[question.purpose],
            rulebook=rulebook,
            addressee=_addressee(verdict, rulebook),
            person=person_of((verdict, *beside), self.catalogue),
            verdict=verdict,
            receipt=jose.parse_jws(verdict["receipt"]).claims(),
            made_at=self.clock(),
        )


def person_of(verdicts: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> PersonFacts:
    """As the first document names the person; what it leaves out, as an identity document shown beside it does."""
    told = PersonFacts()
    for verdict in verdicts:
        rulebook = rulebook_of(verdict, catalogue)
        if rulebook is not None:
            more = person_facts(rulebook.person, verdict["claims"])
            told = replace(told, **{name: getattr(told, name) or getattr(more, name) for name in told.__slots__})
    return told


def rulebook_of(verdict: Mapping[str, Any], catalogue: Catalogue) -> Rulebook | None:
    return catalogue.rulebooks.get(verdict["document"].get("type_id", ""))


def _verdict(record: Record | HandedIn, seen: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"id": record.id, **seen, "identity_compared": record.identity_compared.value}


def _addressee(verdict: Mapping[str, Any], rulebook: Rulebook) -> Addressee:
    """Raises `DialogueNotOffered` where nothing names an institution."""
    document, claims = verdict["document"], verdict["claims"]
    named, country = first(claims, [rulebook.institution]), first(claims, [rulebook.issuing_country])
    institution = document.get("institution_id") or (named and str(named.value))
    if not institution:
        raise DialogueNotOffered("nothing in the document names an institution")
    outcomes = {check["id"]: check["outcome"] for check in verdict["checks"]}
    return Addressee(
        institution_id=institution,
        name=document.get("institution_name", ""),
        country=document.get("institution_country") or (str(country.value) if country else ""),
        established=all(outcomes[id_] == Outcome.PASSED for id_ in _ESTABLISHING),
    )
