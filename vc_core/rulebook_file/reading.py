"""The form of `rulebook.toml` as a whole, and the values it becomes.

Each table below is one table of the file. References are checked while the tables are read (`fields`); what only the
whole can show (a claim without an entry, a key used twice) is checked when the rulebook is put together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from vc_core.claims import ClaimPath, covers, json_pointer
from vc_core.claims_schema import ClaimsSchema
from vc_core.code_list import CodeList
from vc_core.register_rules import RegisterRules
from vc_core.rulebook import (
    BindingMode,
    ClaimEntry,
    CodeClaim,
    CodeClaimKind,
    CodeProfile,
    Coverage,
    Design,
    Dialogue,
    ElsewhereDecision,
    Period,
    PersonPaths,
    Rulebook,
    SelectiveDisclosure,
    StatusRule,
)
from vc_core.rulebook_file.errors import RulebookError, from_validation
from vc_core.rulebook_file.fields import FileContext, FileModel, ListName, Path, Texts, WirePath
from vc_core.rulebook_file.form_tables import FormTable
from vc_core.rulebook_file.register_tables import RegistryTable
from vc_core.rulebook_file.rule_tables import RuleTable
from vc_core.verdict import Word
from vc_core.wire_profile import CodedClaim, Renaming, WireProfile, WireType

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class _ClaimTable(FileModel):
    path: Path
    label: Texts
    box: str | None = None
    sd: SelectiveDisclosure
    group: str | None = None
    inspector: bool = True
    code_list: ListName | None = None


class _DesignTable(FileModel):
    background_color: Colour
    text_color: Colour


class _PeriodTable(FileModel):
    start: Path
    end: Path


class _PathsTable(FileModel):
    document_number: Path
    institution: Path
    issuing_country: Path
    date_of_issuance: Path
    document_validity: _PeriodTable


class _PersonTable(FileModel):
    family_name: tuple[Path, ...] = Field(min_length=1)
    given_name: tuple[Path, ...] = Field(min_length=1)
    birth_date: tuple[Path, ...] = Field(min_length=1)
    personal_number: tuple[Path, ...] = ()


class _CoverageTable(_PeriodTable):
    states: tuple[Path, ...] = ()
    no_fixed_place: Path | None = None
    employers: tuple[Path, ...] = ()
    territory: ListName | None = None


class _StatusTable(FileModel):
    required: bool
    bits: Literal[1, 2, 4, 8]
    ttl: timedelta
    lifetime: timedelta
    suspension: bool = False


class _CodeClaimTable(FileModel):
    key: Annotated[int, Field(gt=0)]
    name: str
    sources: tuple[Path, ...] = Field(min_length=1)
    target: Path | None = None
    kind: CodeClaimKind
    fields: tuple[str, ...] = ()
    max_items: Annotated[int, Field(gt=0)] | None = None


class _InspectionCodeTable(FileModel):
    number: Annotated[int, Field(gt=0)]
    claim: tuple[_CodeClaimTable, ...] = Field(min_length=1)


class _RenamingTable(FileModel):
    canonical: Path
    wire: WirePath


class _WireTable(FileModel):
    identifier: str
    configuration_id: str
    namespace: str | None = None
    omit: tuple[Path, ...] = ()
    rename: tuple[_RenamingTable, ...] = ()
    envelope: dict[str, Any] = Field(default_factory=dict)
    envelope_namespace: str | None = None
    spelling: str | None = None


class _ElsewhereTable(FileModel):
    rule: str
    by: str
    citation: str
    explanation: str


class _DialogueTable(FileModel):
    process: str = Field(pattern=r"^[A-Z]+_BUC_\d\d$")
    message: str = Field(pattern=r"^[A-Z]\d{3}$")
    citation: str
    after: tuple[Word, ...] = Field(min_length=1)
    title: Texts
    statement: Texts


class _RulebookFile(FileModel):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Texts
    description: str
    legal_category: str
    bindings: tuple[BindingMode, ...] = Field(min_length=1)
    credential_lifetime: timedelta
    retention: Annotated[timedelta, Field(gt=timedelta())] | None = None
    default_profile: str
    design: _DesignTable
    paths: _PathsTable
    person: _PersonTable
    coverage: _CoverageTable | None = None
    status: _StatusTable
    queries: dict[str, tuple[Path, ...]]
    claim: tuple[_ClaimTable, ...]
    inspection_code: _InspectionCodeTable | None = None
    profile: dict[str, dict[str, _WireTable]]
    rule: tuple[RuleTable, ...] = ()
    elsewhere: tuple[_ElsewhereTable, ...] = ()
    registry: RegistryTable | None = None
    form: FormTable = FormTable()
    dialogue: dict[Annotated[str, Field(pattern="^[a-z_]+$")], _DialogueTable] = Field(default_factory=dict)


def build_rulebook(
    document: Mapping[str, Any], *, schema: ClaimsSchema, code_lists: Mapping[str, CodeList], file: str
) -> Rulebook:
    """The rulebook that a parsed file holds. Raises `RulebookError`."""
    try:
        table = _RulebookFile.model_validate(document, context=FileContext(schema=schema, code_lists=code_lists))
    except ValidationError as error:
        raise from_validation(file, error) from error
    _require_whole(table, schema, file)
    claims = tuple(_entry(claim, schema) for claim in table.claim)
    profiles = {
        profile_id: WireProfile(id=profile_id, wires={fmt: _wire(fmt, wire, claims) for fmt, wire in wires.items()})
        for profile_id, wires in table.profile.items()
    }
    for profile in profiles.values():
        _require_concealable(profile, claims, file)
    return Rulebook(
        type_id=table.id,
        titles=table.title,
        description=table.description,
        design=Design(background_color=table.design.background_color, text_color=table.design.text_color),
        legal_category=table.legal_category,
        claims=claims,
        schema=schema,
        document_number=table.paths.document_number,
        institution=table.paths.institution,
        issuing_country=table.paths.issuing_country,
        date_of_issuance=table.paths.date_of_issuance,
        document_validity=Period(*table.paths.document_validity.model_dump().values()),
        person=PersonPaths(**table.person.model_dump()),
        coverage=_coverage(table.coverage) if table.coverage else None,
        status=StatusRule(**table.status.model_dump()),
        credential_lifetime=table.credential_lifetime,
        retention=table.retention,
        bindings=table.bindings,
        rules=tuple(rule.rule() for rule in table.rule),
        decided_elsewhere=MappingProxyType({entry.rule: _elsewhere(entry) for entry in table.elsewhere}),
        queries=MappingProxyType(table.queries),
        inspection_code=_code_profile(table.inspection_code) if table.inspection_code else None,
        profiles=MappingProxyType(profiles),
        default_profile=table.default_profile,
        code_lists=MappingProxyType({entry.code_list.id: entry.code_list for entry in claims if entry.code_list}),
        registry=_registry(table, file),
        form=table.form.layout(),
        dialogues=MappingProxyType({purpose: _dialogue(one) for purpose, one in table.dialogue.items()}),
    )


def _entry(table: _ClaimTable, schema: ClaimsSchema) -> ClaimEntry:
    return ClaimEntry(
        path=table.path,
        labels=table.label,
        box=table.box,
        sd=table.sd,
        group=table.group,
        mandatory=schema.paths[table.path],
        inspector=table.inspector,
        code_list=table.code_list,
    )


def _coverage(table: _CoverageTable) -> Coverage:
    return Coverage(
        start=table.start,
        end=table.end,
        states=table.states,
        no_fixed_place=table.no_fixed_place,
        employers=table.employers,
        territory=table.territory,
    )


def _code_profile(table: _InspectionCodeTable) -> CodeProfile:
    claims = [
        CodeClaim(
            key=claim.key,
            name=claim.name,
            sources=claim.sources,
            target=claim.target or claim.sources[-1],
            kind=claim.kind,
            fields=claim.fields,
            max_items=claim.max_items,
        )
        for claim in table.claim
    ]
    return CodeProfile(number=table.number, claims=tuple(sorted(claims, key=lambda claim: claim.key)))


def _wire(format_id: str, table: _WireTable, claims: tuple[ClaimEntry, ...]) -> WireType:
    return WireType(
        format_id=format_id,
        identifier=table.identifier,
        configuration_id=table.configuration_id,
        names=frozenset(str(entry.path[0]) for entry in claims),
        namespace=table.namespace,
        omit=table.omit,
        rename=tuple(Renaming(canonical=entry.canonical, wire=entry.wire) for entry in table.rename),
        envelope=MappingProxyType(table.envelope),
        envelope_namespace=table.envelope_namespace,
        spelling=table.spelling,
        coded=tuple(CodedClaim(path=entry.path, code_list=entry.code_list) for entry in claims if entry.code_list),
    )


def _registry(table: _RulebookFile, file: str) -> RegisterRules | None:
    """Every rule of the register stands under `[[elsewhere]]` too, which gives its legal source."""
    if table.registry is None:
        return None
    citations = {entry.rule: entry.citation for entry in table.elsewhere if entry.by == "registry"}
    for rule in table.registry.rule:
        if rule.id not in citations:
            raise RulebookError(
                file, "registry", f"{rule.id} does not stand under elsewhere as decided by the registry"
            )
    return table.registry.rules(citations)


def _elsewhere(table: _ElsewhereTable) -> ElsewhereDecision:
    return ElsewhereDecision(rule_id=table.rule, by=table.by, citation=table.citation, explanation=table.explanation)


def _dialogue(table: _DialogueTable) -> Dialogue:
    return Dialogue(
        process=table.process,
        message=table.message,
        citation=table.citation,
        after=frozenset(table.after),
        titles=table.title,
        statements=table.statement,
    )


def _require_whole(table: _RulebookFile, schema: ClaimsSchema, file: str) -> None:
    """What only the whole file can show."""
    described = [claim.path for claim in table.claim]
    for path in schema.paths:
        if path not in described:
            raise RulebookError(file, "claim", f"the claim {json_pointer(path)} has no entry")
    _require_distinct(described, file, "claim")
    _require_distinct([rule.id for rule in table.rule] + [entry.rule for entry in table.elsewhere], file, "rule")
    if problem := table.form.problem(described):
        raise RulebookError(file, "form", problem)
    if table.default_profile not in table.profile:
        raise RulebookError(file, "default_profile", f"there is no profile {table.default_profile}")
    if table.inspection_code:
        _require_distinct([claim.key for claim in table.inspection_code.claim], file, "inspection_code.claim")
        for claim in table.inspection_code.claim:
            _require_fields(claim, schema, file)
    for profile_id, wires in table.profile.items():
        for format_id, wire in wires.items():
            _require_wire(wire, table, file, f"profile.{profile_id}.{format_id}")


def _require_distinct(values: Iterable[Any], file: str, place: str) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise RulebookError(file, place, f"{json_pointer(value) if isinstance(value, tuple) else value} twice")


def _require_fields(claim: _CodeClaimTable, schema: ClaimsSchema, file: str) -> None:
    place = f"inspection_code.claim.{claim.name}"
    if (claim.kind is CodeClaimKind.LIST) != bool(claim.fields):
        raise RulebookError(file, place, "a list, and nothing else, has fields")
    for path in (*claim.sources, *([claim.target] if claim.target else [])):
        for name in claim.fields:
            field: ClaimPath = (*path, None, name)
            if not schema.knows(field):
                raise RulebookError(file, place, f"the schema has no claim {json_pointer(field)}")


def _require_wire(wire: _WireTable, table: _RulebookFile, file: str, place: str) -> None:
    _require_distinct([renaming.wire for renaming in wire.rename], file, place)
    for renaming in wire.rename:
        if renaming.canonical.count(None) != renaming.wire.count(None):
            raise RulebookError(file, place, f"{json_pointer(renaming.canonical)} has other array levels on the wire")
    for claim in table.claim:
        spellings = claim.code_list.spellings if claim.code_list else {}
        if wire.spelling and spellings and wire.spelling not in spellings:
            raise RulebookError(file, place, f"{json_pointer(claim.path)} has no spelling {wire.spelling}")


def _require_concealable(profile: WireProfile, claims: tuple[ClaimEntry, ...], file: str) -> None:
    """A claim that the wire takes apart is no longer there to be disclosed as one."""
    for wire in profile.wires.values():
        for entry in claims:
            if entry.sd is SelectiveDisclosure.NEVER or any(covers(path, entry.path) for path in wire.omit):
                continue
            if wire.wire_path(entry.path) is None:
                problem = f"{json_pointer(entry.path)} is selectively disclosable, but renaming takes it apart"
                raise RulebookError(file, f"profile.{profile.id}.{wire.format_id}", problem)
