"""`python -m contracts.generate` writes schemas/ and asyncapi/ from the models; `--check` names what differs from them.

A schema that exists is frozen: one that would break its readers is never written over it.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from contracts.catalog import EVENTS
from contracts.compatibility import breaks
from contracts.documents import SERVICES, asyncapi, json_schema

FOLDER = Path(__file__).parent


def documents() -> dict[str, str]:
    """Every generated file: its path within the package → its text."""
    schemas = {f"schemas/{name}.json": _json(json_schema(event)) for name, event in EVENTS.items()}
    return schemas | {f"asyncapi/{service}.yaml": _yaml(asyncapi(service)) for service in SERVICES}


def differences(folder: Path) -> list[str]:
    """The files of `folder` that are missing, out of date or nobody's."""
    wanted = documents()
    present = {path.relative_to(folder).as_posix() for path in _generated(folder)}
    stale = {name for name in present & wanted.keys() if (folder / name).read_text("utf-8") != wanted[name]}
    return sorted(stale | (present ^ wanted.keys()))


def broken(folder: Path) -> list[str]:
    """What the models would break of the schemas frozen in `folder`."""
    return [f"{path.name}: {what}" for path in sorted((folder / "schemas").glob("*.json")) for what in _broken(path)]


def write(folder: Path) -> None:
    for name, text in documents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """0, or 1 with the reasons on standard error."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 naming the files that differ")
    check: bool = parser.parse_args(arguments).check
    reasons = [f"breaks {what}" for what in broken(folder)]
    if check:
        reasons += [f"differs: contracts/{name}" for name in differences(folder)]
    elif not reasons:
        write(folder)
    sys.stderr.writelines(f"{reason}\n" for reason in reasons)
    return 1 if reasons else 0


def _generated(folder: Path) -> Iterator[Path]:
    yield from folder.glob("schemas/*")
    yield from folder.glob("asyncapi/*")


def _broken(path: Path) -> list[str]:
    if path.stem not in EVENTS:
        return ["the event is gone"]
    return breaks(json.loads(path.read_text("utf-8")), json_schema(EVENTS[path.stem]))


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _yaml(document: object) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
