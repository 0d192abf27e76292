"""Collecting what an offer promises: OpenID4VCI 1.0, sections 4 to 8; HAIP 1.0, section 4.

An offer is anybody's link (section 13.5): `open_offer` reads it, fetches what the issuer says of itself and sends
nothing of the holder's, so that a person can decide. `Issuance` is the rest with a pre-authorized code, step by step;
`code_flow` comes to a token by an authorization code. Every request is a value before it is sent. What comes back is
believed only after `receipt`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vc_core.addresses import require_url
from vc_core.credential_offer import (
    MEDIA_TYPE,
    AuthorizationCodeGrant,
    CredentialOffer,
    OfferByReference,
    PreAuthorizedCodeGrant,
    TxCode,
    parse_fetched_offer,
    parse_offer_link,
    require_offered,
)
from vc_core.formats.base import UnverifiedPresentation, WalletFormat
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.key_attestation import Carrier
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes, SoftwareKey
from wallet_sim import access_token, credential_request, issuer_metadata
from wallet_sim.access_token import AccessToken, AuthorizationServer
from wallet_sim.attestation import AttestedInstance, Attester
from wallet_sim.credential_request import Deferral
from wallet_sim.exchange import JSON, Answer, Exchange, RequestDraft, require_ok
from wallet_sim.issuer_metadata import Configuration, IssuerMetadata
from wallet_sim.possession import Possession, Prove, honest_headers

_SECTION, _ATTESTED = "OpenID4VCI 1.0, section 4.1.1", "HAIP 1.0, section 4.5.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedOffer:
    """An offer that can be taken. server, grant: for a pre-authorized code, None if the offer has none. code_grant: for
    an authorization code, None if it has none. tx_code: what the holder has to type in; None if nothing."""

    metadata: IssuerMetadata
    server: AuthorizationServer | None
    grant: PreAuthorizedCodeGrant | None
    configurations: tuple[Configuration, ...]
    code_grant: AuthorizationCodeGrant | None = None

    @property
    def tx_code(self) -> TxCode | None:
        return None if self.grant is None else self.grant.tx_code


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """One credential about to be asked for; keys: that its copies are to be bound to, empty if to none."""

    configuration: Configuration
    keys: tuple[SoftwareKey, ...]
    draft: RequestDraft

    @property
    def key(self) -> SoftwareKey | None:
        return next(iter(self.keys), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the issuer sent, nothing of it believed. request: the same number for copies that came together."""

    configuration: Configuration
    key: SoftwareKey | None
    text: str
    request: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """What the issuer asked to come again for. keys: as in `PlannedRequest`."""

    configuration: Configuration
    keys: tuple[SoftwareKey, ...]
    deferral: Deferral


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came for an offer, and what is still to come. token: under which it came. client: the attested instance that
    it was given to, None for an anonymous client."""

    collected: tuple[Collected, ...]
    postponed: tuple[Postponed, ...]
    token: AccessToken = field(repr=False)
    client: AttestedInstance | None = None


def open_offer(link: str, exchange: Exchange) -> OpenedOffer:
    """Reads an offer and the metadata around it.

    1. The offer, by value or by reference.  as `parse_offer_link`, `parse_fetched_offer`
    2. The issuer's metadata, from the address that its identifier gives.  as `parse_issuer_metadata`
    3. Is the offer one that this issuer can make?  as `require_offered`
    4. A grant and formats of ours.  `grant_unsupported`, `format_unsupported`, `proof_algorithm_unsupported`
    5. The authorization server's metadata.  as `parse_server_metadata`
    """
    offer = _read_offer(link, exchange)  # 1
    metadata = _fetch_metadata(offer.credential_issuer, exchange)  # 2
    require_offered(offer, metadata.document)  # 3
    if offer.pre_authorized_code is None and offer.authorization_code is None:  # 4
        raise Rejection("grant_unsupported", where="/grants", section=_SECTION)
    configurations = _configurations(metadata, offer.credential_configuration_ids)
    grant = offer.pre_authorized_code
    server = None if grant is None else _fetch_server(grant, metadata, exchange)  # 5
    return OpenedOffer(
        metadata=metadata,
        server=server,
        grant=grant,
        configurations=configurations,
        code_grant=offer.authorization_code,
    )


def open_issuer(issuer: str, configuration_ids: Sequence[str], exchange: Exchange) -> OpenedOffer:
    """What a wallet wants that begins by itself, without an offer (section 3.4): as `open_offer`, steps 2 and 4."""
    metadata = _fetch_metadata(require_url(issuer, policy=exchange.policy), exchange)
    configurations = _configurations(metadata, configuration_ids)
    return OpenedOffer(
        metadata=metadata, server=None, grant=None, configurations=configurations, code_grant=AuthorizationCodeGrant()
    )


def _configurations(metadata: IssuerMetadata, ids: Sequence[str]) -> tuple[Configuration, ...]:
    configurations = tuple(metadata.configuration(id_) for id_ in ids)
    for configuration in configurations:
        require_usable(configuration)
    return configurations


def require_usable(configuration: Configuration) -> WalletFormat:
    """The format, if it is one that this wallet holds, and takes proofs that it can make."""
    held = WALLET_FORMATS.get(configuration.format)
    if held is None:
        raise Rejection("format_unsupported", where=configuration.id, section="OpenID4VCI 1.0, appendix A")
    issuer_metadata.require_proof_algorithm(configuration, "ES256")
    return held


def _read_offer(link: str, exchange: Exchange) -> CredentialOffer:
    read = parse_offer_link(link, http=exchange.policy)
    if not isinstance(read, OfferByReference):
        return read
    answer = exchange.get(read.credential_offer_uri, accept=MEDIA_TYPE)
    body = require_ok(answer, answer.media_type)
    return parse_fetched_offer(body, content_type=answer.media_type, http=exchange.policy)


def _fetch_metadata(issuer: str, exchange: Exchange) -> IssuerMetadata:
    answer = exchange.get(issuer_metadata.well_known_url(issuer, issuer_metadata.WELL_KNOWN), accept=JSON)
    return issuer_metadata.parse_issuer_metadata(require_ok(answer, JSON), issuer=issuer, http=exchange.policy)


def _fetch_server(grant: PreAuthorizedCodeGrant, metadata: IssuerMetadata, exchange: Exchange) -> AuthorizationServer:
    name, body = fetch_server_metadata(grant.authorization_server, metadata, exchange)
    return access_token.parse_server_metadata(body, issuer=name, http=exchange.policy)


def fetch_server_metadata(named: str | None, metadata: IssuerMetadata, exchange: Exchange) -> tuple[str, bytes]:
    """Of the server that the grant names, else the first of the metadata, else the issuer (section 12.2.4): its
    identifier and the document found."""
    name = named or next(iter(metadata.authorization_servers), metadata.issuer)
    answer = exchange.get(issuer_metadata.well_known_url(name, access_token.WELL_KNOWN), accept=JSON)
    return name, require_ok(answer, JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """An offer being taken, with a DPoP key of its own. client_id: None for an anonymous client. attester: who vouches
    for keys; None for nobody. copies: of each credential, as far as the issuer offers so many."""

    offer: OpenedOffer
    exchange: Exchange
    possession: Possession
    random: RandomBytes
    now: datetime
    client_id: str | None = None
    attester: Attester | None = None
    copies: int = 1

    @classmethod
    def begin(
        cls,
        offer: OpenedOffer,
        exchange: Exchange,
        *,
        random: RandomBytes,
        now: datetime,
        prove: Prove = honest_headers,
        attester: Attester | None = None,
        copies: int = 1,
        key: SoftwareKey | None = None,
    ) -> "Issuance":
        """key: of DPoP, where the wallet goes back to an issuance; None for a fresh one.

        Rejects with `key_attestation_unavailable` where one is asked for and there is nobody to make it."""
        for configuration in offer.configurations:
            if configuration.attested and attester is None:
                raise Rejection("key_attestation_unavailable", where=configuration.id, section=_ATTESTED)
        possession = Possession(exchange=exchange, signer=key or fresh_key(random), random=random, prove=prove)
        return cls(
            offer=offer,
            exchange=exchange,
            possession=possession,
            random=random,
            now=now,
            attester=attester,
            copies=copies,
        )

    def collect(self, tx_code: str | None) -> Delivery:
        """Every credential of the offer, here or to come, or none. Raises a `Rejection` or a `WalletRefusal`."""
        return self.collect_with(self.redeem(self.plan_token(tx_code)))

    def collect_with(self, token: AccessToken) -> Delivery:
        """The same with a token that is there already."""
        wanted = [
            (configuration, identifier)
            for configuration in self.offer.configurations
            for identifier in token.identifiers.get(configuration.id, ()) or (None,)
        ]
        answers = [
            self._collect_one(configuration, token, identifier, request)
            for request, (configuration, identifier) in enumerate(wanted)
        ]
        return Delivery(
            collected=tuple(one for answer in answers if not isinstance(answer, Postponed) for one in answer),
            postponed=tuple(answer for answer in answers if isinstance(answer, Postponed)),
            token=token,
        )

    def plan_token(self, tx_code: str | None) -> RequestDraft:
        grant, server = self.offer.grant, self.offer.server
        if grant is None or server is None:
            raise Rejection("grant_unsupported", where="/grants", section=_SECTION)
        access_token.require_tx_code(grant.tx_code, tx_code)
        return access_token.token_request(server, grant, tx_code)

    def redeem(self, draft: RequestDraft) -> AccessToken:
        return access_token.read_token(self.possession.post(draft, now=self.now))

    def fetch_nonce(self) -> str | None:
        """A fresh `c_nonce`; None from an issuer that has no nonce endpoint."""
        endpoint = self.offer.metadata.nonce_endpoint
        if endpoint is None:
            return None
        answer = self.exchange.post(endpoint, b"", media_type=JSON)
        self.possession.remember(answer)
        return credential_request.read_nonce(answer)

    def plan_credential(
        self,
        configuration: Configuration,
        token: AccessToken,
        *,
        keys: tuple[SoftwareKey, ...] = (),
        identifier: str | None = None,
    ) -> PlannedRequest:
        """With a fresh nonce, and fresh keys unless some are given."""
        proofs: tuple[str, ...] = ()
        if configuration.proof_algorithms is not None:
            keys = keys or tuple(fresh_key(self.random) for _ in range(self._copies(configuration)))
            nonce = self.fetch_nonce()
            proofs = tuple(self._proof(configuration, key, nonce) for key in keys)
        draft = credential_request.credential_request(self.offer.metadata, configuration, token, proofs, identifier)
        return PlannedRequest(configuration=configuration, keys=keys, draft=draft)

    def _copies(self, configuration: Configuration) -> int:
        """An attestation that is the proof itself is made for one key here."""
        if configuration.proof_type is Carrier.ATTESTATION_PROOF:
            return 1
        return max(1, min(self.copies, self.offer.metadata.batch_size))

    def send(self, draft: RequestDraft) -> Answer:
        """Posts a credential request, encrypted where the issuer offers it; the answer in the clear."""
        encryption = self.offer.metadata.encryption
        if encryption is None:
            return self.possession.post(draft, now=self.now)
        sealed, opens = encryption.seal(draft, self.random)
        answer = self.possession.post(sealed, now=self.now)
        return answer if opens is None else opens.open(answer)

    def _proof(self, configuration: Configuration, key: SoftwareKey, nonce: str | None) -> str:
        """Of possession, with an attestation where the issuer asks for it; or the attestation alone."""
        attestation = None
        if configuration.attested and self.attester is not None:
            attestation = self.attester.attest_key(key.public_key, nonce=nonce, now=self.now)
            if configuration.proof_type is Carrier.ATTESTATION_PROOF:
                return attestation
        return credential_request.make_proof(
            self.offer.metadata, key, nonce, now=self.now, client_id=self.client_id, key_attestation=attestation
        )

    def _collect_one(
        self, configuration: Configuration, token: AccessToken, identifier: str | None, request: int
    ) -> tuple[Collected, ...] | Postponed:
        planned = self.plan_credential(configuration, token, identifier=identifier)
        answer = self.send(planned.draft)
        if credential_request.wants_fresh_nonce(answer):
            planned = self.plan_credential(configuration, token, keys=planned.keys, identifier=identifier)
            answer = self.send(planned.draft)
        deferral = credential_request.read_deferral(answer)
        if deferral is None:
            return read_collected(answer, configuration, planned.keys, request)
        if self.offer.metadata.deferred_endpoint is None:
            raise Rejection("deferred_endpoint_missing", where=configuration.id, section="OpenID4VCI 1.0, section 9")
        return Postponed(configuration=configuration, keys=planned.keys, deferral=deferral)


def read_collected(
    answer: Answer, configuration: Configuration, keys: tuple[SoftwareKey, ...], request: int = 0
) -> tuple[Collected, ...]:
    """As `read_credentials`. keys: that were proven for this request."""
    texts = credential_request.read_credentials(answer, at_most=len(keys) or 1)
    return tuple(
        Collected(configuration=configuration, key=key, text=text, request=request)
        for key, text in _assigned(configuration, keys, texts)
    )


def _assigned(
    configuration: Configuration, keys: tuple[SoftwareKey, ...], texts: Sequence[str]
) -> Iterator[tuple[SoftwareKey | None, str]]:
    """Each credential with the key that it is bound to, in whatever order they came; one that is bound to none of them
    gets any, for `receipt` to refuse."""
    left = list(keys)
    for text in texts:
        bound = _bound_key(configuration, text) if len(left) > 1 else None
        key = next((one for one in left if one.public_key == bound), next(iter(left), None))
        if key is not None:
            left.remove(key)
        yield key, text


def _bound_key(configuration: Configuration, text: str) -> PublicKey | None:
    try:
        return require_usable(configuration).parse(UnverifiedPresentation(text=text)).holder_key
    except Rejection:
        return None


def fresh_key(random: RandomBytes) -> SoftwareKey:
    return SoftwareKey(new_key(random))
