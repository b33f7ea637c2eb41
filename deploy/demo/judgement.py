"""All five promises."""

from deploy.demo.evidence import Evidence
from deploy.demo.promises import confidence, deadlines, exclusivity, nothing_lost, reasons
from deploy.demo.promises.verdict import Verdict

PROMISES = (nothing_lost.check, exclusivity.check, reasons.check, confidence.check, deadlines.check)


def judge(evidence: Evidence) -> list[Verdict]:
    """In the order of their numbers."""
    return [check(evidence) for check in PROMISES]
