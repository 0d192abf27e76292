"""Bodies that institutions may send as they stand, for the OpenAPI document; a test sends each of them.

`GIVEN` stands for the id of a document, which only the service can have given. Claims have their example in the schema
of their type; what wallets send holds proofs that are made anew each time, and has none.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from vc_core import strict_json
from vc_core.catalogue import Catalogue
from vc_core.claims import Claims
from vc_core.openapi_document import Examples

JSON, NDJSON = "application/json", "application/x-ndjson"
GIVEN = "as it was given"
_VALID = "valid_"
_DAY = "2026-02-15"

_WITHDRAWN: Mapping[str, Any] = {"reason_code": "issued_in_error", "effective_from": _DAY, "case_ref": "2026/117"}
_CONTACT = {"street_address": "1 rue Neuve, Marseille", "email": "a1@sud.example", "website": "https://sud.example/"}
_OF_ANY_TYPE: Mapping[str, Examples] = {
    "withdrawDocument": {"From today on": {"reason_code": "issued_in_error"}, "From a day on": _WITHDRAWN},
    "suspendDocument": {"Until it is lifted": {"reason_code": "facts_in_doubt", "case_ref": "2026/117"}},
    "makeBundleOffer": {"Documents that one wallet is to collect": {"document_ids": [GIVEN]}},
    "searchDocuments": {
        "A person by name": {"family_name": "Moreau"},
        "What a person has, and covers these days": {
            "personal_number": "2 88 04 13 123 456",
            "state": "in_force",
            "covers_from": _DAY,
            "covers_until": "2026-03-31",
        },
    },
}


def body_examples(catalogue: Catalogue) -> Iterator[tuple[str, str, Examples]]:
    """Operation, media type, and the examples of its body."""
    for operation_id, examples in _OF_ANY_TYPE.items():
        yield operation_id, JSON, examples
    for type_id in islice(catalogue.rulebooks, 1):
        several = {"type": type_id, "document_ids": [GIVEN], **_WITHDRAWN}
        yield "withdrawDocuments", JSON, {"All of them or none": several}
        period = {"type": type_id, "from": "2026-01-01", "postcodes": ["13", "06"]}
        entry = {"names": {"fr": "Caisse du Sud"}, "contact": _CONTACT, "competence": period}
        yield "changeDirectory", JSON, {"Competent for a district from a day on": entry}
        for claims in shortest_claims(catalogue, type_id):
            yield "postJob", NDJSON, {"A document in each line": f"{strict_json.dump(claims).decode()}\n"}


def shortest_claims(catalogue: Catalogue, type_id: str) -> list[Claims]:
    """The shortest of the valid examples of a type; none where it has none."""
    valid = [one for name, one in catalogue.examples(type_id).items() if name.startswith(_VALID)]
    return sorted(valid, key=lambda one: len(strict_json.dump(one)))[:1]
