"""Opens a request of a wallet that may be encrypted: OpenID4VCI 1.0, sections 8.2, 9.1 and 10.

1. What was encrypted was encrypted to our key, as the metadata say.  `EncryptionParametersRefused`
2. Where encryption is required, it was.  `EncryptionParametersRefused`
3. A JSON object.  `CredentialRequestMalformed`
4. An encrypted answer is asked for in an encrypted request only, by parameters that are offered; where encryption is
   required, it is asked for.  `EncryptionParametersRefused`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.message_encryption import (
    RESPONSE_ENCRYPTION,
    EncryptionPolicy,
    MessageEncryption,
    ResponseEncryption,
    parse_response_encryption,
)
from issuer.refusals import CredentialRequestMalformed, EncryptionParametersRefused
from issuer.use_cases.check_access import AuthorizedCall, Wrapping
from vc_core import strict_json
from vc_core.rejection import Rejection

_PLAINTEXT = "/payload"
"""Where `jwe.decrypt` places what is wrong with the content, all else being wrong with the encryption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRequest:
    """members: of the request in the clear. answer_in: how the answer is to be encrypted, None for not at all."""

    members: Mapping[str, Any]
    answer_in: ResponseEncryption | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    encryption: MessageEncryption
    max_body_bytes: int

    def __call__(self, call: AuthorizedCall) -> OpenedRequest:
        if call.wrapping is Wrapping.ENCRYPTED:
            members = self._decrypted(call.body)
        elif self._required:  # 2
            raise EncryptionParametersRefused("request_not_encrypted")
        else:
            members = self._plain(call.body)
        return OpenedRequest(members=members, answer_in=self._answer(members, call.wrapping))

    def _decrypted(self, body: bytes) -> Mapping[str, Any]:
        try:
            return self.encryption.open(body.decode("ascii"), max_bytes=self.max_body_bytes)  # 1
        except UnicodeDecodeError:
            raise EncryptionParametersRefused("jwe_malformed") from None
        except Rejection as rejection:
            refused = (
                CredentialRequestMalformed if rejection.where.startswith(_PLAINTEXT) else EncryptionParametersRefused
            )
            raise refused(rejection.reason) from rejection

    def _plain(self, body: bytes) -> Mapping[str, Any]:
        try:
            return strict_json.parse_object(body, max_bytes=self.max_body_bytes)  # 3
        except Rejection as rejection:
            raise CredentialRequestMalformed(rejection.reason) from rejection

    def _answer(self, members: Mapping[str, Any], wrapping: Wrapping) -> ResponseEncryption | None:  # 4
        if RESPONSE_ENCRYPTION not in members:
            if self._required:
                raise EncryptionParametersRefused("response_encryption_missing")
            return None
        try:
            wanted = parse_response_encryption(members[RESPONSE_ENCRYPTION])
        except Rejection as rejection:
            raise EncryptionParametersRefused(rejection.reason) from rejection
        if wrapping is Wrapping.PLAIN:
            raise EncryptionParametersRefused("request_not_encrypted")
        return wanted

    @property
    def _required(self) -> bool:
        return self.encryption.policy is EncryptionPolicy.REQUIRED
