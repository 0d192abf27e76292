"""Type metadata: what a credential type says of itself and of its claims (SD-JWT VC, draft -24, sections 5.2 to 5.6).

One document is read here, strictly where the draft sets a form, and members it does not know are ignored. How
documents build on each other is `type_chain`, how a credential is held against them `claim_rules`. Rendering metadata
is checked for its form (5.5.1) and kept as JSON; templates are not rendered.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from vc_core import strict_json
from vc_core.claims import ClaimPath, parse_pointer
from vc_core.members import Members
from vc_core.rejection import Rejection

T = TypeVar("T")

MAX_BYTES = 256 * 1024

_SVG_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SECTION = "SD-JWT VC, section 5"


class Disclosability(StrEnum):
    """`sd` of a claim (5.6.4)."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDisplay:
    """How the type is shown in one language (5.5). rendering: as received."""

    locale: str
    name: str
    description: str | None
    rendering: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDisplay:
    """How a claim is labelled in one language (5.6.2)."""

    locale: str
    label: str
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMetadata:
    """One entry of `claims` (5.6). None: not said, so that an extended type can say it."""

    path: ClaimPath
    display: tuple[ClaimDisplay, ...] | None = None
    mandatory: bool | None = None
    sd: Disclosability | None = None
    svg_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMetadata:
    """One document, or the sum of a chain of them (`type_chain.resolve`)."""

    vct: str
    name: str | None = None
    description: str | None = None
    extends: str | None = None
    extends_integrity: str | None = None
    display: tuple[TypeDisplay, ...] | None = None
    claims: tuple[ClaimMetadata, ...] = ()


def parse_type_metadata(document: bytes) -> TypeMetadata:
    """Reads one document, UTF-8 JSON.

    Rejects with `claims_path_invalid`, `sd_unknown`, `svg_id_malformed`, `svg_id_repeated`, `uri_not_allowed`,
    `properties_missing`, the reasons of `Members` for every member, or as `strict_json.parse_object`.
    """
    members = Members(strict_json.parse_object(document, max_bytes=MAX_BYTES), "", f"{_SECTION}.2")
    metadata = TypeMetadata(
        vct=members.required("vct", str),
        name=members.optional("name", str),
        description=members.optional("description", str),
        extends=members.optional("extends", str),
        extends_integrity=members.optional("extends#integrity", str, called="extends_integrity"),
        display=_list(members, "display", _type_display),
        claims=_list(members, "claims", _claim) or (),
    )
    require_svg_ids_unique(metadata.claims)
    return metadata


def require_svg_ids_unique(claims: tuple[ClaimMetadata, ...]) -> None:
    ids = [claim.svg_id for claim in claims if claim.svg_id is not None]
    if len(set(ids)) != len(ids):
        raise Rejection("svg_id_repeated", where="/claims", section=f"{_SECTION}.6")


def claims_document(claims: tuple[ClaimMetadata, ...]) -> list[dict[str, Any]]:
    """`claims` as they stand in a document; what is not said is left out."""
    return [_said(path=list(claim.path), display=_labels(claim.display), mandatory=claim.mandatory,
                  sd=claim.sd and claim.sd.value, svg_id=claim.svg_id) for claim in claims]  # fmt: skip


def _labels(display: tuple[ClaimDisplay, ...] | None) -> list[dict[str, Any]] | None:
    if display is None:
        return None
    return [_said(locale=entry.locale, label=entry.label, description=entry.description) for entry in display]


def _said(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _list(members: Members, name: str, read: Callable[[Members], T]) -> tuple[T, ...] | None:
    """None when absent; an empty array says that there is nothing."""
    items = members.optional(name, list)
    if items is None:
        return None
    return tuple(
        read(Members.of(item, called=name, where=f"{members.at(name)}/{index}", section=members.section))
        for index, item in enumerate(items)
    )


def _claim(members: Members) -> ClaimMetadata:
    sd = members.optional("sd", str)
    if sd is not None and sd not in set(Disclosability):
        raise members.reject("sd_unknown", "sd")
    svg_id = members.optional("svg_id", str)
    if svg_id is not None and not _SVG_ID.fullmatch(svg_id):
        raise members.reject("svg_id_malformed", "svg_id")
    return ClaimMetadata(
        path=parse_pointer(members.required("path", list), where=members.at("path")),
        display=_list(members, "display", _claim_display),
        mandatory=members.optional("mandatory", bool),
        sd=None if sd is None else Disclosability(sd),
        svg_id=svg_id,
    )


def _claim_display(members: Members) -> ClaimDisplay:
    return ClaimDisplay(
        locale=members.required("locale", str),
        label=members.required("label", str),
        description=members.optional("description", str),
    )


def _type_display(members: Members) -> TypeDisplay:
    rendering = members.optional("rendering", dict)
    if rendering is not None:
        _check_rendering(members.object("rendering"))
    return TypeDisplay(
        locale=members.required("locale", str),
        name=members.required("name", str),
        description=members.optional("description", str),
        rendering=rendering or {},
    )


def _check_rendering(rendering: Members) -> None:
    """The methods `simple` and `svg_templates` (5.5.1); others are not understood and ignored."""
    if "simple" in rendering.values:
        simple = rendering.object("simple")
        for name in ("logo", "background_image"):
            if name in simple.values:
                _check_image(simple.object(name))
        for name in ("background_color", "text_color"):
            simple.optional(name, str)
    templates = _list(rendering, "svg_templates", _template_properties) or ()
    if len(templates) > 1 and not all(templates):
        raise rendering.reject("properties_missing", "svg_templates")


def _check_image(image: Members) -> None:
    uri = image.required("uri", str)
    if not uri.startswith(("https://", "data:")):
        raise image.reject("uri_not_allowed", "uri")
    image.optional("uri#integrity", str, called="uri_integrity")


def _template_properties(template: Members) -> Mapping[str, Any]:
    _check_image(template)
    return template.optional("properties", dict) or {}
