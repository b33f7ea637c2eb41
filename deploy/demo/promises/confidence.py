"""Promise 4. Who reported stays with the service that took it, and a confidential center's name with capacity."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from deploy.demo.evidence import Evidence, Row
from deploy.demo.promises.verdict import Figure, Verdict


@dataclass(frozen=True)
class Secret:
    """A text that only the database of `keeper` may hold."""

    text: str
    keeper: str

    def is_in(self, text: str) -> bool:
        """As it is, or as JSON in ASCII writes it; in capitals or not."""
        escaped = json.dumps(self.text)[1:-1]
        return self.text.casefold() in text or escaped.casefold() in text

    def belongs_in(self, place: str) -> bool:
        return place.startswith(f"{self.keeper}.")


def check(evidence: Evidence) -> Verdict:
    canaries, centers = list(reporters(evidence)), list(confidential_centers(evidence))
    places = searched(evidence)
    found = {secret: [place for place, text in places.items() if secret.is_in(text)] for secret in canaries + centers}
    leaks = [(secret, place) for secret, at in found.items() for place in at if not secret.belongs_in(place)]
    missing = [secret for secret, at in found.items() if not any(map(secret.belongs_in, at))]
    return Verdict(
        "Nimeni nu vede mai mult decât îi trebuie.",
        "Nobody sees more than their work needs.",
        [
            Figure(len(canaries), "nume și telefoane de raportori", "names and telephones of reporters"),
            Figure(len(centers), "centre confidențiale", "confidential centers"),
            Figure(len(places), "tabele, topicuri și jurnale citite", "tables, topics and logs read"),
            Figure(sum(map(len, places.values())) // 1000, "mii de caractere", "thousand characters"),
            Figure(len(leaks), "scăpări", "leaks"),
        ],
        [
            *(f"„{secret.text}” a scăpat în / leaked to {place}" for secret, place in leaks),
            *(f"„{secret.text}” nu este nici la / is not even with {secret.keeper}" for secret in missing),
        ],
    )


def reporters(evidence: Evidence) -> Iterator[Secret]:
    for taken in evidence.taken:
        texts = taken.name, taken.phone.removeprefix("+")
        yield from (Secret(text, taken.service) for text in texts if text)


def confidential_centers(evidence: Evidence) -> Iterator[Secret]:
    for row in evidence.rows("capacity", "service"):
        if row["confidential"]:
            yield Secret(row["name"], "capacity")


def searched(evidence: Evidence) -> dict[str, str]:
    """Every table as `<database>.<table>`, every topic and every log, as one text each."""
    tables = {
        f"{database}.{table}": in_words(rows)
        for database, tables in evidence.databases.items()
        for table, rows in tables.items()
    }
    topics: dict[str, list[str]] = {}
    for record in evidence.records:
        topics.setdefault(f"topic {record.topic}", []).append(f"{record.key} {record.headers} {record.value}")
    texts = tables | {name: "\n".join(lines) for name, lines in topics.items()}
    texts |= {f"log {name}": text for name, text in evidence.logs.items()}
    return {name: text.casefold() for name, text in texts.items()}


def in_words(rows: Iterable[Row]) -> str:
    """All columns of all types; bytes as the text they hold."""
    return "\n".join(json.dumps(readable(row), ensure_ascii=False, default=str) for row in rows)


def readable(row: Row) -> Mapping[str, object]:
    return {name: value.decode(errors="replace") if isinstance(value, bytes) else value for name, value in row.items()}
