"""The simulated wallet as a library: receive, come again, list, show, present, keep and show inspection codes.

Every use case reads the clock once. Offers and requests are opened first and acted upon in a second call, so that a
person stands between (OpenID4VCI 1.0, section 13.5); `receive` and `present` do both for a holder who agreed before.
Simulated: the provider's key lies beside the wallet, there is no secure hardware, and one holder.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from cryptography.x509 import Certificate

from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import ErrorCode, RequestProfile, error_code
from vc_core.authorization_response import encode_dc_response
from vc_core.catalogue import Catalogue
from vc_core.claims import ClaimPath, Claims
from vc_core.dc_api import Trusted
from vc_core.formats.base import HolderChallenge, ParsedPresentation, UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes
from vc_core.trust import TrustLists, TrustUnavailable
from wallet_sim.attestation import Attester
from wallet_sim.browser import Browser
from wallet_sim.code_flow import CodeFlow
from wallet_sim.codes import check_code, find_code
from wallet_sim.coming_again import OVER, come_again, stored_access, stored_wait
from wallet_sim.dc_api import OpenedDcRequest, open_dc_request
from wallet_sim.evidence import ReadTrust
from wallet_sim.exchange import Exchange
from wallet_sim.held import held_credentials, parse_held
from wallet_sim.issuance import Collected, Delivery, Issuance, OpenedOffer, open_issuer, open_offer
from wallet_sim.presentation import (
    PlannedPresentation,
    VpToken,
    challenge_of,
    make_vp_token,
    plan_response,
    send_response,
)
from wallet_sim.receipt import Receipt, weigh
from wallet_sim.refusals import CredentialRefused, PeerDeclined, RequestRefused, TooEarly, TrustListMissing
from wallet_sim.request import OpenedRequest, RequestReader, Wish, post_error, refused
from wallet_sim.store import StoredCode, StoredCredential, StoredWait, WalletStore, instant, key_from_pem

Clock = Callable[[], datetime]
"""Now, aware and UTC."""

UNBOUND = "presentation_without_holder_unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One credential presented, with the disclosures shown of it."""

    query_id: str
    credential: StoredCredential
    paths: tuple[ClaimPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """An answer that a verifier took. redirect_uri: where the holder's browser is wanted; None: nowhere."""

    verifier: str
    shown: tuple[Shown, ...]
    redirect_uri: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of an offer. waits: for what the issuer was not ready with."""

    received: tuple[StoredCredential, ...]
    waits: tuple[StoredWait, ...] = ()


class Wallet:
    """One holder's wallet in one directory.

    http: its redirects are never followed. trust: reads the trust lists. access_anchors: authorities that certify
    verifiers; None for those on the trust lists. attesters: who may vouch for verifiers, by `iss`. Every method that
    talks to a peer raises a `Rejection` where the peer broke a rule, and a `WalletRefusal` of `refusals` otherwise;
    then nothing was stored and nothing of the holder's sent, a redeemed offer apart.
    """

    def __init__(
        self,
        store: Path,
        *,
        http: httpx2.Client,
        clock: Clock,
        random: RandomBytes,
        trust: ReadTrust,
        access_anchors: Sequence[Certificate] | None = None,
        loopback_http: LoopbackHttp = LoopbackHttp.REFUSED,
        profile: RequestProfile = RequestProfile.OPENID4VP,
        catalogue: Catalogue | None = None,
        attesters: Mapping[str, PublicKey] | None = None,
        provider: Attester | None = None,
        browser: Browser | None = None,
    ) -> None:
        self.store = WalletStore(store)
        self.exchange = Exchange(client=http, policy=loopback_http)
        self.catalogue = catalogue or Catalogue.load()
        self._clock, self._random, self._read_trust = clock, random, trust
        self._access_anchors, self._profile = access_anchors, profile
        self._attesters = attesters or {}
        self._provider, self._browser = provider, browser

    # --------------------------------------------------------------------------------------------------- receiving
    def receive(self, offer: str, tx_code: str | None = None, *, copies: int = 1) -> tuple[StoredCredential, ...]:
        """Takes an offer: every credential of it, or none. copies: of each, as far as the issuer offers so many."""
        return self.take_offer(self.open_offer(offer), tx_code, copies=copies).received

    def open_offer(self, offer: str) -> OpenedOffer:
        """Reads an offer and what its issuer says of itself; nothing of the holder's is sent."""
        return open_offer(offer, self.exchange)

    def open_issuer(self, issuer: str, configuration_ids: Sequence[str]) -> OpenedOffer:
        """The same where the wallet begins by itself."""
        return open_issuer(issuer, configuration_ids, self.exchange)

    def identifies(self, offer: OpenedOffer, tx_code: str | None = None) -> bool:
        """Whether the offer is taken by a holder who shows who they are: where it may be, and no transaction code was
        given that would do instead."""
        may = offer.code_grant is not None and self._provider is not None and self._browser is not None
        return may and (offer.grant is None or (offer.tx_code is not None and tx_code is None))

    def take_offer(self, offer: OpenedOffer, tx_code: str | None = None, *, copies: int = 1) -> Taken:
        now = self._clock()
        trust = self._trust(now)
        issuance = Issuance.begin(
            offer, self.exchange, random=self._random, now=now, attester=self._provider, copies=copies
        )
        delivery = self._delivered(issuance, tx_code)
        receipts = self._weighed(delivery.collected, issuance, trust)
        waits = self._wait(delivery, issuance) if delivery.postponed else ()
        return Taken(received=self._kept(receipts, issuance, batched=copies > 1), waits=waits)

    def _wait(self, delivery: Delivery, issuance: Issuance) -> tuple[StoredWait, ...]:
        self.store.keep_access(access := stored_access(delivery, issuance, self._new_id()))
        waits = tuple(stored_wait(one, access, issuance, self._new_id()) for one in delivery.postponed)
        for wait in waits:
            self.store.keep_wait(wait)
        return waits

    def come_again(self, name: str) -> tuple[StoredCredential, ...]:
        """Asks for what was not ready: every copy of it, or none while the issuer still is not. name: a wait's id.

        Where nothing will come any more, the wait is over. Raises `NotHeld` and `TooEarly` too.
        """
        now, wait = self._clock(), self.store.wait(name)
        if instant(now) < wait.not_before:
            raise TooEarly(wait.not_before)
        trust, access = self._trust(now), self.store.access(wait)
        issuance = Issuance.begin(
            self.open_issuer(wait.issuer, [wait.configuration_id]), self.exchange, random=self._random, now=now,
            attester=self._provider, key=key_from_pem(access.possession_key),
        )  # fmt: skip
        try:
            came = come_again(wait, access, issuance, self.store.keep_access)
            if isinstance(came, StoredWait):
                self.store.keep_wait(came)
                return ()
            receipts = self._weighed(came, issuance, trust)
        except (PeerDeclined, CredentialRefused) as refusal:
            if isinstance(refusal, CredentialRefused) or refusal.error in OVER:
                self.store.end_wait(wait)
            raise
        kept = self._kept(receipts, issuance, batched=len(wait.keys) > 1)
        self.store.end_wait(wait)
        return kept

    def waits(self) -> tuple[StoredWait, ...]:
        """What this wallet has to come again for, the newest first."""
        return self.store.waits()

    def due(self) -> tuple[StoredWait, ...]:
        """Those that may be asked for by now."""
        now = instant(self._clock())
        return tuple(wait for wait in self.waits() if wait.not_before <= now)

    def _weighed(self, collected: Sequence[Collected], issuance: Issuance, trust: TrustLists) -> list[Receipt]:
        issuer, now = issuance.offer.metadata.issuer, issuance.now
        return [weigh(one, trust, issuer, self.exchange, now=now, catalogue=self.catalogue) for one in collected]

    def _kept(self, receipts: Sequence[Receipt], issuance: Issuance, *, batched: bool) -> tuple[StoredCredential, ...]:
        batches = {receipt.collected.request: self._new_id() for receipt in receipts} if batched else {}
        return tuple(
            self._keep(receipt, issuance.offer, issuance.now, batches.get(receipt.collected.request, ""))
            for receipt in receipts
        )

    def _delivered(self, issuance: Issuance, tx_code: str | None) -> Delivery:
        if not self.identifies(issuance.offer, tx_code) or self._provider is None or self._browser is None:
            return issuance.collect(tx_code)
        return CodeFlow(
            issuance=issuance,
            attester=self._provider,
            browser=self._browser,
            show=lambda link: self.present(link).redirect_uri,
        ).collect()

    def _keep(self, receipt: Receipt, offer: OpenedOffer, now: datetime, batch: str) -> StoredCredential:
        document, collected = receipt.verdict.document, receipt.collected
        expires = receipt.parsed.validity.expires_at
        record = StoredCredential(
            id=self._new_id(),
            format=collected.configuration.format,
            configuration_id=collected.configuration.id,
            type_id=document.type_id,
            title=document.title,
            document_number=document.document_number,
            institution=document.institution_name,
            issuer=offer.metadata.issuer,
            received_at=instant(now),
            expires_at="" if expires is None else instant(expires),
            bound=collected.key is not None,
            status_unknown=receipt.status_unknown,
            batch=batch,
        )
        self.store.add(record, collected.text, collected.key)
        return record

    # ----------------------------------------------------------------------------------------------------- looking
    def list(self) -> tuple[StoredCredential, ...]:
        """The newest first."""
        return self.store.credentials()

    def show(self, name: str) -> tuple[StoredCredential, Claims]:
        """One credential, by its id or the beginning of it, with its claims in canonical names. Raises `NotHeld`."""
        record = self.store.credential(name)
        return record, self._claims(parse_held(self.store, record))

    def _claims(self, parsed: ParsedPresentation) -> Claims:
        type_ = parsed.resolve(self.catalogue)
        return {} if type_ is None else type_.claims()

    # -------------------------------------------------------------------------------------------------- presenting
    def present(self, request: str) -> Presented:
        """Answers a request with what it asks for, and no more."""
        return self.answer(self.open_request(request))

    def open_request(self, request: str) -> OpenedRequest:
        """Reads a request and finds what would answer it; nothing of the holder's is sent."""
        now = self._clock()
        reader = RequestReader(
            exchange=self.exchange,
            anchors=self._anchors(now),
            random=self._random,
            profile=self._profile,
            attesters=self._attesters,
        )
        return reader.open(request, held_credentials(self.store, self.catalogue), now=now)

    def answer(self, request: OpenedRequest) -> Presented:
        """Shows what was found. Raises `PeerDeclined` where the verifier did not take it, `RequestRefused` where a
        credential cannot be shown in the way asked for."""
        redirect_uri = send_response(plan_response(request.accepted, self._vp_token(request)), self.exchange)
        shown = self.would_show(request)
        for one in shown:
            self.store.count_presentation(one.credential)
        return Presented(verifier=request.verifier, shown=shown, redirect_uri=redirect_uri)

    def preview(self, request: OpenedRequest) -> tuple[Claims, ...]:
        """All that the verifier would get to see, one for each of `would_show`: made as it would be sent, and read."""
        made = [text for shown in self._vp_token(request).values() for text in shown]
        formats = [WALLET_FORMATS[wish.choice.credential.format] for wish in request.wishes]
        return tuple(
            self._claims(format_.parse(UnverifiedPresentation(text=text)))
            for format_, text in zip(formats, made, strict=True)
        )

    def _vp_token(self, request: OpenedRequest) -> VpToken:
        planned = self.plan_presentations(request)
        try:
            return make_vp_token(planned)
        except Rejection as rejection:
            raise refused(rejection, told=self._tell(request, error_code(rejection), rejection.reason)) from rejection

    def open_dc_request(self, request: Mapping[str, Any], *, origin: str) -> OpenedDcRequest:
        """As `open_request`, for what a browser brings from a page; every refusal is a `RequestRefused`."""
        now = self._clock()
        trusted = Trusted(anchors=self._anchors(now), attesters=self._attesters)
        held = held_credentials(self.store, self.catalogue)
        return open_dc_request(request, origin=origin, trusted=trusted, held=held, now=now)

    def answer_dc_request(self, request: OpenedDcRequest) -> dict[str, Any]:
        """What the browser hands to the page. Raises `RequestRefused`, of which `dc_api.error_for` makes an answer."""
        now = self._clock()
        try:
            planned = [self._planned(wish, request.challenge(wish.query_id), now) for wish in request.wishes]
            vp_token = make_vp_token([one for one in planned if one is not None])
        except Rejection as rejection:
            raise refused(rejection, told=False) from rejection
        if None in planned:
            raise RequestRefused(reason=UNBOUND, error=ErrorCode.ACCESS_DENIED, told=False)
        return encode_dc_response(vp_token, encryption=request.accepted.encryption)

    def decline(self, request: OpenedRequest) -> bool:
        """Tells the verifier that the holder does not want to; whether it heard."""
        return self._tell(request, ErrorCode.ACCESS_DENIED)

    def _tell(self, request: OpenedRequest, code: ErrorCode, description: str = "") -> bool:
        asked = request.accepted.request
        return post_error(self.exchange, asked.response_uri, code, asked.state, description)

    def plan_presentations(self, request: OpenedRequest) -> tuple[PlannedPresentation, ...]:
        """Raises `RequestRefused`, after telling the verifier, where one would have no holder's proof."""
        now, answered = self._clock(), {wish.query_id for wish in request.wishes}
        planned = []
        for wish in request.wishes:
            one = self._planned(wish, challenge_of(request.accepted, wish.query_id, answered), now)
            if one is None:
                told = self.decline(request)
                raise RequestRefused(reason=UNBOUND, error=ErrorCode.ACCESS_DENIED, told=told)
            planned.append(one)
        return tuple(planned)

    def _planned(self, wish: Wish, challenge: HolderChallenge, now: datetime) -> PlannedPresentation | None:
        """None for a credential that is bound to no key."""
        record = self.store.credential(wish.choice.credential.id)
        key = self.store.key(record)
        return (
            None
            if key is None
            else PlannedPresentation(
                query_id=wish.query_id,
                format=record.format,
                credential=self.store.text(record),
                paths=wish.choice.paths,
                challenge=challenge,
                holder=key,
                issued_at=now,
            )
        )

    def would_show(self, request: OpenedRequest | OpenedDcRequest) -> tuple[Shown, ...]:
        return tuple(
            Shown(
                query_id=wish.query_id,
                credential=self.store.credential(wish.choice.credential.id),
                paths=tuple(sorted(wish.choice.paths, key=str)),
            )
            for wish in request.wishes
        )

    # ------------------------------------------------------------------------------------------- inspection codes
    def keep_code(self, text: str) -> StoredCode:
        """Takes in an inspection code that the institution gave the holder. Raises `CodeRefused`."""
        now, text = self._clock(), text.strip()
        document = check_code(text, self._trust(now), self.exchange, now=now, catalogue=self.catalogue)
        known = next((one for one in self.store.codes() if self.store.code_text(one) == text), None)
        if known is not None:
            return known
        record = StoredCode(
            id=self._new_id(),
            type_id=document.type_id,
            title=document.title,
            document_number=document.document_number,
            institution=document.institution_name,
            received_at=instant(now),
        )
        self.store.add_code(record, text)
        return record

    def codes(self) -> tuple[StoredCode, ...]:
        """The newest first."""
        return self.store.codes()

    def code(self, name: str) -> tuple[StoredCode, str]:
        """A code and its text, by its id or by the id of a credential of the same document. Raises `NotHeld`."""
        record = find_code(self.store, name)
        return record, self.store.code_text(record)

    # ------------------------------------------------------------------------------------------------------- shared
    def _trust(self, now: datetime) -> TrustLists:
        """One list at least is at hand."""
        read = TrustLists.of(self._read_trust(now))
        missing = [one.content.reason for one in read.lists if isinstance(one.content, TrustUnavailable)]
        if len(missing) == len(read.lists):
            raise TrustListMissing(missing[0])
        return read

    def _anchors(self, now: datetime) -> Sequence[Certificate]:
        if self._access_anchors is not None:
            return self._access_anchors
        return tuple(anchor for _, listed in self._trust(now).at_hand() for anchor in listed.access_anchors)

    def _new_id(self) -> str:
        return self._random(8).hex()
