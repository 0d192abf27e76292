"""Settings of the issuer service, from the environment (`SOCSEC_ISSUER_*`) or from whoever composes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from issuer.message_encryption import EncryptionPolicy
from issuer.rates import RateGroup
from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection

Seconds = Annotated[int, Field(gt=0)]
PerMinute = Annotated[int, Field(ge=0)]


class IssuerSettings(BaseSettings):
    """data: the folder that `socsec pki init` makes. base_url: the credential issuer identifier, without a slash at its
    end; every address that this service gives out begins with it, and it leaves room for offers in a QR code 9-M.

    wallet_providers: certificates of the authorities of trusted wallet providers, in PEM. With it the authorization
    code flow is offered, for which wallets have to be attested; without such a file it is not. access_certificates,
    access_key: what requests for a holder's identity, and the issuer's metadata where a wallet wants them signed, are
    signed with. trust_list, operator_certificate: who may have issued that identity. What is left out follows from
    `data`.

    refresh_seconds: for how long a wallet may come for fresh copies of a document after it was collected first.

    deferred_interval_seconds: after which a wallet asks again for a document that its institution has on hold.

    office_seconds: how long somebody stays signed in at the back office's pages.

    batch_size: credentials of one configuration for one request at most; 1 offers no batches. encryption: of credential
    requests and responses, on top of TLS.

    notice_seconds: pause between rounds in which events are delivered; None: others deliver them (`socsec notices
    deliver`). end_notice_days: how long before a document ends its institution is told.
    max_body_bytes: of a request, and of one row of a bulk file. bulk_upload_bytes: of a bulk file as it is
    sent; bulk_content_bytes: inflated. spool: where such files wait, a folder that all processes share; in `data`
    unless given. job_seconds: pause between looks for jobs; None: this process works on none.

    authorization_servers: whose access tokens are taken beside the keys of officers (`issuer/ACCESS.md`);
    `authorization-servers.toml` in `data` unless given, none if there is no such file.

    *_per_minute: requests that are taken within a minute, of one institution (reads, writes), of wallets from one
    address, and of attempts with wrong bearer keys or wrong codes from one address; 0 for any number. Behind a reverse
    proxy the server has to be told to trust its `X-Forwarded-For` (`FORWARDED_ALLOW_IPS`), else all wallets and all
    institutions share one address.

    secret_file: 32 bytes that codes, nonces and status indices are derived from, the same for all processes; made in
    `data` when it is missing. shard_bits: a status list has 2 to the power of this many entries.

    metrics_token: whoever sends it as a bearer token reads the service's numbers at `/metrics`; without one there are
    none. A rule by address would let everybody in who comes through a proxy on this machine.
    """

    model_config = SettingsConfigDict(env_prefix="SOCSEC_ISSUER_", frozen=True)

    data: Path
    base_url: Annotated[str, Field(max_length=90)]
    database_url: str | None = None
    secret_file: Path | None = None
    display_name: str = "Social security credential issuer"
    wallet_providers: Path | None = None
    access_certificates: Path | None = None
    access_key: Path | None = None
    trust_list: Path | None = None
    operator_certificate: Path | None = None
    authorization_servers: Path | None = None
    loopback_http: LoopbackHttp = LoopbackHttp.ALLOWED
    offer_seconds: Seconds = 24 * 3600
    access_token_seconds: Annotated[int, Field(gt=0, le=300)] = 300
    refresh_seconds: Seconds = 180 * 24 * 3600
    nonce_seconds: Seconds = 300
    deferred_interval_seconds: Seconds = 300
    request_uri_seconds: Annotated[int, Field(gt=0, lt=600)] = 300
    visit_seconds: Annotated[int, Field(gt=0, le=3600)] = 600
    code_seconds: Annotated[int, Field(gt=0, le=60)] = 60
    office_seconds: Annotated[int, Field(gt=0, le=12 * 3600)] = 4 * 3600
    status_timeout_seconds: Annotated[float, Field(gt=0)] = 5.0
    notice_seconds: Annotated[float, Field(gt=0)] | None = 5.0
    notice_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    end_notice_days: Annotated[int, Field(gt=0)] = 30
    batch_size: Annotated[int, Field(ge=1, le=100)] = 10
    encryption: EncryptionPolicy = EncryptionPolicy.OFFERED
    tx_code_attempts: Annotated[int, Field(gt=0)] = 5
    institution_reads_per_minute: PerMinute = 30_000
    institution_writes_per_minute: PerMinute = 12_000
    wallet_requests_per_minute: PerMinute = 60_000
    wrong_keys_per_minute: PerMinute = 100
    wrong_codes_per_minute: PerMinute = 300
    max_body_bytes: Annotated[int, Field(gt=0)] = 64 * 1024
    bulk_upload_bytes: Annotated[int, Field(gt=0)] = 2 * 2**30
    bulk_content_bytes: Annotated[int, Field(gt=0)] = 16 * 2**30
    job_seconds: Annotated[float, Field(gt=0)] | None = 1.0
    spool: Path | None = None
    shard_bits: Annotated[int, Field(ge=4, le=20)] = 20
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None

    @model_validator(mode="after")
    def _require_identifier(self) -> "IssuerSettings":
        try:
            require_url(self.base_url, policy=self.loopback_http)
        except Rejection as rejection:
            raise ValueError(f"base_url: {rejection}") from rejection
        if self.base_url.endswith("/") or "?" in self.base_url:
            raise ValueError("base_url: an identifier has no query, and here no slash at its end")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'issuer.sqlite3'}"

    @property
    def rate_limits(self) -> Mapping[RateGroup, int]:
        return {
            RateGroup.READS: self.institution_reads_per_minute,
            RateGroup.WRITES: self.institution_writes_per_minute,
            RateGroup.WALLETS: self.wallet_requests_per_minute,
            RateGroup.WRONG_KEYS: self.wrong_keys_per_minute,
            RateGroup.WRONG_CODES: self.wrong_codes_per_minute,
        }

    @property
    def spool_folder(self) -> Path:
        return self.spool or self.data / "spool"

    @property
    def secret(self) -> Path:
        return self.secret_file or self.data / "issuer.secret"

    @property
    def wallet_providers_file(self) -> Path:
        return self.wallet_providers or self.data / "pki" / "wallet-providers.pem"

    @property
    def authorization_servers_file(self) -> Path:
        return self.authorization_servers or self.data / "authorization-servers.toml"

    @property
    def access_files(self) -> tuple[Path, Path]:
        """Certificates, leaf first, and private key; the relying party's of the pilot where none are given."""
        folder = self.data / "pki" / "verifier"
        return (self.access_certificates or folder / "access.pem", self.access_key or folder / "access.key.pem")

    @property
    def trust_list_file(self) -> Path:
        return self.trust_list or self.data / "pki" / "trust-list.jwt"

    @property
    def operator_file(self) -> Path:
        return self.operator_certificate or self.data / "pki" / "operator.pem"

    @property
    def path(self) -> str:
        """The path of the identifier, empty or beginning with a slash: all endpoints lie below it."""
        return urlsplit(self.base_url).path
