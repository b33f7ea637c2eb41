"""A report as others may read it: without the reporter."""

from contracts import reports
from contracts.situation import Situation
from services.reports.domain import Report
from shared.outbox import Outgoing


def submitted(report: Report) -> Outgoing:
    """The first event of a report. Its id leads from here to the last event of its case."""
    return Outgoing(
        reports.ReportSubmitted(report=_public(report)),
        key=str(report.report_id),
        sequence=1,
        correlation_id=str(report.report_id),
        traceparent=report.traceparent,
    )


def _public(report: Report) -> reports.Report:
    return reports.Report(
        report_id=report.report_id,
        channel=report.channel,
        verified=report.verified,
        authority=report.authority,
        received_at=report.received_at,
        situation=Situation.model_validate(report.situation),
        reporter_relation=report.reporter_relation,
        reporter_hash=report.reporter_hash,
    )
