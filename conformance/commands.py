"""Commands of the harness, mounted as `socsec conform`: list scenarios, run them, write the world they play in."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.table import Table

from conformance.drill import drill_json, holds, run_drill
from conformance.fixtures import write_fixtures
from conformance.in_process import services
from conformance.issuer_under_test import IssuerUnderTest
from conformance.mutation import mutate as run_mutation
from conformance.mutation import mutation_json
from conformance.report import case_json, exit_status, json_text, report_json, summary
from conformance.report_files import write_report
from conformance.requirements import State, load_requirements, requirements_json
from conformance.runner import Result, Runner, RunOutcome
from conformance.scenario import AnyScenario, Case, Issuance, Response, Role, Showing, Verification
from conformance.scenario_files import all_cases, load_scenarios
from conformance.status_server import LoopbackStatusServer
from conformance.verifier_under_test import PublishTrust, VerifierUnderTest
from conformance.world import World
from conformance.world_folder import publish_trust, read_world, write_world
from vc_core.authorization_request import ResponseMode
from vc_core.formats.registry import WALLET_FORMATS

app = typer.Typer(
    add_completion=False,
    help="Conformance scenarios: against this project's parts, or other people's.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Only = Annotated[str, typer.Option(help="Cases whose id begins so.")]
Seed = Annotated[str | None, typer.Option("--seed", help="All keys and nonces are made from it.")]
Now = Annotated[
    datetime | None,
    typer.Option(
        "--now", formats=["%Y-%m-%dT%H:%M:%S%z"], help="Instant at which everything happens, as 2026-02-15T10:00:00Z."
    ),
]


@app.command("list")
def list_cases(as_json: AsJson = False, only: Only = "") -> None:
    """Lists every case: scenario, type, format, source, expectation."""
    cases = _cases(only)
    if as_json:
        _print_json([case_json(case) for case in cases])
        return
    table = Table("case", "title", "source")
    for case in cases:
        table.add_row(case.id, case.scenario.title["en"], case.scenario.source)
    Console().print(table)


@app.command()
def run(
    as_json: AsJson = False,
    only: Only = "",
    verifier: Annotated[str, typer.Option(help="Address of a verifier to test.")] = "",
    issuer: Annotated[str, typer.Option(help="Credential issuer identifier of an issuer to test.")] = "",
    world: Annotated[
        Path | None, typer.Option(help="Folder of `conform world` that the verifier was started with.")
    ] = None,
    links: Annotated[
        Path | None, typer.Option(help="Links of requests made with a foreign verifier, one a line.")
    ] = None,
    api_key: Annotated[
        list[str] | None, typer.Option(help="Bearer key at the issuer: KEY, or INSTITUTION=KEY; may be repeated.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.json, junit.xml and report.html; made if need be.")
    ] = None,
    seed: Seed = None,
    now: Now = None,
) -> None:
    """Runs scenarios. Exit status: 0 all pass, 1 some fail, 2 some could not be run.

    At an address it is now, unless the system under test is at another instant too and `--now` says which.
    """
    if verifier and world is None:
        raise typer.BadParameter("a verifier is tested with the world that it trusts", param_hint="--world")
    cases = _cases(only)
    kinds = _kinds(verifier=verifier, issuer=issuer)
    chosen = [case for case in cases if isinstance(case.scenario, kinds) and (links is None or _for_foreigners(case))]
    made = {"seed": seed, "now": now}
    with _runner(verifier, issuer, world, links, _keys(api_key or []), made) as runner:
        results = list(runner.run(chosen))
    not_run = len(cases) - len(chosen)
    if report is not None:
        write_report(report, results, not_run=not_run)
    _tell(results, as_json=as_json, not_run=not_run)
    raise typer.Exit(exit_status(results))


@app.command()
def drill(as_json: AsJson = False) -> None:
    """Lets status and trust lists fail in every way, over HTTP. Exit status: 0 nothing of it confirmed or withdrawn."""
    rows = list(run_drill())
    if as_json:
        _print_json(drill_json(rows))
    else:
        table = Table("fault", "verdict", "deciding check", "reason", "")
        for row in rows:
            mark = "" if row.as_expected else "NOT AS EXPECTED"
            table.add_row(row.drill.id, row.word.value, row.check or "", row.reason or "", mark)
        Console().print(table)
    raise typer.Exit(0 if holds(rows) else 1)


@app.command()
def mutate(as_json: AsJson = False, only: Annotated[str, typer.Option(help="Checks whose id begins so.")] = "") -> None:
    """Switches each check off in turn; some scenario must fail. Exit status: 0 every one is noticed, 1 some is not."""
    report = mutation_json(run_mutation(World.make(), _cases(""), only))
    if as_json:
        _print_json(report)
    else:
        table = Table("check", "cases", "caught by", "other verdict")
        for row in report["checks"]:
            table.add_row(*(str(value) for value in row.values()))
        Console().print(table)
        typer.echo(f"judged at issue only: {', '.join(report['judged_at_issue_only'])}")
        typer.echo(", ".join(f"{count} {name}" for name, count in report["summary"].items()))
    raise typer.Exit(0 if report["checks"] and not report["uncaught"] else 1)


@app.command()
def requirements(as_json: AsJson = False) -> None:
    """Lists the requirements of the specifications with what proves each. Exit status: 1 if one is neither proven nor
    said to be not met."""
    rows = load_requirements()
    report = requirements_json(rows)
    if as_json:
        _print_json(report)
    else:
        table = Table("requirement", "state", "tests", "scenarios", "lacking")
        for row in report["requirements"]:
            counts = str(len(row["tests"])), str(len(row["scenarios"]))
            table.add_row(row["id"], row["state"], *counts, row.get("lacking", ""))
        Console().print(table)
        typer.echo(", ".join(f"{count} {name}" for name, count in report["summary"].items()))
    raise typer.Exit(1 if any(row.state is State.MISSING for row in rows) else 0)


@app.command("world")
def make_world(
    out: Annotated[Path, typer.Option(help="Folder to be made.")],
    status_base: Annotated[str, typer.Option(help="http address of this machine for the status lists.")],
) -> None:
    """Writes the harness's world as a data folder that services can be started with."""
    places = {"status": f"{status_base.rstrip('/')}/"}
    write_world(World.make(now=_now(), places=places), out)
    typer.echo(f"{out}: start the service under test with this data folder")


