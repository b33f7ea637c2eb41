"""What is seen in the terminal, Romanian first with English beside it; without a terminal, plain lines."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.protocol.data import Label
from deploy.demo import words
from deploy.demo.promises.verdict import Verdict
from deploy.demo.way import SEARCHED, Way
from deploy.local.env import SERVICES

Json = dict[str, Any]
PLAIN_WIDTH = 160
DEFAULT_STATE = Path(".local")


class Screen:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = PLAIN_WIDTH
        self._on_stage: Way | None = None

    def says(self, ro: str, en: str, style: str = "") -> None:
        self._console.print(both(ro, en, style))

    def opened(self, people: int) -> None:
        self.says(f"Ocuparea de la început: {people} de persoane.", f"Opening occupancy: {people} people.", "bold")

    def begins(self, way: Way) -> None:
        self._on_stage = way
        source, situation = way.scene.source, way.scene.situation
        self._console.print()
        self._line(Text(f"── {way.scene.id} · {way.scene.shows}", "bold cyan"))
        person, need = words.who(situation), words.need(situation)
        kind = ("apel la", "call to") if source.line else ("raport prin", "report through")
        self._note(f"{kind[0]} {source.way_in} ({source.relation})", kind[1])
        self._note(f"cine: {person.ro}, {need.ro}", f"who: {person.en}, {need.en}")
        self._note(f"unde: {words.where(situation)}", "where")
        if situation and situation.narrative:
            self._note(f"„{situation.narrative}”", "")

    def sent(self, way: Way) -> None:
        service = "hotline" if way.scene.source.line else "reports"
        self._step(way, f"{service}: 201", f"{way.answer.get('tracking_code', '')}")

    def repeated(self, way: Way) -> None:
        self._step(way, "aceeași cerere încă o dată: același răspuns", "the same request again: the same answer")

    def silent(self, way: Way, seconds: float) -> None:
        self._step(way, f"centrul tace, mai sunt {seconds:.1f} s", "the center stays silent")

    def tells(self, way: Way, line: Json) -> None:
        """A new line of the case's timeline, and its reasons."""
        label = words.entry(line)
        self._step(way, label.ro, label.en, "bold" if line["what"] in words.HAPPENED else "")
        for reason in self._reasons(way, line):
            self._note(f"          {reason.ro}", reason.en)

    def _reasons(self, way: Way, line: Json) -> list[Label]:
        if line["what"] == "CaseOpened":
            return [*urgency(way.case), *(pair(doubt) for doubt in way.case["needs_decision"])]
        if line["what"] in SEARCHED and way.placement:
            return [*words.details(line), *explained(way.placement, way.searches_until(line))]
        return words.details(line)

    def _step(self, way: Way, ro: str, en: str, style: str = "") -> None:
        other = "" if way is self._on_stage else f"{way.scene.id}: "
        self._line(Text.assemble((f"{way.elapsed:7.2f} s  ", "dim"), (other, "cyan"), both(ro, en, style)))

    def _note(self, ro: str, en: str) -> None:
        self._line(Text.assemble("  ", both(ro, en)))

    def _line(self, text: Text) -> None:
        """However long: the terminal wraps it."""
        self._console.print(text, soft_wrap=True)

    # the end

    def table(self, ways: Iterable[Way], unmet: Mapping[str, Sequence[str]]) -> None:
        table = Table(title="Toți, de la semnalare până acum / Everybody, from the report until now", show_lines=True)
        for title in ("situația / situation", "drumul / way", "starea / state", "s", "așteptări / expectations"):
            table.add_column(title, justify="right" if title == "s" else "left", overflow="fold")
        for way in ways:
            missing = unmet[way.scene.id]
            told = (
                Text(f"✗ {', '.join(missing)}", "bold red") if missing else Text(f"✓ {len(way.scene.expect)}", "green")
            )
            table.add_row(way.scene.id, words.in_short(way.told), words.state(way.case), f"{way.seconds:.2f}", told)
        self._console.print()
        self._console.print(table)

    def promises(self, verdicts: Sequence[Verdict]) -> None:
        for number, verdict in enumerate(verdicts, start=1):
            mark = ("✓", "bold green") if verdict.held else ("✗", "bold red")
            self._line(Text.assemble(mark, f" {number}. ", both(verdict.ro, verdict.en, "bold")))
            for figure in verdict.figures:
                self._note(f"{figure.number:>8g}  {figure.ro}", figure.en)
            for breach in verdict.broken:
                self._line(Text(f"  ✗ {breach}", "red"))

    def addresses(self, state: Path, values: Mapping[str, str]) -> None:
        """Where to go on by oneself while the stack stays up."""
        self.says("Demo-ul rămâne pornit:", "The demo stays up:", "bold")
        lines = [f"{service:<9} {values[f'PUNTE_{service.upper()}_URL']}/docs" for service in SERVICES]
        body = '{"channel": "web", "situation": {"need": "creche", "location": {"sector": 6}, "people": [{"age": 1}]}}'
        report = f"curl -s {values['PUNTE_REPORTS_URL']}/api/reports -H 'Content-Type: application/json' -d '{body}'"
        token = f"$(PUNTE_STATE={state} make -s token ROLE=caseworker)"
        cases = f'curl -s {values["PUNTE_TRIAGE_URL"]}/api/cases -H "Authorization: Bearer {token}"'
        elsewhere = "" if state.parent == DEFAULT_STATE else f"PUNTE_STATE={state.parent} "
        for line in (*lines, report, cases, f"{elsewhere}make down"):
            self._line(Text(f"  {line}"))


def both(ro: str, en: str, style: str = "") -> Text:
    return Text.assemble((ro, style), (f"  / {en}" if en else "", "dim"))


def pair(sentence: Json) -> Label:
    return Label(ro=sentence["ro"], en=sentence["en"])


def urgency(case: Json) -> list[Label]:
    """The level with its reasons, and who goes."""
    level = Label(ro=f"urgență {case['urgency']}", en=f"urgency {case['urgency']}")
    goes = case["response"]["who_goes"]
    who = [Label(ro=f"merge: {goes}", en=f"goes: {goes}")] if goes else []
    return [level, *(pair(reason) for reason in case["reasons"]), *who]


def explained(placement: Json, number: int) -> list[Label]:
    """Why the search of that round ended as it did: each service that was asked for, with what spoke against it."""
    search = next((one for one in placement["searches"] if one["round"] == number), None)
    services = search["explanation"]["services"] if search else []
    return [of_service(service) for service in services]


def of_service(service: Json) -> Label:
    against = [pair(check) for check in service["checks"] if not check["ok"]] or [pair(service)]
    return Label(
        ro=f"{service['row']}: {' '.join(reason.ro for reason in against)}",
        en=" ".join(reason.en for reason in against),
    )
