"""Faults of disclosures and digests (RFC 9901, sections 4.1, 4.2 and 7.1).

The issuer signs what stands in the payload, so each of these is a credential whose signature is good.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from issuer.faults.sd_jwt_draft import ELLIPSIS, SD, SdJwtDraft, digest, in_draft
from vc_core import base64url

_FORM, _OBJECT, _PLACE = "RFC 9901, section 4.2.1", "RFC 9901, section 4.2.4.1", "RFC 9901, section 7.1"
_ALGORITHM, _ARRAY = "RFC 9901, section 4.1.1", "RFC 9901, section 4.2.4.2"
MANY = 1200
TOO_LARGE = 10_000
DEEP = 40


def _contents(change: Callable[[list[Any]], object]) -> Callable[[SdJwtDraft], None]:
    return lambda draft: draft.rewrite(change(draft.contents(0)))


def _text(change: Callable[[str], str]) -> Callable[[SdJwtDraft], None]:
    return lambda draft: draft.reword(change(draft.disclosures[0]))


def _raw(octets: bytes) -> Callable[[SdJwtDraft], None]:
    return lambda draft: draft.reword(base64url.encode(octets))


def _named(name: str) -> Callable[[SdJwtDraft], None]:
    return _contents(lambda contents: [contents[0], name, contents[2]])


def _extra(name: object, value: object = "x") -> Callable[[SdJwtDraft], None]:
    """One more disclosure, with its digest in the payload."""
    return lambda draft: draft.disclose([draft.salt(), name, value])


def _set(**members: Any) -> Callable[[SdJwtDraft], None]:
    return lambda draft: draft.payload.update(members)


def _replaced_digest(text_to_digest: Callable[[str], str]) -> Callable[[SdJwtDraft], None]:
    def alter(draft: SdJwtDraft) -> None:
        digests = draft.payload[SD]
        digests[digests.index(digest(draft.disclosures[0]))] = text_to_digest(draft.disclosures[0])

    return alter


def _of_decoded_bytes(text: str) -> str:
    return base64url.encode(hashlib.sha256(base64url.decode(text)).digest())


def _hexadecimal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _array_with_member_disclosure(draft: SdJwtDraft) -> None:
    text = draft.disclosure([draft.salt(), "name", "x"])
    draft.payload["further"] = [{ELLIPSIS: digest(text)}]


def _member_with_array_disclosure(draft: SdJwtDraft) -> None:
    draft.disclose([draft.salt(), "x"])


def _digest_at_two_levels(draft: SdJwtDraft) -> None:
    draft.payload["further"] = {SD: [draft.payload[SD][0]]}


def _digest_inside_disclosure(draft: SdJwtDraft) -> None:
    draft.disclose([draft.salt(), "further", {SD: [draft.payload[SD][0]]}])


def _child_without_parent(draft: SdJwtDraft) -> None:
    inner: dict[str, Any] = {}
    draft.disclose([draft.salt(), "inner", "x"], inner)
    draft.disclose([draft.salt(), "outer", inner])
    draft.disclosures.pop()


def _deep_disclosures(draft: SdJwtDraft) -> None:
    members: dict[str, Any] = {}
    draft.disclose([draft.salt(), "innermost", "x"], members)
    for level in range(DEEP):
        outer: dict[str, Any] = {}
        draft.disclose([draft.salt(), f"level{level}", members], outer)
        members = outer
    draft.payload[SD].extend(members[SD])


def _disclosures(count: int) -> Callable[[SdJwtDraft], None]:
    def alter(draft: SdJwtDraft) -> None:
        for number in range(count):
            draft.disclose(["s", f"n{number}", 0])

    return alter


FAULTS = (
    in_draft("disclosure_alphabet", "A disclosure is in standard base64.", _FORM, _text(lambda text: f"+{text[1:]}")),
    in_draft("disclosure_padded", "A disclosure is padded.", _FORM, _text(lambda text: f"{text}=")),
    in_draft("disclosure_not_json", "A disclosure is no JSON.", _FORM, _raw(b'["salt","name",')),
    in_draft("disclosure_object", "A disclosure is an object.", _FORM, _contents(lambda one: {"salt": one[0]})),
    in_draft("disclosure_of_two", "A claim's disclosure has two elements.", _FORM, _contents(lambda one: one[:2])),
    in_draft("disclosure_of_four", "A claim's disclosure has four elements.", _FORM, _contents(lambda one: [*one, 1])),
    in_draft("salt_number", "The salt is a number.", _FORM, _contents(lambda one: [1, *one[1:]])),
    in_draft("name_number", "The name is a number.", _FORM, _contents(lambda one: [one[0], 1, one[2]])),
    in_draft("name_sd", "A disclosed claim is called _sd.", _FORM, _named(SD)),
    in_draft("name_ellipsis", "A disclosed claim is called '...'.", _FORM, _named(ELLIPSIS)),
    in_draft("name_of_type", "A disclosed claim is called vct, which stands in clear.", _PLACE, _extra("vct")),
    in_draft("name_of_key", "A disclosed claim is called cnf, which stands in clear.", _PLACE, _extra("cnf")),
    in_draft("name_of_issuer", "A disclosed claim is called iss, which stands in clear.", _PLACE, _extra("iss")),
    in_draft("disclosure_twice", "One disclosure is sent twice.", "RFC 9901, section 4",
             lambda draft: draft.disclosures.append(draft.disclosures[0])),
    in_draft("disclosure_unreferenced", "A disclosure has no digest anywhere.", _PLACE,
             lambda draft: draft.disclosure([draft.salt(), "further", "x"])),
    in_draft("digest_twice_in_array", "A digest stands twice in one array.", _OBJECT,
             lambda draft: draft.payload[SD].append(draft.payload[SD][0])),
    in_draft("digest_at_two_levels", "A digest stands at two levels.", _PLACE, _digest_at_two_levels),
    in_draft("digest_inside_disclosure", "A digest stands again inside a disclosure.", _PLACE,
             _digest_inside_disclosure),
    in_draft("digest_of_decoded_bytes", "A digest is over the decoded disclosure.", "RFC 9901, section 4.2.3",
             _replaced_digest(_of_decoded_bytes)),
    in_draft("digest_hexadecimal", "A digest is hexadecimal.", "RFC 9901, section 4.2.3",
             _replaced_digest(_hexadecimal)),
    in_draft("sd_alg_unknown", "_sd_alg names no known hash.", _ALGORITHM, _set(_sd_alg="sha-999")),
    in_draft("sd_alg_capitals", "_sd_alg says SHA-256.", _ALGORITHM, _set(_sd_alg="SHA-256")),
    in_draft("sd_alg_sha1", "_sd_alg says sha-1.", _ALGORITHM, _set(_sd_alg="sha-1")),
    in_draft("sd_alg_md5", "_sd_alg says md5.", _ALGORITHM, _set(_sd_alg="md5")),
    in_draft("sd_alg_nested", "_sd_alg stands inside a claim.", _ALGORITHM, _set(further={"_sd_alg": "sha-256"})),
    in_draft("sd_not_array", "_sd is no array.", _OBJECT, _set(_sd="digest")),
    in_draft("sd_of_numbers", "_sd holds a number.", _OBJECT, lambda draft: draft.payload[SD].append(1)),
    in_draft("ellipsis_with_company", "The digest of an array element has a second member beside it.", _ARRAY,
             _set(further=[{ELLIPSIS: "digest", "more": 1}])),
    in_draft("ellipsis_in_object", "'...' stands outside an array.", _ARRAY, _set(further={ELLIPSIS: "digest"})),
    in_draft("element_by_claim", "An array refers to the disclosure of a claim.", _PLACE,
             _array_with_member_disclosure),
    in_draft("claim_by_element", "_sd refers to the disclosure of an array element.", _PLACE,
             _member_with_array_disclosure),
    in_draft("parent_missing", "A disclosure lies in another one that is not sent.", "RFC 9901, section 4.2.6",
             _child_without_parent),
    in_draft("disclosures_deep", f"{DEEP} disclosures lie in one another.", _PLACE, _deep_disclosures),
    in_draft("disclosures_many", f"There are {MANY} disclosures.", _PLACE, _disclosures(MANY)),
    in_draft("too_large", f"There are {TOO_LARGE} disclosures, more than half a megabyte.", _PLACE,
             _disclosures(TOO_LARGE)),
)  # fmt: skip
