"""What the hotline is told by its environment."""

from typing import ClassVar

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: ClassVar[str] = "hotline"
    port_offset: ClassVar[int] = 2

    reporter_hash_key: SecretStr = Field(min_length=32)
    """Of PUNTE_REPORTER_HASH_KEY: the intakes share it, so that a reporter has one hash; nobody else knows it."""
