"""From a case to what a verifier gets: a credential shown, the status list behind it, the trust list in force.

1. The issuer makes the credential, with its fault if it has one.
2. The wallet presents what the query asks for, with its fault if it has one; a credential that an honest wallet cannot
   present is presented by a careless one.
3. The status provider and the trust list's operator publish, with their fault if they have one.

Nothing is verified here and nothing is sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.careless import PRESENT
from conformance.fault_table import FAULTS
from conformance.scenario import Case, Role, Showing, Verification
from conformance.trust_faults import Publication, TrustDesk, TrustFault
from conformance.world import World
from issuer.faults import CredentialFault, Desk, NoStatusAnswer, StatusAnswer, StatusFault
from vc_core import dcql
from vc_core.claims import ClaimPath
from vc_core.dcql import CredentialQuery
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import INSPECTION, Transaction, encode_transaction
from vc_core.verification.query import facts
from verifier.query import query_for
from wallet_sim.faults import PresentationFault, PresentationIngredients
from wallet_sim.presentation import PlannedPresentation

StatusServer = Callable[[str], StatusAnswer | NoStatusAnswer]
"""What the server of the status lists answers for an address."""

_NOT_FOUND = StatusAnswer(status=404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the verifier asked the wallet. earlier: what an earlier request of the same verifier asked."""

    challenge: HolderChallenge
    earlier: HolderChallenge
    query: CredentialQuery


