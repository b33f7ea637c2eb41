"""What a case refuses. A docstring is the message that the caller reads, a template over the error's attributes."""

from contracts.vocabulary import Urgency


class CaseNotFound(Exception):
    """Cazul nu există sau este al altei autorități. / The case does not exist or is another authority's."""


class AlreadyClosed(Exception):
    """Cazul este închis. / The case is closed."""


class AlreadyPlaced(Exception):
    """Persoana este deja primită într-un serviciu. / The person has already been admitted to a service."""


class NoteRequired(Exception):
    """Scrieți în notă motivul. / Write the reason in the note."""


class NothingSoughtAtU5(Exception):
    """La U5 nu se caută loc. / At U5 no place is sought."""


class RiskStillOpen(Exception):
    """La {urgency} riscul se infirmă doar după o vizită. / At {urgency} a risk is ruled out after a visit only."""

    def __init__(self, urgency: Urgency) -> None:
        self.urgency = urgency
        super().__init__(urgency)
