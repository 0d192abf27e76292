"""Checks the key proofs of a credential request: OpenID4VCI 1.0, section 8.2, appendices D.1 and F; HAIP 1.0, 4.5.1.

One proof type a request: `jwt`, each proof for one key, or `attestation`, where a wallet provider vouches for several
keys. A `jwt` proof alone that carries an attestation stands for all keys attested (appendix F.1). Every key is bound to
one credential; of more keys attested than a batch holds, the first ones are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate

from issuer.nonces import NonceMint
from issuer.refusals import KeyProofNonceRefused, KeyProofRefused
from vc_core import key_attestation, key_proof
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.key_attestation import Carrier
from vc_core.key_proof import KeyProof
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

JWT, ATTESTATION = "jwt", "attestation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenKeys:
    """Distinct keys, or None for one credential that is bound to none; and the nonces that proved them with the
    instants at which these expire, to be spent."""

    keys: tuple[PublicKey | None, ...]
    nonces: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckKeyProofs:
    """audience: the credential issuer identifier. attesters: anchors of trusted wallet providers; without any, no
    attestation is taken. batch_size: credentials for one request at most."""

    audience: str
    attesters: Sequence[Certificate]
    nonces: NonceMint
    batch_size: int

    @property
    def types(self) -> tuple[str, ...]:
        return (JWT, ATTESTATION) if self.attesters else (JWT,)

    def __call__(self, proofs: object, *, client_id: str | None, now: datetime) -> ProvenKeys:
        """proofs: the member of the request. Refuses with `KeyProofRefused` or `KeyProofNonceRefused`."""
        proof_type, texts = self._texts(proofs)
        try:
            if proof_type == ATTESTATION:
                return self._attested(texts, now)
            checked = [self._checked(text, client_id, now) for text in texts]
        except Rejection as rejection:
            raise KeyProofRefused(rejection.reason) from rejection
        nonces = {nonce: self._expiry(nonce, now) for nonce in dict.fromkeys(proof.nonce for proof in checked)}
        return ProvenKeys(keys=self._keys(checked), nonces={nonce or "": expiry for nonce, expiry in nonces.items()})

    def none(self, proofs: object) -> ProvenKeys:
        """For a credential that is bound to no key. Refuses with `KeyProofRefused` if there is a proof all the same."""
        if proofs is not None:
            raise KeyProofRefused("proofs_not_taken")
        return ProvenKeys(keys=(None,), nonces={})

    def _texts(self, proofs: object) -> tuple[str, list[str]]:
        if proofs is None:
            raise KeyProofRefused("proofs_missing")
        if not isinstance(proofs, dict) or len(proofs) != 1:
            raise KeyProofRefused("proofs_malformed")
        ((proof_type, texts),) = proofs.items()
        if proof_type not in self.types:
            raise KeyProofRefused("proof_type_unsupported")
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise KeyProofRefused("proofs_malformed")
        if len(texts) > (1 if proof_type == ATTESTATION else self.batch_size):
            raise KeyProofRefused("proofs_too_many")
        return proof_type, texts

    def _checked(self, text: str, client_id: str | None, now: datetime) -> KeyProof:
        return key_proof.check_proof(
            text, audience=self.audience, now=now, client_id=client_id, attesters=self.attesters
        )  # fmt: skip

    def _attested(self, texts: Sequence[str], now: datetime) -> ProvenKeys:
        attestation = key_attestation.check_attestation(
            texts[0], carrier=Carrier.ATTESTATION_PROOF, now=now, anchors=self.attesters
        )
        expiry = self._expiry(attestation.nonce, now)
        return ProvenKeys(keys=attestation.keys[: self.batch_size], nonces={attestation.nonce or "": expiry})

    def _keys(self, checked: Sequence[KeyProof]) -> tuple[PublicKey, ...]:
        if len({proof.thumbprint for proof in checked}) < len(checked):
            raise KeyProofRefused("key_repeated")
        first = checked[0]
        if len(checked) > 1 or first.attestation is None:
            return tuple(proof.public_key for proof in checked)
        others = [key for key in first.attestation.keys if _thumbprint(key) != first.thumbprint]
        return (first.public_key, *others)[: self.batch_size]

    def _expiry(self, nonce: str | None, now: datetime) -> datetime:
        if nonce is None:
            raise KeyProofRefused("nonce_missing")
        expiry = self.nonces.expiry(nonce)
        if expiry is None or now >= expiry:
            raise KeyProofNonceRefused("nonce_unknown_or_expired")
        return expiry


def _thumbprint(key: PublicKey) -> bytes:
    members: Mapping[str, Any] = jwk_from_public_key(key)
    return jwk_thumbprint(members)
