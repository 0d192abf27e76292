"""The rulebook: everything the program knows about one credential type, as values.

ARF 3.0.0, topic 12 (attestation rulebooks), cut to what software needs: claims with labels, boxes and disclosure;
where the document number, the institution and the periods stand; status and binding; business rules; wire profiles;
the claims each verifier profile asks for and those an inspection code carries. `catalogue` reads rulebooks from files
(`rulebook_toml` gives their form), `rules` judges claims by them, `credential_display` describes them to wallets.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from vc_core.checks import Severity
from vc_core.claims import ClaimPath, covers, pattern_of
from vc_core.claims_schema import ClaimsSchema
from vc_core.code_list import CodeList, Texts
from vc_core.form_layout import FormLayout
from vc_core.register_rules import RegisterRules
from vc_core.rule_kinds import Case, Moment, Rule
from vc_core.verdict import Word
from vc_core.wire_profile import WireProfile, WireType

__all__ = [
    "AskedRule",
    "BindingMode",
    "ClaimEntry",
    "CodeClaim",
    "CodeClaimKind",
    "CodeProfile",
    "Coverage",
    "Design",
    "Dialogue",
    "ElsewhereDecision",
    "Period",
    "PersonPaths",
    "Rulebook",
    "SelectiveDisclosure",
    "StatusRule",
    "WireProfile",
    "WireType",
]


class SelectiveDisclosure(StrEnum):
    """Whether the issuer makes a claim selectively disclosable (SD-JWT VC, section 5.6.4)."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    NEVER = "never"


class BindingMode(StrEnum):
    """What ties a credential to its holder (TS11, `bindingType`): nothing, a key, or the holder's PID by its claims."""

    NONE = "none"
    KEY = "key"
    PID = "claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEntry:
    """One claim. `path` is a pattern (None for any index); `mandatory`: it and its parents are required by the schema.

    box: number on the paper form. group: claims of one group are disclosed together. inspector: shown to an inspector.
    code_list: the list whose codes it holds, for labels and spellings.
    """

    path: ClaimPath
    labels: Texts
    box: str | None
    sd: SelectiveDisclosure
    group: str | None
    mandatory: bool
    inspector: bool
    code_list: CodeList | None = None

    def label(self, language: str) -> str:
        """The label; English where the language is missing."""
        return self.labels.get(language, self.labels["en"])


