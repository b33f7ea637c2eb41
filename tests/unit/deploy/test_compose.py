"""compose.yaml and what stands beside it agree; nothing here needs an engine."""

import re

import yaml

from deploy.local.processes import ROOT
from tests.docker.project import PYTHON, example
from tests.infrastructure import KAFKA, POSTGRES

COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]


def test_tests_run_on_the_images_that_are_run() -> None:
    assert {service["image"] for service in SERVICES.values()} == {KAFKA, POSTGRES, "${PUNTE_IMAGE:-punte}"}
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {PYTHON}


def test_every_variable_is_in_the_example_with_its_default() -> None:
    assert dict(re.findall(r"\$\{(\w+):-([^}]*)\}", COMPOSE)) == {
        name: value for name, value in example().items() if value
    }


def test_every_secret_is_asked_for_and_has_no_value_anywhere() -> None:
    required = set(re.findall(r"\$\{(\w+):\?see deploy/env\.example\}", COMPOSE))
    assert required == {name for name, value in example().items() if not value}
    assert set(re.findall(r"\$\{?(\w+)\}", COMPOSE)) <= required
    assert not re.findall(r"\$\w", COMPOSE)


def test_the_file_of_secrets_is_kept_by_neither_git_nor_the_image() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "**/.*" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
