"""How the background work of a process is doing, as /readyz and /metrics show it."""

from dataclasses import dataclass, field
from typing import Literal

from shared.telemetry import BACKGROUND_OK, log

State = Literal["starting", "ok", "standby", "degraded", "stopped"]
"""`standby`: another process holds the lock. `stopped`: a person has to look."""


@dataclass
class Health:
    """The state of one background task. Changes are logged once, however often they are reported."""

    service: str
    task: str
    state: State = field(default="starting", init=False)
    reason: str = field(default="", init=False)

    def set(self, state: State, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            level = {"degraded": log.warning, "stopped": log.critical}.get(state, log.info)
            level("background task changed", task=self.task, state=state, reason=reason)
        BACKGROUND_OK.labels(self.service, self.task).set(state in {"ok", "standby"})
