"""demo.yaml says what can be played, and expects what the protocol answers."""

import pytest

from contracts.protocol import PROTOCOL, assess
from contracts.vocabulary import CallType, CaseOutcome, Channel, DeclineReason, StayEndReason
from deploy.demo.player import ACTIONS, request
from deploy.demo.script import Scene, load, read_step

SCRIPT = load()
VIGNETTES = {"v01", "v02", "v03", "v05", "v06", "v07", "v09", "v15", "v17"}
WORDS = {"reason": {*DeclineReason, *StayEndReason}, "outcome": {*CaseOutcome}}

every_scene = pytest.mark.parametrize("scene", SCRIPT.scenes, ids=lambda scene: scene.id)


def test_every_vignette_of_the_demonstration_is_played() -> None:
    assert {scene.id.partition("-")[0] for scene in SCRIPT.scenes} >= VIGNETTES


@every_scene
def test_a_scene_comes_by_a_line_or_by_a_channel(scene: Scene) -> None:
    source = scene.source
    assert (source.line is None) != (source.channel is None)
    assert source.channel in {*Channel} if source.channel else source.call_type in {*CallType}


@every_scene
def test_every_step_is_an_action_in_known_words(scene: Scene) -> None:
    for step in scene.steps:
        assert step.action in ACTIONS
        for name, known in WORDS.items():
            assert step.details.get(name) in {None, *known}


def test_a_step_speaks_of_itself_or_of_somebody_who_came_before() -> None:
    seen: set[str | None] = {None}
    for scene in SCRIPT.scenes:
        seen.add(scene.id)
        assert {step.of for step in scene.steps} <= seen


@every_scene
def test_the_expected_urgency_is_that_of_the_protocol(scene: Scene) -> None:
    if scene.situation is None:
        assert scene.expect["no_case"]
    else:
        most, least = scene.expect["urgency"]
        assert most <= assess(PROTOCOL, scene.situation, scene.source.relation).urgency <= least


@every_scene
def test_what_a_scene_shows_is_said_in_both_languages(scene: Scene) -> None:
    ro, _, en = scene.shows.partition(" / ")
    assert ro
    assert en


def test_an_action_may_have_details() -> None:
    step = read_step({"discharge": {"of": "v05", "reason": "morning"}})
    assert (step.action, step.of, step.details) == ("discharge", "v05", {"reason": "morning"})


def test_every_reporter_is_unique_in_the_world() -> None:
    reporters = [request(scene)["reporter"] for scene in (*SCRIPT.scenes, *SCRIPT.scenes)]
    told = [reporter[name] for reporter in reporters for name in ("name", "phone")]
    assert len(set(told)) == len(told)
