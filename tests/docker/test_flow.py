"""The main job through containers, and what may happen to them meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.env import SERVICES
from tests.docker.project import Project, everything, run_docker
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen
from tests.infrastructure import POSTGRES

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]


async def test_a_report_flows_to_an_admission_and_the_reporter_is_told(
    citizen: Citizen, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    report = await citizen.report(situations.disabled_adult_without_carer(), relation="relative")
    case_id = await caseworker.case_of(report.report_id)
    await caseworker.sees(case_id, "awaiting-decision")
    await citizen.sees(report, "being-checked")

    home = center("S2-2")
    await caseworker.decide(case_id, "U2", "8790 CR-D-I", note="Rămas singur; merge la centru.")
    stay_id = await home.accept(await home.offer_for(case_id))
    await home.admit(stay_id)
    await caseworker.sees(case_id, "placed")
    await citizen.sees(report, "help-given")


async def test_a_service_killed_while_reports_come_is_started_again_and_loses_none(
    project: Project, citizen: Citizen, caseworker: Caseworker
) -> None:
    restarts = project.restarts("triage")
    before = [await citizen.report(situations.pothole()) for _ in range(10)]
    _, *during = await asyncio.gather(
        project.kill9("triage"), *(citizen.report(situations.pothole()) for _ in range(10))
    )
    await project.started_again("triage", restarts + 1)
    for report in [*before, *during]:
        await caseworker.sees(await caseworker.case_of(report.report_id), "open")


async def test_without_kafka_services_are_well_start_again_and_take_reports_that_flow_later(
    project: Project, citizen: Citizen, caseworker: Caseworker
) -> None:
    restarts = project.restarts("reports")
    await project.compose("stop", "kafka")
    try:
        await project.kill9("reports")
        await project.started_again("reports", restarts + 1)
        for _ in range(10):
            answers = await asyncio.gather(*(citizen.get(service, "/readyz") for service in SERVICES))
            assert [answer["broker"] for answer in answers] == ["degraded"] * len(SERVICES)
        report = await citizen.report(situations.pothole())
    finally:
        await project.compose("up", "--wait", "kafka")
    await caseworker.sees(await caseworker.case_of(report.report_id), "open")


async def test_a_copy_of_both_volumes_holds_everything(
    project: Project, citizen: Citizen, caseworker: Caseworker, tmp_path: Path
) -> None:
    report = await citizen.report(situations.pothole())
    case_id = await caseworker.case_of(report.report_id)
    volumes = {f"{project.name}_{name}": f"/data/{name}" for name in ("kafka", "postgres")}
    mounts = [f"--volume={place}:{folder}" for place, folder in {**volumes, str(tmp_path): "/copy"}.items()]
    tar = ["run", "--rm", *mounts, POSTGRES, "tar", "--directory=/data", "--file=/copy/punte.tar"]

    await project.compose("stop")
    run_docker(*tar, "--create", ".")
    belongings = project.belongings()
    await project.compose("down")
    assert belongings & everything(project.engine) == set(volumes)
    await project.compose("down", "-v")
    await project.compose("create")
    run_docker(*tar, "--extract", "--preserve-permissions")
    await project.compose("up", "--wait")

    assert (await caseworker.case(case_id))["sources"][0]["source_id"] == report.report_id
    later = await citizen.report(situations.pothole())
    await caseworker.sees(await caseworker.case_of(later.report_id), "open")
