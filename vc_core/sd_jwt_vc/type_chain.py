"""Type metadata that builds on other types: `extends` (SD-JWT VC, draft -24, sections 5.3, 5.4, 5.5.2, 5.6.5, 7.4).

Nothing is fetched: `resolve` is given every document of the chain by the `vct` or `extends` that refers to it, and
rejects where one is missing. The chain is followed whole before anything of it is used (5.7).
"""

from collections.abc import Mapping
from dataclasses import replace

from vc_core.claims import json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt_vc.integrity import require_integrity
from vc_core.sd_jwt_vc.type_metadata import (
    ClaimMetadata,
    Disclosability,
    TypeMetadata,
    parse_type_metadata,
    require_svg_ids_unique,
)

MAX_CHAIN = 8


def resolve(vct: str, documents: Mapping[str, bytes], *, integrity: str | None = None) -> TypeMetadata:
    """The type with all that it inherits.

    documents: reference -> octets as retrieved. integrity: `vct#integrity` of the credential, if it has one.
    Rejects with `type_metadata_missing`, `type_metadata_vct_mismatch`, `extends_circular`, `extends_too_long`,
    `extends_changes_sd`, `extends_changes_mandatory`, or as `require_integrity` and `parse_type_metadata`.
    """
    chain: list[TypeMetadata] = []
    reference: str | None = vct
    while reference is not None:
        if any(metadata.vct == reference for metadata in chain):
            raise Rejection("extends_circular", where="/extends", section="SD-JWT VC, section 7.4")
        if len(chain) == MAX_CHAIN:
            raise Rejection("extends_too_long", where="/extends", evidence={"limit": MAX_CHAIN})
        metadata = _document(reference, documents, integrity)
        chain.append(metadata)
        reference, integrity = metadata.extends, metadata.extends_integrity
    effective = chain.pop()
    while chain:
        effective = extend(effective, chain.pop())
    return effective


def extend(base: TypeMetadata, child: TypeMetadata) -> TypeMetadata:
    """The child with what it inherits: display as a whole (5.5.2), claims one by one (5.6.5).

    Rejects with `extends_changes_sd`, `extends_changes_mandatory` or `svg_id_repeated`.
    """
    own = {claim.path: claim for claim in child.claims}
    inherited = [_override(claim, own[claim.path]) if claim.path in own else claim for claim in base.claims]
    known = {claim.path for claim in base.claims}
    claims = (*inherited, *[claim for claim in child.claims if claim.path not in known])
    require_svg_ids_unique(claims)
    return replace(child, claims=claims, display=base.display if child.display is None else child.display)


def _override(base: ClaimMetadata, child: ClaimMetadata) -> ClaimMetadata:
    """Properties are replaced whole, never merged; what the base demands stays (5.6.5.1)."""
    firm = base.sd in (Disclosability.ALWAYS, Disclosability.NEVER)
    if firm and child.sd not in (None, base.sd):
        raise _changed("extends_changes_sd", child)
    if base.mandatory and child.mandatory is False:
        raise _changed("extends_changes_mandatory", child)
    return ClaimMetadata(
        path=base.path,
        display=base.display if child.display is None else child.display,
        mandatory=base.mandatory if child.mandatory is None else child.mandatory,
        sd=base.sd if child.sd is None else child.sd,
        svg_id=base.svg_id if child.svg_id is None else child.svg_id,
    )


def _document(reference: str, documents: Mapping[str, bytes], integrity: str | None) -> TypeMetadata:
    document = documents.get(reference)
    if document is None:
        raise Rejection("type_metadata_missing", where=reference, section="SD-JWT VC, section 5.7")
    if integrity is not None:
        require_integrity(document, integrity, where=reference)
    metadata = parse_type_metadata(document)
    if metadata.vct != reference:
        raise Rejection("type_metadata_vct_mismatch", where=reference, section="SD-JWT VC, section 5.3")
    return metadata


def _changed(reason: str, claim: ClaimMetadata) -> Rejection:
    return Rejection(reason, where=json_pointer(claim.path), section="SD-JWT VC, section 5.6.5.1")
