"""Coming again for what was not ready: OpenID4VCI 1.0, section 9.

1. The transaction, under the access token and the DPoP key of the issuance.
2. An access token that is over is replaced once (RFC 6749, section 6). The new one is kept before it is used: a refresh
   token that rotates is good for one request.
3. Still not ready: the same transaction, and when to come again.  `transaction_id_other`
   Ready: the credentials, of which nothing is believed yet, as in `issuance`.
"""

from collections.abc import Callable
from dataclasses import replace

from vc_core.rejection import Rejection
from wallet_sim import access_token, authorization, credential_request
from wallet_sim.access_token import AccessToken
from wallet_sim.code_flow import post_attested
from wallet_sim.exchange import Answer
from wallet_sim.issuance import Collected, Delivery, Issuance, Postponed, fetch_server_metadata, read_collected
from wallet_sim.store import StoredAccess, StoredWait, instant, key_from_pem, key_to_pem

OVER = frozenset({"invalid_transaction_id", "credential_request_denied", "invalid_grant", "invalid_token"})
"""Errors after which an issuer gives nothing for this transaction any more."""

_SECTION = "OpenID4VCI 1.0, section 9.2"

KeepAccess = Callable[[StoredAccess], None]
"""Stores an access in place of what was kept of it."""


def stored_access(delivery: Delivery, issuance: Issuance, id_: str) -> StoredAccess:
    """What another run of the wallet needs to go back."""
    offer, client = issuance.offer, delivery.client
    grant = offer.grant if client is None else offer.code_grant
    return StoredAccess(
        id=id_,
        server=(grant and grant.authorization_server) or "",
        access_token=delivery.token.value,
        refresh_token=delivery.token.refresh or "",
        possession_key=key_to_pem(issuance.possession.signer),
        instance_key="" if client is None else key_to_pem(client.key),
    )


def stored_wait(postponed: Postponed, access: StoredAccess, issuance: Issuance, id_: str) -> StoredWait:
    return StoredWait(
        id=id_,
        access=access.id,
        issuer=issuance.offer.metadata.issuer,
        configuration_id=postponed.configuration.id,
        title=postponed.configuration.name,
        received_at=instant(issuance.now),
        not_before=instant(issuance.now + postponed.deferral.wait),
        transaction_id=postponed.deferral.transaction_id,
        keys=[key_to_pem(key) for key in postponed.keys],
    )


def come_again(
    wait: StoredWait, access: StoredAccess, issuance: Issuance, keep: KeepAccess
) -> tuple[Collected, ...] | StoredWait:
    """What came, or the wait with a later time. issuance: for the one configuration of the wait, under the DPoP key.

    Raises a `Rejection`, or a `WalletRefusal`: a `PeerDeclined` with one of `OVER` where nothing will come any more.
    """
    answer = _ask(wait, access, issuance)  # 1
    if answer.status == 401 and access.refresh_token:  # 2
        token = _refresh(access, issuance)
        access = replace(access, access_token=token.value, refresh_token=token.refresh or access.refresh_token)
        keep(access)
        answer = _ask(wait, access, issuance)
    deferral = credential_request.read_deferral(answer)  # 3
    if deferral is None:
        (configuration,) = issuance.offer.configurations
        return read_collected(answer, configuration, tuple(map(key_from_pem, wait.keys)))
    if deferral.transaction_id != wait.transaction_id:
        raise Rejection("transaction_id_other", where="/transaction_id", section=_SECTION)
    return replace(wait, not_before=instant(issuance.now + deferral.wait))


def _ask(wait: StoredWait, access: StoredAccess, issuance: Issuance) -> Answer:
    endpoint = issuance.offer.metadata.deferred_endpoint
    if endpoint is None:
        raise Rejection("deferred_endpoint_missing", section="OpenID4VCI 1.0, section 12.2.4")
    draft = credential_request.deferred_request(endpoint, access.access_token, wait.transaction_id)
    return issuance.send(draft)


def _refresh(access: StoredAccess, issuance: Issuance) -> AccessToken:
    """Of an attested client by its instance key, of an anonymous one by the DPoP key (RFC 9449, section 5)."""
    policy = issuance.exchange.policy
    name, body = fetch_server_metadata(access.server or None, issuance.offer.metadata, issuance.exchange)
    if not access.instance_key or issuance.attester is None:
        endpoint = access_token.parse_server_metadata(body, issuer=name, http=policy).token_endpoint
        request = access_token.refresh_request(endpoint, access.refresh_token, client_id=None)
        return access_token.read_token(issuance.possession.post(request, now=issuance.now))
    server = authorization.parse_code_server(body, issuer=name, http=policy)
    instance = issuance.attester.attest(
        random=issuance.random, now=issuance.now, key=key_from_pem(access.instance_key)
    )  # fmt: skip
    answer = post_attested(
        issuance,
        server,
        instance,
        lambda headers: access_token.refresh_request(
            server.token_endpoint, access.refresh_token, client_id=instance.client_id, headers=headers
        ),
    )
    return access_token.read_token(answer)
