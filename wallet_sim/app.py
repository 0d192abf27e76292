"""Composition root of the wallet: the only place that builds its HTTP client and reads its settings."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from vc_core import strict_json
from vc_core.catalogue import Catalogue
from vc_core.jose import public_key_from_jwk
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes
from vc_core.trust.lists_file import ListPlace, parse_trust_lists_file
from wallet_sim.attestation import Attester, load_provider
from wallet_sim.browser import Browser
from wallet_sim.evidence import ReadTrust
from wallet_sim.exchange import Exchange
from wallet_sim.settings import WalletSettings
from wallet_sim.store import WalletStore
from wallet_sim.trust_source import TrustSource, TrustSources
from wallet_sim.wallet import Clock, Wallet

MAX_ATTESTERS = 256 * 1024
STILL_WRITING = timedelta(hours=1)
"""For so long another process of this wallet may be about to write what belongs to a file that nothing needs yet."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_wallet(
    settings: WalletSettings,
    *,
    clock: Clock = utc_now,
    random: RandomBytes = os.urandom,
    transport: httpx2.BaseTransport | None = None,
    catalogue: Catalogue | None = None,
) -> Wallet:
    """A wallet in the directory of the settings. transport: for tests; None for the network. catalogue: the types it
    knows, by default those that come with the program. Raises `ValueError` and `OSError` for files at fault."""
    client, browsing = (
        httpx2.Client(timeout=settings.timeout_seconds, transport=transport, trust_env=False, follow_redirects=False)
        for _ in range(2)
    )
    store = WalletStore(settings.directory)
    with suppress(Rejection, TypeError):  # a wait that cannot be read hinders nothing else
        store.tidy(before=clock() - STILL_WRITING)
    provider = load_provider(settings.wallet_provider_folder)
    return Wallet(
        settings.directory,
        http=client,
        clock=clock,
        random=random,
        trust=_trust(settings, store, Exchange(client=client, policy=settings.loopback_http)),
        loopback_http=settings.loopback_http,
        profile=settings.profile,
        catalogue=catalogue,
        attesters=_attesters(settings.attesters),
        provider=None if provider is None else Attester(provider=provider, client_id=settings.client_id),
        browser=Browser(client=browsing, policy=settings.loopback_http),
    )


def _trust(settings: WalletSettings, store: WalletStore, exchange: Exchange) -> ReadTrust:
    file = settings.trust_lists_file
    if file is None:
        only = ListPlace(
            source=settings.trust_list_source, operator_certificate=settings.operator_certificate_file
        )  # fmt: skip
        return TrustSource(place=only, store=store, exchange=exchange)
    places = parse_trust_lists_file(file.read_text(encoding="utf-8"), file)
    return TrustSources(sources=tuple(TrustSource(place=place, store=store, exchange=exchange) for place in places))


def _attesters(file: Path | None) -> dict[str, PublicKey]:
    if file is None:
        return {}
    keys = strict_json.parse_object(file.read_bytes(), max_bytes=MAX_ATTESTERS)
    return {issuer: public_key_from_jwk(jwk, where=f"/{issuer}") for issuer, jwk in keys.items()}
