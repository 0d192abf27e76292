"""Settings of the wallet, from the environment (`SOCSEC_WALLET_*`) or from whoever composes it.

What is left out follows from `data`, the folder that `socsec pki init` makes.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import RequestProfile


class WalletSettings(BaseSettings):
    """store: the wallet's own directory. trust_list: a path or an https address. trust_lists: file that names several
    instead (`vc_core.trust.lists_file`); `pki/trust-lists.toml` in `data`, if it is there and no single list is named.
    profile: what of OpenID4VP is answered. attesters: file with a JSON object, `iss` to public JWK, of those who may
    vouch for verifiers. wallet_provider: folder with the key that attests this wallet; client_id: of the wallet
    product."""

    model_config = SettingsConfigDict(env_prefix="SOCSEC_WALLET_", frozen=True)

    data: Path = Path("data")
    store: Path | None = None
    trust_list: str | None = None
    trust_lists: Path | None = None
    operator_certificate: Path | None = None
    loopback_http: LoopbackHttp = LoopbackHttp.ALLOWED
    attesters: Path | None = None
    wallet_provider: Path | None = None
    client_id: str = "https://wallet.socsec.example"
    profile: RequestProfile = RequestProfile.OPENID4VP
    timeout_seconds: float = Field(default=10.0, gt=0)

    @model_validator(mode="after")
    def _one_list_or_several(self) -> Self:
        if self.trust_lists is not None and (self.trust_list is not None or self.operator_certificate is not None):
            raise ValueError("trust_lists: with it, neither trust_list nor operator_certificate is set")
        return self

    @property
    def directory(self) -> Path:
        return self.store or self.data / "wallet"

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
    def wallet_provider_folder(self) -> Path:
        return self.wallet_provider or self.data / "pki" / "wallet-provider"

    @property
    def operator_certificate_file(self) -> Path:
        return self.operator_certificate or self.data / "pki" / "operator.pem"
