"""What is seen. What others wrote is printed without its control characters."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from deploy.dead_letters.looking import Held, Look
from shared.consumer.replay import Outcome
from shared.consumer.set_aside import SetAside

PLAIN_WIDTH = 200
STYLES: dict[str, str] = {Outcome.HANDLED: "green", Outcome.SUPERSEDED: "yellow", Outcome.STILL_BAD: "red"}


class Screen:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = PLAIN_WIDTH

    def says(self, *words: str, style: str = "") -> None:
        """However long: the terminal wraps it."""
        self._console.print(Text(plain("  ".join(words).rstrip()), style), soft_wrap=True)

    def complains(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            print(plain(sentence), file=sys.stderr)

    # list

    def counts(self, held: Sequence[Held]) -> None:
        """By topic, group and reason."""
        counted: dict[tuple[str, str, str], list[Held]] = defaultdict(list)
        for one in held:
            counted[one.message.topic, one.group, one.message.reason].append(one)
        rows = [(*key, str(len(each)), oldest(each)) for key, each in sorted(counted.items())]
        self._table(("topic", "group", "reason", "count", "oldest"), rows)

    def each(self, held: Sequence[Held]) -> None:
        rows = [
            (one.message.id, one.group, place(one.message), moment(one.message.received_at), one.message.reason)
            for one in held
        ]
        self._table(("id", "group", "place", "since", "reason"), rows)

    def notes(self, look: Look) -> None:
        """What does not fit together."""
        missing = [one.message.id for one in look.held if look.letters_read and not one.message.letter]
        forgotten = [one.message.id for one in look.held if one.message.state == "forgotten"]
        for ids, what in (
            (missing, "no letter on their topic and cannot be replayed"),
            (forgotten, "no row in the inbox, as when a database is an older copy; a replay enters them again"),
        ):
            if ids:
                self.says(f"{len(ids)} of them have {what}: {', '.join(ids)}")
        for where in look.strange:
            self.says(f"records that are no dead letters on {where}")

    # show

    def whole(self, one: Held, *, value: bool) -> None:
        message, letter = one.message, one.message.letter
        lines = [("id", message.id), ("group", one.group), ("place", place(message)), ("state", state(message))]
        lines.append(("reason", message.reason))
        if letter is None:
            lines.append(("letter", "not found"))
        else:
            lines.append(("key", readable(letter.key)))
            lines += [(f"  {name}", readable(raw)) for name, raw in letter.headers]
            size = "null" if letter.value is None else f"{len(letter.value)} bytes, to be seen with --value"
            lines.append(("value", readable(letter.value) if value else size))
        for name, text in lines:
            self.says(f"{name:<18}", text)

    # replay and delete

    @contextmanager
    def progress(self, held: Sequence[Held]) -> Iterator[Iterator[Held]]:
        """Goes through them below a bar that is gone afterwards."""
        with Progress(console=self._console, transient=True) as bar:
            yield iter(bar.track(held, description="dead letters"))

    def result(self, one: Held, outcome: str, why: str = "") -> None:
        self.says(f"{outcome:<14}", f"{one.group:<8}", one.message.id, why, style=STYLES.get(outcome, ""))

    def summary(self, outcomes: Counter[Outcome], all_of_them: int, *, preview: bool) -> None:
        counts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in Outcome if outcomes[outcome])
        told = f"{outcomes.total()} of {all_of_them}: {counts}"
        self.says(f"{told}; nothing was changed" if preview else told, style="bold")

    def _table(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        table = Table(*titles)
        for column in table.columns:
            column.overflow = "fold"
        for row in rows:
            table.add_row(*(Text(plain(cell)) for cell in row))
        self._console.print(table)


def plain(text: str) -> str:
    r"""What would move the cursor, hide something or turn it round is shown as `\x1b` or `\u202e`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def readable(raw: bytes | None) -> str:
    return "null" if raw is None else raw.decode(errors="backslashreplace")


def place(message: SetAside) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}"


def state(message: SetAside) -> str:
    known = f"{message.state}, received {moment(message.received_at)}"
    if message.settled_at is None:
        return known
    who = f" by {message.settled_by}: {message.note}" if message.settled_by else " by a replay"
    return f"{known}, settled {moment(message.settled_at)}{who}"


def oldest(held: Sequence[Held]) -> str:
    return moment(min((one.message.received_at for one in held if one.message.received_at), default=None))


def moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else "unknown"
