"""The order of the story, and what every verdict has to be; what is not as expected makes the exit status 1."""

import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from socsec import serving
from socsec.demo.people import Holder, Inspector, Officer, StoryError
from socsec.demo.screen import Lines, Screen, Terminal
from socsec.demo.story import Act, claims_for, read_story
from socsec.pilot_folder import create_pilot
from vc_core.catalogue import Catalogue
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.verdict import Word
from wallet_sim.app import build_wallet
from wallet_sim.settings import WalletSettings

WITHDRAWAL_SECONDS = 20
"""Within this time a withdrawal has to show; it usually does in two or three seconds."""

Ask = Callable[[], Mapping[str, Any]]


def play(*, as_json: bool) -> int:
    """0 if every verdict is as expected, 1 if one is not, 2 if the story could not be played."""
    serving.log_as_json(logging.WARNING)
    screen: Screen = Lines() if as_json else Terminal()
    with tempfile.TemporaryDirectory(prefix="socsec-demo-") as folder:
        try:
            return _Play(Path(folder), screen).run()
        except StoryError as error:
            screen.step("demo", "stopped", detail=str(error))
            return 2


@dataclass
class _Play:
    folder: Path
    screen: Screen
    issuer: str = field(default_factory=serving.free_url)
    verifier: str = field(default_factory=serving.free_url)
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self) -> int:
        today = datetime.now(UTC)
        keys = create_pilot(
            self.folder, issuer_url=self.issuer, verifier_hosts=["localhost"], now=today, random=os.urandom
        )
        self.screen.act("A pilot: States, institutions, a relying party and a signed trust list")
        self.screen.step("liaison body", f"keys for {len(keys)} institutions, trust list signed")
        with (
            serving.services(self.folder, issuer_url=self.issuer, verifier_url=self.verifier),
            httpx2.Client(timeout=30) as http,
        ):
            self.screen.step("services", f"issuer {self.issuer}, verifier {self.verifier}")
            written_for, acts = read_story()
            catalogue = Catalogue.load()
            wallet = build_wallet(WalletSettings(data=self.folder, store=self.folder / "wallet"))
            for act in acts:
                officer = Officer(http, self.issuer, keys[act.institution])
                claims = claims_for(act, catalogue, written_for=written_for, today=today.date())
                scene = _Scene(self, act, officer, Holder(wallet), Inspector(http, self.verifier))
                scene.play(officer.post(act.type, claims, idempotency_key=f"demo-{act.type}"))
        self.screen.close(verdicts=self.asked, wrong=self.wrong)
        return 1 if self.wrong else 0

    def expect(self, word: Word, asked: str, verdict: Mapping[str, Any]) -> None:
        self.asked += 1
        self.screen.verdict(asked, verdict, expected=word.value)
        if verdict["verdict"] != word.value:
            self.wrong.append(f"{asked}: {verdict['verdict']}, expected {word.value}")


@dataclass(frozen=True)
class _Scene:
    """One document, from its issue to the last look at it."""

    stage: _Play
    act: Act
    officer: Officer
    holder: Holder
    inspector: Inspector

    def play(self, document: Mapping[str, Any]) -> None:
        screen = self.stage.screen
        screen.act(self.act.says)
        screen.step("institution", f"document {document['document_number']} registered, offer made",
                    detail=document["offer"]["url"], document_id=document["document_id"])  # fmt: skip
        received = self.holder.collect(document["offer"])
        screen.step("holder", f"the wallet collects {' and '.join(received)}", formats=received)
        code = self.officer.code_image(document)
        screen.step("inspector", self.act.inspector)
        self._look(Word.CONFIRMED, code, self.act.state)
        if self.act.elsewhere is not None:
            self._look(Word.NOT_COVERED, code, self.act.elsewhere)
        self._look_at_tampered()
        if self.act.withdraw:
            self.officer.withdraw(self.act.type, document)
            screen.step("institution", f"withdraws {document['document_number']}")
            self._look(Word.WITHDRAWN, code, self.act.state)

    def _look(self, word: Word, code: bytes, state: str) -> None:
        for format_id in WALLET_FORMATS:
            self._expect(word, f"asks the wallet ({format_id}), in {state}", partial(self._shown, format_id, state))
        self._expect(word, f"scans the inspection code, in {state}", lambda: self.inspector.scan(code, state=state))

    def _look_at_tampered(self) -> None:
        for format_id in self.act.tamper:
            request = self._request(format_id, self.act.state)
            self.holder.show_tampered(request, self.act.tamper)
            self.stage.expect(
                Word.CANNOT_CONFIRM, f"gets a tampered answer ({format_id})", self.inspector.result(request)
            )

    def _shown(self, format_id: str, state: str) -> Mapping[str, Any]:
        request = self._request(format_id, state)
        self.holder.show(request)
        return self.inspector.result(request)

    def _request(self, format_id: str, state: str) -> Mapping[str, Any]:
        return self.inspector.ask(self.act.type, self.act.profile, format_id, state=state)

    def _expect(self, word: Word, asked: str, ask: Ask) -> None:
        """A withdrawal may take seconds to arrive; every other verdict has to be right at once."""
        verdict, until = ask(), time.monotonic() + WITHDRAWAL_SECONDS
        while word is Word.WITHDRAWN and verdict["verdict"] != word and time.monotonic() < until:
            time.sleep(0.5)
            verdict = ask()
        self.stage.expect(word, asked, verdict)
