"""Looks through every file of the repository for what must not be in it: one line per finding, exit code 1.

`python -m deploy.checks.leaks`
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LOCKS = {"requirements.lock", "kafka-jars.txt", "package-lock.json"}
CHECKOUT_DEPTH = 3  # a shorter path, such as /app, may be an image's own folder
ANYWHERE = {
    "a home directory": re.compile(r"(?<![\w.~-])/(?:home|root|Users)/\w"),
    "a private key": re.compile(r'-----BEGIN [A-Z ]*PRIVATE KEY|"d"\s*:\s*"[\w-]{40,}"'),
    "a letter with cedilla instead of comma below": re.compile("[\u015e\u015f\u0162\u0163]"),
}
IN_LOCKS = {"the address of a registry": re.compile(r"\w://|--(?:index|extra-index|find-links)")}


def main() -> None:
    found = list(leaks(repository_files(), Path.cwd()))
    print("\n".join(found) or "No leaks.")
    sys.exit(bool(found))


def repository_files() -> list[Path]:
    """What is tracked, or would be if all were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 # whichever git is used
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := Path(name)).is_file()]


def leaks(files: Iterable[Path], checkout: Path) -> Iterator[str]:
    """`file:line: what` for each finding; files that are not text are passed over."""
    for file in files:
        rules = rules_for(file, checkout)
        for number, line in enumerate(text_of(file).splitlines(), 1):
            yield from (f"{file}:{number}: {what}" for what, rule in rules.items() if rule.search(line))


def rules_for(file: Path, checkout: Path) -> dict[str, re.Pattern[str]]:
    rules = ANYWHERE | (IN_LOCKS if file.name in LOCKS else {})
    if len(checkout.parts) >= CHECKOUT_DEPTH:
        rules |= {"the folder of this checkout": re.compile(re.escape(str(checkout)) + r"\b")}
    return rules


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


if __name__ == "__main__":
    main()
