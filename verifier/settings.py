"""Settings of the verifier service, from the environment (`SOCSEC_VERIFIER_*`) or from whoever composes it.

Paths and addresses that are left out follow from `data`, the folder that `socsec pki init` makes.
"""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.authorization_request import ClientIdPrefix
from vc_core.rejection import Rejection


class VerifierSettings(BaseSettings):
    """base_url: where wallets reach this service, without a slash at the end. trust_list: a path or an https address.

    trust_lists: file that names several trust lists instead (`vc_core.trust.lists_file`); `pki/trust-lists.toml` in
    `data`, if it is there and no single list is named.
    verifier_attestation: file with the attestation for the prefix of that name. registration_certificate: file with
    what a registrar confirms of this verifier, sent along with every request.
    dc_api_origins: of the pages that may ask through the browser; by default this service's own.
    state: the State that inspectors of this installation work in, preselected on the page (ISO 3166-1 alpha-2).
    status_reuse_seconds: for so long a status list is used again without asking its server whether it has changed.
    secret_file: 32 bytes that what is kept for rechecks is sealed with, the same for all workers; made if missing.
    recheck_seconds: how often verdicts given on old data are checked again. recheck_days: after so many days they are
    wiped from the queue.
    prefetch_seconds: all status lists are fetched beforehand, that often; verifications then ask no issuer. Never, if
    left out. status_cache_lists, status_cache_megabytes: bounds of what is kept of status lists.
    keep_seconds: how long a closed transaction and its verdicts stay readable; then they are deleted, looked for every
    sweep_seconds. events_seconds: how long one stream of a transaction's events lasts at most.
    metrics_token: whoever sends it as a bearer token reads the service's numbers at `/metrics`; without one there are
    none. A rule by address would let everybody in who comes through a proxy on this machine.
    """

    model_config = SettingsConfigDict(env_prefix="SOCSEC_VERIFIER_", frozen=True)

    data: Path
    base_url: str
    state: str | None = None
    database_url: str | None = None
    trust_list: str | None = None
    trust_lists: Path | None = None
    operator_certificate: Path | None = None
    access_certificate: Path | None = None
    access_key: Path | None = None
    client_id_prefix: ClientIdPrefix = ClientIdPrefix.X509_HASH
    dc_api_origins: tuple[str, ...] = ()
    verifier_attestation: Path | None = None
    registration_certificate: Path | None = None
    loopback_http: LoopbackHttp = LoopbackHttp.ALLOWED
    request_lifetime_seconds: int = Field(default=300, gt=0)
    keep_seconds: int = Field(default=24 * 3600, ge=0)
    sweep_seconds: float = Field(default=300.0, gt=0)
    events_seconds: float = Field(default=30.0, gt=0, le=300)
    status_reuse_seconds: int = Field(default=2, ge=0)
    prefetch_seconds: float | None = Field(default=None, gt=0)
    status_cache_lists: int = Field(default=10_000, gt=0)
    status_cache_megabytes: int = Field(default=512, gt=0)
    secret_file: Path | None = None
    recheck_seconds: float = Field(default=300.0, gt=0)
    recheck_days: int = Field(default=7, gt=0)
    trust_list_reuse_seconds: int = Field(default=60, ge=0)
    fetch_timeout_seconds: float = Field(default=5.0, gt=0)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)

    @model_validator(mode="after")
    def _base_url_may_be_used(self) -> Self:
        try:
            require_url(self.base_url, policy=self.loopback_http)
        except Rejection as rejection:
            raise ValueError(f"base_url: {rejection.reason}") from rejection
        return self

    @model_validator(mode="after")
    def _one_list_or_several(self) -> Self:
        if self.trust_lists is not None and (self.trust_list is not None or self.operator_certificate is not None):
            raise ValueError("trust_lists: with it, neither trust_list nor operator_certificate is set")
        return self

    @property
    def page_origins(self) -> tuple[str, ...]:
        """RFC 6454, section 6.1."""
        parts = urlsplit(self.base_url)
        return self.dc_api_origins or (f"{parts.scheme}://{parts.netloc}",)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'verifier.sqlite3'}"

    @property
    def secret(self) -> Path:
        return self.secret_file or self.data / "verifier.secret"

    @property
    def trust_list_source(self) -> str:
        return self.trust_list or str(self.data / "pki" / "trust-list.jwt")

    @property
    def trust_lists_file(self) -> Path | None:
        """None where a single list is gone by."""
        beside = self.data / "pki" / "trust-lists.toml"
        if self.trust_lists is not None or self.trust_list is not None or self.operator_certificate is not None:
            return self.trust_lists
        return beside if beside.exists() else None

    @property
    def operator_certificate_file(self) -> Path:
        return self.operator_certificate or self.data / "pki" / "operator.pem"

    @property
    def access_certificate_file(self) -> Path:
        return self.access_certificate or self.data / "pki" / "verifier" / "access.pem"

    @property
    def access_key_file(self) -> Path:
        return self.access_key or self.data / "pki" / "verifier" / "access.key.pem"
