"""What a holder shows: from claims asked for to disclosures, and from disclosures to a presentation (RFC 9901, 7.2).

A path asks for a whole value: the disclosures on the way to it, and all below it. Groups, which the wire does not know
(see `plan`), come from the credential's type: who shows one claim of a group shows the group, within the same array
element where the group lies in an array. `require_whole_groups` is the verifier's side of that.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from vc_core.claims import ClaimPath, Claims, covers, find, json_pointer
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import SdJwt
from vc_core.sd_jwt.disclosure import Disclosure
from vc_core.sd_jwt.processing import Processed, process

Group = frozenset[ClaimPath]

_SECTION = "RFC 9901, section 7.2"


def select_disclosures(
    sd_jwt: SdJwt, paths: Iterable[ClaimPath], groups: Sequence[Group] = ()
) -> tuple[Disclosure, ...]:
    """The disclosures that show `paths` whole, with their group mates, in the order issued.

    A path that leads to nothing asks for nothing. Rejects as `process`.
    """
    processed = process(sd_jwt)
    asked = {selection.path for path in paths for selection in find(processed.claims, path)}
    wanted = _with_mates(processed.claims, asked, groups)
    chosen = {
        disclosure.text
        for at, disclosure in processed.disclosed.items()
        if any(covers(at, path) or covers(path, at) for path in wanted)
    }
    return tuple(disclosure for disclosure in sd_jwt.disclosures if disclosure.text in chosen)


def present(sd_jwt: SdJwt, disclosures: Iterable[Disclosure]) -> str:
    """The SD-JWT with these disclosures only, without key binding (`key_binding.bind` adds it).

    Rejects with `disclosure_not_issued`, or as `process` where one comes twice (`disclosure_repeated`) or without the
    one that it lies in (`disclosure_unreferenced`).
    """
    chosen = tuple(disclosures)
    if not {disclosure.text for disclosure in chosen} <= {disclosure.text for disclosure in sd_jwt.disclosures}:
        raise Rejection("disclosure_not_issued", section="RFC 9901, section 4")
    shown = SdJwt(jwt=sd_jwt.jwt, payload=sd_jwt.payload, disclosures=chosen)
    process(shown)
    return shown.text


def require_whole_groups(processed: Processed, groups: Iterable[Group]) -> None:
    """No group is shown in part: where one claim of it was disclosed, none of the others can be hidden.

    A claim that is absent counts as hidden where a digest without disclosure could stand for it. Rejects with
    `group_split`, at the claim that is not shown.
    """
    for group in groups:
        for pattern in group:
            for shown in find(processed.claims, pattern):
                if any(covers(at, shown.path) or covers(shown.path, at) for at in processed.disclosed):
                    _require_mates(processed, group, pattern, shown.path)


def _require_mates(processed: Processed, group: Group, pattern: ClaimPath, at: ClaimPath) -> None:
    for mate in group:
        path = _bound(mate, pattern, at)
        if not find(processed.claims, path) and _may_be_hidden(processed, path):
            raise Rejection("group_split", where=json_pointer(path))


def _may_be_hidden(processed: Processed, path: ClaimPath) -> bool:
    """Whether the walk ends at something that has a digest without disclosure."""
    reached = [found for length in range(len(path)) if (found := find(processed.claims, path[:length]))][-1]
    return any(
        selection.path in processed.hidden_members or selection.path in processed.hidden_elements
        for selection in reached
    )


def _with_mates(claims: Claims, asked: set[ClaimPath], groups: Sequence[Group]) -> set[ClaimPath]:
    """Concrete paths, closed under the groups; a group that meets one of them above, at or below is met."""
    wanted, open_ = set(asked), list(asked)
    while open_:
        at = open_.pop()
        mates = (
            _bound(mate, pattern, at)
            for group in groups
            for pattern in group
            if covers(pattern[: len(at)], at)
            for mate in group
        )
        new = {selection.path for mate in mates for selection in find(claims, mate)} - wanted
        wanted |= new
        open_ += new
    return wanted


def _bound(mate: ClaimPath, pattern: ClaimPath, at: ClaimPath) -> ClaimPath:
    """`mate` within the array elements that `at`, an instance of `pattern`, lies in."""
    shared = len(list(takewhile(lambda parts: parts[0] == parts[1], zip(mate, pattern, at, strict=False))))
    return at[:shared] + mate[shared:]
