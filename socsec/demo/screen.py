"""How the demonstration is told: lines for people, or one JSON object a step."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.text import Text

from socsec.verifying import reasons

_STYLES = {
    "CONFIRMED": "bold green",
    "CONFIRMED_STATUS_OLD": "bold yellow",
    "NOT_COVERED": "bold yellow",
    "WITHDRAWN": "bold red",
    "CANNOT_CONFIRM": "bold red",
}


class Screen(Protocol):
    def act(self, title: str) -> None: ...

    def step(self, who: str, does: str, *, detail: str = "", **facts: Any) -> None: ...

    def verdict(self, asked: str, verdict: Mapping[str, Any], *, expected: str) -> None: ...

    def close(self, *, verdicts: int, wrong: Sequence[str]) -> None: ...


def advice(verdict: Mapping[str, Any]) -> str:
    """What stands beside a verdict that nobody proved to be the holder of."""
    bearer = not verdict["holder_proof"] and verdict["verdict"].startswith("CONFIRMED")
    return "compare with an identity document" if bearer else ""


class Terminal:
    """For people."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def act(self, title: str) -> None:
        self._console.print()
        self._console.rule(Text(title, style="bold"), align="left")

    def step(self, who: str, does: str, *, detail: str = "", **_: Any) -> None:
        self._console.print(Text.assemble((f"{who:<14}", "cyan"), does))
        if detail:
            self._console.print(Text(f"{'':<14}{detail}", style="dim"), soft_wrap=True)

    def verdict(self, asked: str, verdict: Mapping[str, Any], *, expected: str) -> None:
        word = verdict["verdict"]
        line = Text.assemble((f"{'inspector':<14}", "cyan"), f"{asked:<46}", (word, _STYLES[word]))
        why = " · ".join(part for part in (reasons(verdict), advice(verdict)) if part)
        if why:
            line.append(f"  {why}", style="dim")
        if word != expected:
            line.append(f"  expected {expected}", style="bold red reverse")
        self._console.print(line, soft_wrap=True)

    def close(self, *, verdicts: int, wrong: Sequence[str]) -> None:
        self._console.print()
        if wrong:
            self._console.print(Text(f"{len(wrong)} of {verdicts} verdicts are not as expected", style="bold red"))
        else:
            self._console.print(Text(f"All {verdicts} verdicts are as expected.", style="bold green"))


class Lines:
    """For programs: one JSON object a step, on a line of its own."""

    def act(self, title: str) -> None:
        self._print({"act": title})

    def step(self, who: str, does: str, *, detail: str = "", **facts: Any) -> None:
        self._print({"step": does, "by": who, **({"detail": detail} if detail else {}), **facts})

    def verdict(self, asked: str, verdict: Mapping[str, Any], *, expected: str) -> None:
        self._print(
            {
                "step": asked,
                "by": "inspector",
                "verdict": verdict["verdict"],
                "expected": expected,
                "deciding": verdict["deciding"],
                "reasons": reasons(verdict),
                "identity_compared": verdict["identity_compared"],
                "holder_proof": verdict["holder_proof"],
                "advice": advice(verdict),
            }
        )

    def close(self, *, verdicts: int, wrong: Sequence[str]) -> None:
        self._print({"verdicts": verdicts, "wrong": list(wrong)})

    def _print(self, line: Mapping[str, Any]) -> None:
        print(json.dumps(line, ensure_ascii=False), flush=True)