class Period(NamedTuple):
    """Where the first and the last day of a period stand."""

    start: ClaimPath
    end: ClaimPath


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPaths:
    """Where the person stands whom the credential is about; of several places the first one present counts.

    personal_number: empty where the type has none that tells this person apart from others.
    """

    family_name: tuple[ClaimPath, ...]
    given_name: tuple[ClaimPath, ...]
    birth_date: tuple[ClaimPath, ...]
    personal_number: tuple[ClaimPath, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the document covers: the days, the States and the employers.

    states: the States named one by one; empty if all of `territory` are covered. no_fixed_place: a State in which it
    covers every place. employers: names and ids of the employers, empty where the type names none. territory: States in
    which such a document has effect at all. A missing `start` or `end` leaves that side to the document's own validity.
    """

    start: ClaimPath
    end: ClaimPath
    states: tuple[ClaimPath, ...]
    no_fixed_place: ClaimPath | None
    employers: tuple[ClaimPath, ...]
    territory: CodeList | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """Token Status List: whether a reference is required, bits an entry, `ttl` and validity of a token.

    suspension: whether a document may be suspended and stand again; one bit an entry publishes that as INVALID.
    """

    required: bool
    bits: int
    ttl: timedelta
    lifetime: timedelta
    suspension: bool = False


class CodeClaimKind(StrEnum):
    """How an inspection code writes a claim: text, a day, a code of a list, true, or an array of short records."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"
    FLAG = "flag"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeClaim:
    """One claim of an inspection code under a positive integer key.

    sources: the first one present is carried. target: where a reader puts it in the canonical claims. fields: the
    members of each record of a LIST, in order. max_items: longer lists are cut, and the reader is told so.
    """

    key: int
    name: str
    sources: tuple[ClaimPath, ...]
    target: ClaimPath
    kind: CodeClaimKind
    fields: tuple[str, ...] = ()
    max_items: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProfile:
    """The inspection code of a type: its number among types and what it carries, in the order of keys."""

    number: int
    claims: tuple[CodeClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRule:
    """A rule at a moment that asks it: the box that is reported, and those of its cases that are asked."""

    rule: Rule
    box: str | None
    cases: tuple[tuple[Case, Severity], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereDecision:
    """A rule of the law that one credential alone cannot decide, and who does.

    by: the id of a check, `registry` (the issuer's register), or `design` (decided by what the product does or leaves
    undone).
    """

    rule_id: str
    by: str
    citation: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Colours of the card in a wallet, as `#12107c`."""

    background_color: str
    text_color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What an institution of another State can ask the one that issued, and how that is sent through EESSI.

    process, message: as EESSI numbers them, `S_BUC_05` and `S044`. citation: the law it rests on. after: verdicts in
    which it is called for. statements: what has to be said beside it, as that the document binds meanwhile.
    """

    process: str
    message: str
    citation: str
    after: frozenset[Word]
    titles: Texts
    statements: Texts

    def title(self, language: str) -> str:
        return self.titles.get(language, self.titles["en"])

    def statement(self, language: str) -> str:
        return self.statements.get(language, self.statements["en"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """One credential type. Paths are patterns of canonical claims; every one of them exists in `schema`.

    institution: id of the competent institution. document_validity: days of issue and of expiry. coverage None: the
    type has none. credential_lifetime: technical validity of one credential, at most. retention: how long an issuer
    keeps the claims after the document's last day, None without end. form: how paper lays the claims out.
    decided_elsewhere: by rule id. queries: verifier profile to the claims it asks for. dialogues: by purpose. profiles:
    by id; `default_profile` is issued unless another is asked for.
    """

    type_id: str
    titles: Texts
    description: str
    design: Design
    legal_category: str
    claims: tuple[ClaimEntry, ...]
    schema: ClaimsSchema
    document_number: ClaimPath
    institution: ClaimPath
    issuing_country: ClaimPath
    date_of_issuance: ClaimPath
    document_validity: Period
    person: PersonPaths
    coverage: Coverage | None
    status: StatusRule
    credential_lifetime: timedelta
    bindings: tuple[BindingMode, ...]
    rules: tuple[Rule, ...]
    decided_elsewhere: Mapping[str, ElsewhereDecision]
    queries: Mapping[str, tuple[ClaimPath, ...]]
    inspection_code: CodeProfile | None
    profiles: Mapping[str, WireProfile]
    default_profile: str
    code_lists: Mapping[str, CodeList]
    retention: timedelta | None = None
    registry: RegisterRules | None = None
    dialogues: Mapping[str, Dialogue] = field(default_factory=dict)
    form: FormLayout = field(default_factory=lambda: FormLayout(own={}))
    asked: Mapping[Moment, tuple[AskedRule, ...]] = field(init=False, repr=False, compare=False)
    """The rules that are asked at each moment, in the order of the rulebook."""
    _entries: Mapping[ClaimPath, ClaimEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_entries", {entry.path: entry for entry in self.claims})
        object.__setattr__(self, "asked", {moment: tuple(self._asked(moment)) for moment in Moment})

    @property
    def date_paths(self) -> frozenset[ClaimPath]:
        """Claims that hold a day (`format: date` in the schema)."""
        return self.schema.date_paths

    def claim(self, path: ClaimPath) -> ClaimEntry | None:
        """The entry of a pattern or of a concrete path; None for an array element and what the type does not know."""
        return self._entries.get(pattern_of(path))

    def box(self, path: ClaimPath) -> str | None:
        """The box of the claim, or of the nearest claim around it that has one."""
        for length in range(len(path), 0, -1):
            entry = self.claim(path[:length])
            if entry is not None and entry.box is not None:
                return entry.box
        return None

    def _asked(self, moment: Moment) -> Iterator[AskedRule]:
        for rule in self.rules:
            cases = tuple((case, case.severity[moment]) for case in rule.cases if moment in case.severity)
            if cases:
                yield AskedRule(rule=rule, box=self.box(rule.claim), cases=cases)

    def title(self, language: str) -> str:
        """The type's name; English where the language is missing."""
        return self.titles.get(language, self.titles["en"])

    def wire(self, format_id: str, profile: str | None = None) -> WireType | None:
        """How a format carries this type in a profile (the default one); None if the profile has no such format."""
        return self.profiles[profile or self.default_profile].wires.get(format_id)

    def group_of(self, path: ClaimPath) -> tuple[ClaimPath, ...]:
        """All claims disclosed together with this one, itself included."""
        own = self.claim(path)
        if own is None or own.group is None:
            return (path,)
        return tuple(entry.path for entry in self.claims if entry.group == own.group)

    def inspected(self) -> tuple[ClaimEntry, ...]:
        """The claims an inspector sees, in the order of the rulebook."""
        return tuple(entry for entry in self.claims if entry.inspector)

    def below(self, path: ClaimPath) -> tuple[ClaimEntry, ...]:
        """The claim itself and all claims inside it."""
        return tuple(entry for entry in self.claims if covers(path, entry.path))
