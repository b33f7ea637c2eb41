"""What every service is told by its environment."""

from typing import ClassVar, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read from `PUNTE_<SERVICE>_<NAME>`, else `PUNTE_<NAME>`. A service adds its own fields."""

    model_config = SettingsConfigDict(env_prefix="PUNTE_", extra="ignore")

    service: ClassVar[str]
    port_offset: ClassVar[int]

    dsn: str = Field(repr=False)
    kafka: str
    topic_prefix: str = ""
    host: str = "127.0.0.1"
    port_base: int = 8000
    port: int = 0
    """0: the port base plus this service's offset."""
    issuer: str
    audience: str
    jwks: str
    """A path or an http(s) address."""
    time_scale: float = Field(1.0, ge=1, allow_inf_nan=False)
    local: bool = False
    instance: str = "0"
    """Which of the parallel processes of this service this is."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        own = EnvSettingsSource(settings_cls, env_prefix=f"PUNTE_{cls.service.upper()}_")
        return init_settings, own, env_settings

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.time_scale != 1 and not self.local:
            raise ValueError("PUNTE_TIME_SCALE is for local stacks: set PUNTE_LOCAL=1")
        self.port = self.port or self.port_base + self.port_offset
        return self
