"""Type metadata, where it is offered: SD-JWT VC draft -24, sections 3, 5 and 6.

A `vct` that is an address leads to the document itself; for one that is a name, as a URN, the credential issuer is
asked under `/type-metadata/`, which stands in for a registry (section 5.3 leaves such ways open). A document that is
there has to be right and the credential has to keep to it; one that is not there is only missed where `vct#integrity`
pins it.
Only SD-JWT VCs have type metadata.
"""

from urllib.parse import quote

from vc_core import sd_jwt_vc
from vc_core.addresses import require_url
from vc_core.formats.base import ParsedPresentation
from vc_core.formats.sd_jwt_vc import ParsedSdJwtVc
from vc_core.rejection import Rejection
from wallet_sim.exchange import JSON, Exchange, require_ok
from wallet_sim.refusals import PeerUnavailable

MAX_DOCUMENTS = 8
MAX_BYTES = 256 * 1024


def check_type_metadata(parsed: ParsedPresentation, issuer: str, exchange: Exchange) -> None:
    """Whether the whole credential keeps to its type's metadata, if there is any.

    Rejects as `sd_jwt_vc.resolve` and `sd_jwt_vc.require_claims`, and as `Exchange` and `require_ok`.
    """
    if not isinstance(parsed, ParsedSdJwtVc):
        return
    envelope = sd_jwt_vc.check_envelope(parsed.processed, parsed.sd_jwt)
    documents = _fetch_chain(envelope.vct, issuer, exchange)
    if not documents and envelope.vct_integrity is None:
        return
    metadata = sd_jwt_vc.resolve(envelope.vct, documents, integrity=envelope.vct_integrity)
    sd_jwt_vc.require_claims(metadata, parsed.processed, sd_jwt_vc.Shown.ALL)


def _fetch_chain(vct: str, issuer: str, exchange: Exchange) -> dict[str, bytes]:
    """The documents from `vct` along `extends`, as far as they could be had."""
    documents: dict[str, bytes] = {}
    reference: str | None = vct
    while reference is not None and reference not in documents and len(documents) < MAX_DOCUMENTS:
        document = _fetch(reference, issuer, exchange)
        if document is None:
            break
        documents[reference] = document
        reference = sd_jwt_vc.parse_type_metadata(document).extends
    return documents


def _fetch(reference: str, issuer: str, exchange: Exchange) -> bytes | None:
    try:
        answer = exchange.get(_address(reference, issuer, exchange), accept=JSON, max_bytes=MAX_BYTES)
        return require_ok(answer, JSON)
    except PeerUnavailable:
        return None


def _address(reference: str, issuer: str, exchange: Exchange) -> str:
    try:
        return require_url(reference, policy=exchange.policy)
    except Rejection:
        return f"{issuer}/type-metadata/{quote(reference, safe=':')}"
