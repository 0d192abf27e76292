"""Our side of the talk with an oracle: one question, one process, one answer."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracles.environment import HERE

SECONDS_TO_ANSWER = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another implementation, reached through its `peer.py`."""

    name: str
    python: Path

    def accepts(self, operation: str, **question: Any) -> dict[str, Any]:
        """What it answers; fails the test if it refuses."""
        answer = self._ask(operation, question)
        assert answer["accepted"], f"{self.name} refuses: {answer['reason']}"
        return answer

    def refuses(self, operation: str, **question: Any) -> str:
        """Why it refuses; fails the test if it does not."""
        answer = self._ask(operation, question)
        assert not answer["accepted"], f"{self.name} accepts what it should refuse"
        reason: str = answer["reason"]
        return reason

    def _ask(self, operation: str, question: dict[str, Any]) -> dict[str, Any]:
        done = subprocess.run(
            [str(self.python), str(HERE / self.name / "peer.py")],
            input=json.dumps({"operation": operation, **question}),
            env={**os.environ, "PYTHONPATH": str(HERE / "peer_side")},
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_ANSWER,
            check=False,
        )
        assert done.returncode == 0, f"{self.name} broke down:\n{done.stderr}"
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
