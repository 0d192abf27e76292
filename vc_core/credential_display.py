"""What wallets are told about a credential type, made from its rulebook: one declaration, three documents.

Type metadata of an SD-JWT VC (SD-JWT VC draft -24, section 5), and `credential_metadata` of a credential configuration
(OpenID4VCI 1.0, section 12.2.4 and appendix B.2) with its display and claims description. Locales are the languages of
the rulebook. Left out: `extends`, rendering by SVG template, logos.
"""

from collections.abc import Mapping
from typing import Any

from vc_core.claims import ClaimPath
from vc_core.rulebook import ClaimEntry, Rulebook, WireType


def type_metadata(rulebook: Rulebook, wire: WireType) -> dict[str, Any]:
    """The type metadata document of one form on the wire; `vct` is its identifier (SD-JWT VC, section 5.2)."""
    return {
        "vct": wire.identifier,
        "name": rulebook.title("en"),
        "description": rulebook.description,
        "display": [
            {
                "locale": language,
                "name": title,
                "rendering": {"simple": _colours(rulebook)},
            }
            for language, title in rulebook.titles.items()
        ],
        "claims": [_claim_metadata(entry, path) for entry, path in _carried(rulebook, wire)],
    }


def _claim_metadata(entry: ClaimEntry, path: ClaimPath) -> dict[str, Any]:
    """One claim (SD-JWT VC, section 5.6). `mandatory` is false by default and then not written."""
    return {
        "path": list(path),
        "display": [{"locale": language, "label": label} for language, label in entry.labels.items()],
        **({"mandatory": True} if entry.mandatory else {}),
        "sd": entry.sd.value,
    }


def credential_metadata(rulebook: Rulebook, wire: WireType) -> dict[str, Any]:
    """`credential_metadata` of one credential configuration (OpenID4VCI 1.0, section 12.2.4)."""
    return {"display": credential_display(rulebook), "claims": claims_description(rulebook, wire)}


def credential_display(rulebook: Rulebook) -> list[dict[str, Any]]:
    """The card in a wallet, once for each language (OpenID4VCI 1.0, section 12.2.4)."""
    return [
        {"name": title, "locale": language, "description": rulebook.description, **_colours(rulebook)}
        for language, title in rulebook.titles.items()
    ]


def claims_description(rulebook: Rulebook, wire: WireType) -> list[dict[str, Any]]:
    """Every claim the credential can hold (OpenID4VCI 1.0, appendix B.2).

    Paths are those of a query: with namespaces a claim is namespace and element, and what lies inside an element is not
    listed.
    """
    return [
        {
            "path": list(requested),
            **({"mandatory": True} if entry.mandatory else {}),
            "display": [{"name": label, "locale": language} for language, label in entry.labels.items()],
        }
        for entry, path in _carried(rulebook, wire)
        if (requested := wire.request_path(entry.path)) is not None and (wire.namespace is None or len(path) == 1)
    ]


def _carried(rulebook: Rulebook, wire: WireType) -> list[tuple[ClaimEntry, ClaimPath]]:
    paths = ((entry, wire.wire_path(entry.path)) for entry in rulebook.claims)
    return [(entry, path) for entry, path in paths if path is not None]


def _colours(rulebook: Rulebook) -> Mapping[str, str]:
    return {"background_color": rulebook.design.background_color, "text_color": rulebook.design.text_color}
