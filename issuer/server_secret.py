"""The one secret of the service, and what is derived from it: codes of offers, keys of nonces and permutations.

Nothing derived is stored, so a copy of the database opens no offer and foretells no status index. A purpose separates
the derived values from each other (HMAC-SHA256, RFC 2104, used as a pseudo-random function).
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from issuer.identifiers import fingerprint
from vc_core import base64url
from vc_core.pilot import new_key

SECRET_BYTES = 32
TX_CODE_DIGITS = 6


@dataclass(frozen=True, slots=True, repr=False)
class ServerSecret:
    """32 bytes that all processes of one service share."""

    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != SECRET_BYTES:
            raise ValueError(f"the server secret has {SECRET_BYTES} bytes")

    def derive(self, purpose: str, subject: str = "") -> bytes:
        """32 bytes that belong to one purpose and one subject."""
        return hmac.digest(self.value, f"{purpose}\0{subject}".encode(), hashlib.sha256)

    def pre_authorized_code(self, offer_id: str) -> str:
        """The code of an offer: 256 bits as base64url."""
        return base64url.encode(self.derive("pre-authorized code", offer_id))

    def code_fingerprint(self, offer_id: str) -> bytes:
        """What the code of an offer is found by."""
        return fingerprint(self.pre_authorized_code(offer_id))

    def tx_code(self, offer_id: str) -> str:
        """The transaction code of an offer, which reaches the holder by another way than the offer itself."""
        number = int.from_bytes(self.derive("transaction code", offer_id)[:8], "big") % 10**TX_CODE_DIGITS
        return f"{number:0{TX_CODE_DIGITS}}"

    def status_key(self, shard_id: str) -> bytes:
        """The key of a shard's index permutation."""
        return self.derive("status index", shard_id)

    def request_encryption_key(self) -> ec.EllipticCurvePrivateKey:
        """What wallets encrypt requests to: the same in every process."""
        drawn = self.derive("request encryption", "1") + self.derive("request encryption", "2")
        return new_key(lambda size: drawn[:size])

    def birth_key(self, type_id: str, birth_date: str) -> bytes:
        """What stands for a birth date where documents about a person are looked for."""
        return self.derive("birth date", "\0".join((type_id, birth_date)))

    def person_key(self, institution_id: str, type_id: str, person: str) -> bytes:
        """What stands for a person in the register's index, in place of a number that means something elsewhere."""
        return self.derive("person", "\0".join((institution_id, type_id, person)))
