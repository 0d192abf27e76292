"""A status list token taken apart before it is served, and the desk at which faults of it are committed.

What is wrong in meaning (values, times, address, signer) is wrong in the `StatusPlan` and made alike as JWT and CWT;
what is wrong in form is wrong in the claims, header or body of one of them. Claims go by their JWT names in both.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vc_core import base64url, cbor, cose, jose, status_token, strict_json
from vc_core.signer import RandomBytes, SoftwareKey
from vc_core.status_list import StatusList, StatusReference
from vc_core.status_token import TokenFormat

NUMBERS = {"sub": 2, "exp": 4, "iat": 6, "ttl": 65534, "status_list": 65533}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPlan:
    """A token before it is signed. subject: the address of its list. form: JWT or CWT, by media type."""

    form: TokenFormat
    subject: str
    statuses: StatusList
    issued_at: datetime
    expires: datetime | None
    ttl: timedelta | None
    signer: SoftwareKey


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDesk:
    """What the provider of a list has at hand. reference: where the credential's status stands.

    stranger: the status signer of another institution. document_signer: the institution's own, for credentials.
    """

    plan: StatusPlan
    reference: StatusReference
    stranger: SoftwareKey
    document_signer: SoftwareKey
    random: RandomBytes
    now: datetime

    def answer(self, **changes: Any) -> "StatusAnswer":
        """The token as it is served, with a changed plan."""
        plan = replace(self.plan, **changes)
        return StatusAnswer(body=encode(plan), content_type=plan.form.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer:
    """What a server answers to a GET of the list."""

    body: bytes = b""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True)
class NoStatusAnswer:
    """The server ends the connection without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFault:
    """One thing wrong with a status list, its token or its server. form: None for a fault of either form."""

    id: str
    says: str
    section: str
    make: Callable[[StatusDesk], StatusAnswer | NoStatusAnswer]
    form: TokenFormat | None = None


def encode(plan: StatusPlan) -> bytes:
    """As the service encodes it."""
    deflated, ttl = plan.statuses.deflate(), plan.ttl
    if plan.form is TokenFormat.CWT:
        return status_token.encode_cwt(
            deflated, subject=plan.subject, issued_at=plan.issued_at, signer=plan.signer, expires=plan.expires, ttl=ttl
        )
    return status_token.encode_jwt(
        deflated, subject=plan.subject, issued_at=plan.issued_at, signer=plan.signer, expires=plan.expires, ttl=ttl
    ).encode()


@dataclass(slots=True, kw_only=True)
class TokenDraft:
    """claims: by their JWT names. header: JOSE header, or protected COSE header without `alg`."""

    form: TokenFormat
    claims: dict[str, Any]
    header: dict[Any, Any]
    unprotected: dict[int, Any]
    signer: SoftwareKey
    seal: Callable[[bytes], bytes]

    @classmethod
    def of(cls, plan: StatusPlan) -> "TokenDraft":
        body = encode(plan)
        if plan.form is TokenFormat.JWT:
            jws = jose.parse_jws(body.decode(), max_bytes=len(body))
            return cls(form=plan.form, claims=jws.claims(), header=dict(jws.header), unprotected={},
                       signer=plan.signer, seal=plan.signer.sign)  # fmt: skip
        message = cose.parse_sign1(cbor.loads(body))
        numbered = cbor.loads(message.payload or b"")
        claims = {name: numbered[number] for name, number in NUMBERS.items() if number in numbered}
        header = {label: value for label, value in message.protected.items() if label != cose.ALG}
        return cls(form=plan.form, claims=claims, header=header, unprotected=dict(message.unprotected),
                   signer=plan.signer, seal=plan.signer.sign)  # fmt: skip

    @property
    def lst(self) -> bytes:
        """The deflated list."""
        lst: str | bytes = self.claims["status_list"]["lst"]
        return base64url.decode(lst) if isinstance(lst, str) else lst

    @lst.setter
    def lst(self, lst: bytes) -> None:
        self.claims["status_list"]["lst"] = base64url.encode(lst) if self.form is TokenFormat.JWT else lst

    def write(self) -> bytes:
        if self.form is TokenFormat.JWT:
            header, payload = (base64url.encode(strict_json.dump(part)) for part in (self.header, self.claims))
            signature = self.seal(f"{header}.{payload}".encode())
            return f"{header}.{payload}.{base64url.encode(signature)}".encode()
        return cose.encode_sign1(self.message(), tagging=cose.Tagging.REQUIRED)

    def message(self) -> cose.Sign1:
        numbered = {NUMBERS[name]: value for name, value in self.claims.items()}
        return cose.sign1(
            cbor.dumps(numbered), signer=self.signer, protected_extra=self.header, unprotected=self.unprotected
        )
