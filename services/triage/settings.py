"""What triage is told by its environment."""

from typing import ClassVar

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: ClassVar[str] = "triage"
    port_offset: ClassVar[int] = 3
