"""Gives the tokens of one issuance, whatever a wallet redeemed for them: RFC 6749, sections 5.1 and 6."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from issuer.identifiers import fingerprint
from issuer.offers import Grant
from issuer.ports import RandomBytes, Register
from issuer.refreshes import AnonymousHolder, AttestedHolder, RefreshToken
from issuer.use_cases.check_possession import CheckPossession
from vc_core import base64url

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """authorization_details: only where the request had them (OpenID4VCI 1.0, section 6.2). dpop_nonce: for the next
    proof. refresh_token: None where the wallet keeps the one it has, or gets none."""

    access_token: str
    refresh_token: str | None
    dpop_nonce: str
    expires_in: int
    authorization_details: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DrawnTokens:
    """What the wallet gets if all is in order."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTokens:
    """access_lifetime: of an access token; refresh_lifetime: of everything that goes back to one issuance."""

    possession: CheckPossession
    access_lifetime: timedelta
    refresh_lifetime: timedelta
    random: RandomBytes

    def draw(self) -> DrawnTokens:
        return DrawnTokens(access=self._token(), refresh=self._token())

    def begin(
        self,
        register: Register,
        grant: Grant,
        drawn: DrawnTokens,
        holder: AnonymousHolder | AttestedHolder,
        *,
        now: datetime,
    ) -> None:
        """Writes down the first access token of an issuance and the refresh token that goes with it."""
        register.grants.add(grant)
        register.refreshes.sweep(before=now)
        register.refreshes.add(
            RefreshToken(
                fingerprint=fingerprint(drawn.refresh),
                family=grant.family,
                document_id=grant.document_id,
                holder=holder,
                configuration_ids=grant.configuration_ids,
                identifiers=grant.identifiers,
                expires_at=now + self.refresh_lifetime,
            )
        )

    def answer(self, grant: Grant, drawn: DrawnTokens, refresh_token: str | None, *, now: datetime) -> TokenAnswer:
        return TokenAnswer(
            access_token=drawn.access,
            refresh_token=refresh_token,
            dpop_nonce=self.possession.new_nonce(now),
            expires_in=int(self.access_lifetime.total_seconds()),
            authorization_details=_details(grant),
        )

    def _token(self) -> str:
        return base64url.encode(self.random(_TOKEN_BYTES))


def _details(grant: Grant) -> tuple[Mapping[str, Any], ...]:
    named: dict[str, list[str]] = {}
    for identifier, configuration_id in grant.identifiers.items():
        named.setdefault(configuration_id, []).append(identifier)
    return tuple(
        {
            "type": "openid_credential",
            "credential_configuration_id": configuration_id,
            "credential_identifiers": identifiers,
        }
        for configuration_id, identifiers in named.items()
    )
