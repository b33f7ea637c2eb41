"""What capacity is told by its environment."""

from pathlib import Path
from typing import ClassVar

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: ClassVar[str] = "capacity"
    port_offset: ClassVar[int] = 4

    directory: Path = Path(__file__).parent / "data"
    """The folder of centers.csv and directory.yaml."""
