"""Reads the directory's two files: the rows as printed (centers.csv) and our decisions about them (directory.yaml)."""

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from contracts.vocabulary import ServiceKind, ServiceStatus, Sex
from services.capacity.domain.directory import Directory, Service, Unit, identity

CENTERS = "centers.csv"
DECISIONS = "directory.yaml"
UNDECIDED = {
    ServiceStatus.PROPOSED: ServiceKind.PROPOSED,
    ServiceStatus.PROJECT: ServiceKind.PROJECT,
    ServiceStatus.EXISTING: ServiceKind.INFO,
}
"""Rows without a decision are shown, never offered."""


def version(folder: Path) -> str:
    """The digest of both files."""
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in (CENTERS, DECISIONS))).hexdigest()


def read(folder: Path) -> Directory:
    """Raises KeyError, ValueError where a row or a decision is wrong."""
    decisions = yaml.safe_load((folder / DECISIONS).read_text("utf-8"))["rows"]
    with (folder / CENTERS).open(encoding="utf-8", newline="") as file:
        services = tuple(_service(row, decisions.get(row_key(row), {})) for row in csv.DictReader(file))
    if unknown := decisions.keys() - {service.row for service in services}:
        raise ValueError(f"decisions about rows that do not exist: {sorted(unknown)}")
    return Directory(version(folder), services)


def row_key(row: Mapping[str, str]) -> str:
    """ "S2-6": authority and number; the plan of sector 6 prints it so itself."""
    authority, number = _authority(row), row["row_no"]
    return number if number.startswith(f"{authority}-") else f"{authority}-{number}"


def _service(row: Mapping[str, str], decided: Mapping[str, Any]) -> Service:
    key, status = row_key(row), ServiceStatus(row["status"])
    kind = ServiceKind(decided.get("kind", UNDECIDED[status]))
    min_age, max_age = decided.get("age", (None, None))
    return Service(
        id=identity("service", key),
        row=key,
        name=row["name"],
        authority=_authority(row),
        code=decided.get("code") or row["nomenclature_code_norm"] or None,
        kind=kind,
        status=status,
        target=decided.get("target"),
        only_target=decided.get("only_target"),
        min_age=min_age,
        max_age=max_age,
        requires=decided.get("requires"),
        emergency_only=decided.get("emergency_only", False),
        residential=row["residential"] == "yes",
        confidential=decided.get("confidential", False),
        offer_limit=_span(decided.get("offer_limit")),
        units=tuple(_units(key, row, decided)) if kind == ServiceKind.PLACES else (),
    )


def _units(key: str, row: Mapping[str, str], decided: Mapping[str, Any]) -> Iterator[Unit]:
    """Two where the decision splits the places by sex; a split described in words is no split."""
    split = decided.get("units")
    if not isinstance(split, list):
        split = [{"sex": None, "places": decided.get("places") or row["capacity"]}]
    for number, part in enumerate(split, start=1):
        sex = Sex(part["sex"]) if part["sex"] else None
        yield Unit(identity("unit", f"{key}/{number}"), number, sex, int(part["places"]))


def _authority(row: Mapping[str, str]) -> str:
    return f"S{row['authority'].removeprefix('DGASPC Sector ')}"


def _span(text: str | None) -> timedelta | None:
    """ "15m" or "2h"."""
    if text is None:
        return None
    if not (match := re.fullmatch(r"(\d+)([mh])", text)):
        raise ValueError(f"not a span of time: {text}")
    return timedelta(**{{"m": "minutes", "h": "hours"}[match[2]]: int(match[1])})