def asking_of(challenge: HolderChallenge, queries: Sequence[CredentialQuery], query_id: str) -> Asking:
    """What the request of a verifier under test asks for one of its queries."""
    query = next(one for one in queries if one.id == query_id)
    return Asking(challenge=challenge, earlier=replace(challenge, nonce="nonce-of-an-earlier-request"), query=query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One case on its world, with everybody's part of it; `desk` is where its credential is made."""

    world: World
    case: Case
    scenario: Verification
    desk: Desk

    @property
    def handed_in(self) -> bool:
        """A format that no wallet holds is always handed in."""
        return self.scenario.showing is Showing.HANDED_IN or self.case.format_id not in WALLET_FORMATS

    @property
    def in_browser(self) -> bool:
        return self.scenario.showing is Showing.IN_BROWSER

    def fault(self, role: Role) -> object | None:
        """That role's fault in this scenario."""
        if self.scenario.role is not role or self.scenario.fault is None:
            return None
        return FAULTS[role][self.scenario.fault]

    # ------------------------------------------------------------------------------------------------- the issuer
    def credential(self) -> str:
        fault = self.fault(Role.ISSUER)
        return fault.make(self.desk) if isinstance(fault, CredentialFault) else self.desk.credential()

    def honest_credential(self) -> str:
        """The same credential without any fault."""
        return replace(self.desk, random=self.world.random(f"{self.case.id}/honest")).credential()

    # ------------------------------------------------------------------------------------------------- the wallet
    def query(self) -> Mapping[str, Any]:
        """DCQL, as a verifier of the pilot might ask."""
        profile = self.world.subjects[self.case.type_id].profile
        return query_for(self.desk.planned.rulebook, profile, [self.case.format_id])

    def asking(self) -> Asking:
        """A request that a verifier of the pilot might make."""
        query = dcql.parse_query(self.query(), QUERY_FORMATS)
        challenge, earlier = self.world.challenge(), self.world.challenge("an earlier request")
        if self.in_browser:
            challenge, earlier = self._from_page(challenge), self._from_page(earlier)
        transactions = self._transactions(query.credentials[0].id)
        return Asking(
            challenge=replace(challenge, transactions=transactions), earlier=earlier, query=query.credentials[0]
        )  # fmt: skip

    def _from_page(self, challenge: HolderChallenge) -> HolderChallenge:
        """The proof is for the page's origin and for no address (OpenID4VP 1.0, appendix A and B.2.6.2)."""
        return replace(challenge, origin=self.world.places.verifier, response_uri="")

    def _transactions(self, query_id: str) -> tuple[Transaction, ...]:
        if self.scenario.case_ref is None:
            return ()
        members = {"case_ref": self.scenario.case_ref}
        text = encode_transaction(INSPECTION, members, [query_id])
        return (Transaction(text=text, type=INSPECTION, credential_ids=(query_id,), members=members),)

    def presentation(self, credential: str, asking: Asking) -> str:
        paths = _chosen(self.case.format_id, self.honest_credential(), credential, asking.query)
        planned = PlannedPresentation(
            query_id=asking.query.id,
            format=self.case.format_id,
            credential=credential,
            paths=paths,
            challenge=asking.challenge,
            holder=self.world.holder(),
            issued_at=self.world.now,
        )
        fault = self.fault(Role.WALLET)
        if isinstance(fault, PresentationFault):
            return fault.make(self._ingredients(planned, asking))
        try:
            return planned.make()
        except Rejection:
            identifier = self.desk.planned.wire.identifier if self.desk.planned.wire else ""
            return PRESENT[self.case.format_id](
                credential, identifier, asking.challenge, self.world.holder(), self.world.now
            )

    def _ingredients(self, planned: PlannedPresentation, asking: Asking) -> PresentationIngredients:
        signer: SoftwareKey = self.desk.signer
        return PresentationIngredients(
            planned=planned, stranger=self.world.holder("stranger"), earlier=asking.earlier, issuer=signer
        )

    # --------------------------------------------------------------------------------------------- status and trust
    def status_server(self) -> StatusServer:
        desk = self.world.status_desk(self.desk, self.case.id)
        fault = self.fault(Role.STATUS_PROVIDER)
        answer = fault.make(desk) if isinstance(fault, StatusFault) else desk.answer()
        answers: Mapping[str, StatusAnswer | NoStatusAnswer] = {desk.reference.uri: answer}
        return lambda uri: answers.get(uri, _NOT_FOUND)

    def publication(self) -> Publication:
        pilot = self.world.pilot
        fault = self.fault(Role.TRUST_OPERATOR)
        if not isinstance(fault, TrustFault):
            return Publication(text=pilot.trust_list_text)
        institution = self.world.institution_of(self.desk.planned.rulebook, self.desk.planned.claims)
        return fault.make(
            TrustDesk(
                listed=pilot.trust_list,
                operator=pilot.operator,
                institution=institution.id,
                type_id=self.case.type_id,
                root=pilot.roots[institution.country],
                random=self.world.random(f"{self.case.id}/trust"),
                now=self.world.now,
            )
        )


def set_up(world: World, case: Case) -> Stage:
    scenario = case.scenario
    if not isinstance(scenario, Verification):
        raise TypeError(f"{scenario.id} is no verification")
    claims = world.claims(case.type_id, scenario.example)
    desk = world.desk(case.type_id, case.format_id, claims=claims, purpose=case.id)
    return Stage(world=world, case=case, scenario=scenario, desk=desk)


def _chosen(format_id: str, honest: str, shown: str, query: CredentialQuery) -> frozenset[ClaimPath]:
    """What an honest wallet discloses of an honest credential, and of this one what that one does not have at all."""
    choices = dcql.evaluate(
        dcql.Query(credentials=(query,), credential_sets=_required(query)), [held(format_id, honest)]
    )
    if isinstance(choices, dcql.NoAnswer):
        raise LookupError(f"the honest credential does not answer the query: {choices.unmet}")
    asked = choices.choices[query.id][0].paths
    issued = held(format_id, honest).disclosures
    try:
        disclosures = held(format_id, shown).disclosures
    except Rejection:
        return asked
    return asked & disclosures | disclosures - issued


def _required(query: CredentialQuery) -> tuple[dcql.CredentialSetQuery, ...]:
    return (dcql.CredentialSetQuery(where=query.where, options=((query.id,),), required=True),)


def held(format_id: str, text: str) -> dcql.HeldCredential:
    known = facts(WALLET_FORMATS[format_id].parse(UnverifiedPresentation(text=text)), holder_bound=True)
    return dcql.HeldCredential(
        id="held",
        format=known.format,
        identifier=known.identifier,
        claims=known.claims,
        disclosures=known.disclosures,
        hidden_elements=known.hidden_elements,
        holder_bound=True,
        authority_key_ids=known.authority_key_ids,
    )