@app.command()
def fixtures(
    out: Annotated[Path, typer.Option(help="Folder to be made.")],
    only: Only = "",
    seed: Seed = None,
    now: Now = None,
) -> None:
    """Writes what verifications show, with all that is needed to judge it and the verdict expected, as files for tests
    of any verifier. Exit status: 1 if there is such a folder, 2 if no case is a verification."""
    try:
        count = write_fixtures(World.make(seed=seed, now=now), _cases(only), out)
    except FileExistsError:
        typer.echo(f"{out} is there already", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{out}: {count} verifications")
    raise typer.Exit(0 if count else 2)


def _cases(only: str) -> tuple[Case, ...]:
    return tuple(case for case in all_cases(load_scenarios()) if case.id.startswith(only))


def _kinds(*, verifier: str, issuer: str) -> tuple[type[AnyScenario], ...]:
    """What can be run against the addresses given; everything in this process if there are none."""
    kinds: list[type[AnyScenario]] = []
    if verifier:
        kinds += [Verification, Response]
    if issuer:
        kinds += [Issuance]
    return tuple(kinds) or (object,)  # type: ignore[return-value]


def _for_foreigners(case: Case) -> bool:
    """Whether a verifier can be tested with it whose trust list is out of our hands, and that only wallets talk to."""
    match case.scenario:
        case Verification(showing=showing):
            by_link = showing is Showing.PRESENTED
        case Response(mode=mode):
            by_link = isinstance(mode, ResponseMode)
        case _:
            by_link = True
    return case.scenario.role is not Role.TRUST_OPERATOR and case.format_id in WALLET_FORMATS and by_link


@contextmanager
def _runner(
    verifier: str,
    issuer: str,
    world: Path | None,
    links: Path | None,
    api_keys: Mapping[str, str],
    made: Mapping[str, Any],
) -> Iterator[Runner]:
    """made: the seed and the instant of the world, None for those that it has by itself."""
    with ExitStack() as stack:
        if not verifier and not issuer:
            plain = World.make(**made)
            local = stack.enter_context(services(plain))
            yield Runner(world=plain, verifier=local.verifier, issuer=local.issuer)
            return
        clock = _now if made["now"] is None else lambda: made["now"]
        made = {**made, "now": clock()}
        found = World.make(**made) if world is None else read_world(world, **made)
        client = stack.enter_context(httpx2.Client(timeout=30, trust_env=False))
        runner = Runner(world=found)
        if issuer:
            runner.issuer = IssuerUnderTest(
                client=client, base_url=issuer, api_keys=api_keys, world=found, clock=clock
            )  # fmt: skip
        if verifier:
            status = LoopbackStatusServer(found.places.status)
            stack.enter_context(status.running())
            runner.verifier = VerifierUnderTest(
                client=client, base_url=verifier.rstrip("/"), world=found, serve_status=status.serve,
                publish_trust=_publisher(world, links),
                links=None if links is None else iter(links.read_text().split()),
            )  # fmt: skip
            runner.observe = runner.verifier.observe
            stack.callback(runner.verifier.publish_trust, found.pilot.trust_list_text)
        yield runner


def _publisher(world: Path | None, links: Path | None) -> PublishTrust:
    """Where the verifier reads its trust list: in the folder of the world, if it is one of this project."""
    if world is None or links is not None:
        return lambda _: None
    return partial(publish_trust, world)


def _keys(texts: Sequence[str]) -> Mapping[str, str]:
    """By institution; one without an institution serves all of them."""
    pairs = [text.rpartition("=") for text in texts]
    return {institution: key for institution, _, key in pairs}


def _tell(results: Sequence[Result], *, as_json: bool, not_run: int) -> None:
    if as_json:
        _print_json(report_json(results, not_run=not_run))
        return
    console = Console()
    for result in results:
        if result.outcome is not RunOutcome.PASS:
            console.print(f"{result.outcome.value} {result.case.id} {result.detail}", highlight=False)
        for difference in result.differences:
            console.print(f"    {difference}", highlight=False)
    console.print(", ".join(f"{count} {name}" for name, count in summary(results, not_run=not_run).items()))


def _print_json(value: object) -> None:
    typer.echo(json_text(value), nl=False)


def _now() -> datetime:
    return datetime.now(UTC)
