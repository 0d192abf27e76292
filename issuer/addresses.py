"""The addresses this service gives out; all begin with the credential issuer identifier."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Addresses:
    """base_url: the credential issuer identifier, without a slash at its end."""

    base_url: str

    @property
    def token(self) -> str:
        return f"{self.base_url}/token"

    @property
    def nonce(self) -> str:
        return f"{self.base_url}/nonce"

    @property
    def credential(self) -> str:
        return f"{self.base_url}/credential"

    @property
    def deferred(self) -> str:
        return f"{self.base_url}/deferred-credential"

    @property
    def notification(self) -> str:
        return f"{self.base_url}/notification"

    @property
    def challenge(self) -> str:
        """Where wallets get a challenge for the proof beside their attestation."""
        return f"{self.base_url}/challenge"

    @property
    def push(self) -> str:
        """Pushed authorization requests (RFC 9126)."""
        return f"{self.base_url}/par"

    @property
    def authorize(self) -> str:
        return f"{self.base_url}/authorize"

    def identity_request(self, visit_id: str) -> str:
        """Where a wallet fetches the presentation request of one visit."""
        return f"{self.authorize}/request/{visit_id}"

    def identity_response(self, visit_id: str) -> str:
        return f"{self.authorize}/response/{visit_id}"

    def identity_return(self, visit_id: str, return_code: str) -> str:
        """Where the browser goes on after the presentation."""
        return f"{self.authorize}/return/{visit_id}?response_code={return_code}"

    @property
    def status_lists(self) -> str:
        """Where all status lists are listed (Token Status List, section 9)."""
        return f"{self.base_url}/status"

    def status_list(self, shard_id: str) -> str:
        return f"{self.base_url}/status/{shard_id}"

    def offer(self, offer_id: str) -> str:
        return f"{self.base_url}/credential-offer/{offer_id}"

    def job(self, job_id: str) -> str:
        return f"{self.base_url}/v1/jobs/{job_id}"

    def document(self, type_id: str, document_id: str) -> str:
        return f"{self.base_url}/v1/{type_id}/{document_id}"

    def type_metadata(self, vct: str) -> str:
        return f"{self.base_url}/type-metadata/{quote(vct, safe=':')}"
