"""How every way to vote counts and who decides by which article; and a published result for programs."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue.base.i18n import t
from linyue.base.openapi import TEXT, Operation, found_as
from linyue.base.pages import render
from linyue.base.policy import Scope
from linyue.base.routing import page
from linyue.questions import service_views
from linyue.questions.rules import NO_QUORUM, Base, Majority, Measure
from linyue.questions.rules_law import DECISIONS, Decision, Rule
from linyue.questions.rules_ways import Way

FORMS = {
    Way.FOR_AGAINST: "for",
    Way.SINGLE: "b",
    Way.SEVERAL: "a+c",
    Way.DOTS: "a:3+c:2",
    Way.SCORE: "a:5+b:0",
    Way.RANKED: "b>a=d",
    Way.MONEY: "a+c",
    Way.ROLL_CALL: "for",
}
"""What a ballot looks like in the record."""


@dataclass(frozen=True, slots=True)
class WayText:
    """One way to vote: its name, how it counts, an example, and a ballot as the record writes it."""

    key: str
    name: str
    text: str
    example: str
    form: str


@dataclass(frozen=True, slots=True)
class WaysPage:
    """All ways to vote, and all rules of decision as (body, who must take part, who must agree, article)."""

    ways: list[WayText]
    systems: list[tuple[str, list[tuple[str, str, str, str]]]]


async def ways_page(request: Request) -> Response:
    """How it counts, for people."""
    lang = request.state.prefs.lang
    ways = [_way(lang, way) for way in Way]
    systems: dict[str, list[tuple[str, str, str, str]]] = {}
    for decision, rule in DECISIONS.items():
        systems.setdefault(rule.system.value, []).append(_rule(lang, decision, rule))
    named = [(t(lang, f"questions-system-{name.replace('_', '-')}"), rows) for name, rows in systems.items()]
    return render(request, "questions/ways.html", WaysPage(ways, named))


def _way(lang: str, way: Way) -> WayText:
    name = way.value.replace("_", "-")
    return WayText(
        key=name,
        name=t(lang, f"questions-way-to-vote-{name}"),
        text=t(lang, f"questions-ways-{name}-text"),
        example=t(lang, f"questions-ways-{name}-example"),
        form=FORMS[way],
    )


def _rule(lang: str, decision: Decision, rule: Rule) -> tuple[str, str, str, str]:
    name = t(lang, f"questions-decision-{decision.value.replace('_', '-')}")
    if decision is Decision.DELIBERATION:
        own = t(lang, "questions-law-own-quorum")
        return name, own, own, rule.source
    return (
        name,
        t(lang, f"questions-law-quorum-{_quorum(rule)}"),
        t(lang, f"questions-law-pass-{_pass(rule)}"),
        rule.source,
    )


def _quorum(rule: Rule) -> str:
    if rule.quorum == NO_QUORUM:
        return "none"
    share = "more-half" if rule.quorum.is_more_than else "two-thirds"
    return f"{share}-{'present' if rule.quorum.counts is Base.PRESENT else 'cast'}"


def _pass(rule: Rule) -> str:
    if rule.measure is Measure.AREA_AND_HEADS:
        return "owners-absolute" if rule.majority is Majority.ABSOLUTE else "owners-three-quarters"
    return f"{rule.majority.value}-{rule.base.value}"


async def result_json(request: Request) -> Response:
    """A published result with every figure that decided it, for programs; who voted how is not in it."""
    question = await service_views.question_by_public_id(request.path_params["public_id"])
    view = await service_views.result_view(question)
    told: dict[str, Any] = {
        "question": question.public_id,
        "text": {"zh": question.text_zh, "en": question.text_en},
        "state": question.state.value,
        "manifest": question.manifest_hash,
        "options": question.options,
        "rule": question.rule,
        **{key: value for key, value in view.outcome.to_data().items() if key != "steps"},
        "steps": [{"key": step.key, "numbers": dict(step.numbers)} for step in view.outcome.steps],
    }
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


async def _scope(request: Request) -> Scope:
    question = await service_views.question_by_public_id(request.path_params["public_id"])
    return Scope(place_path=question.meeting.place.path)


_WHOLE = {"type": "integer"}
_COUNTS = {"type": "object", "additionalProperties": _WHOLE}
_KEYS = {"type": "array", "items": TEXT}
_SIDE = {
    "type": "object",
    "properties": {
        "counts": _COUNTS,
        **dict.fromkeys(("entitled", "cast", "quorum_needed", "needed"), _WHOLE),
    },
}
_NEEDED: dict[str, Any] = {
    "question": TEXT,
    "text": {"type": "object", "properties": {"zh": TEXT, "en": TEXT}},
    "state": {"enum": ["published", "voided"]},
    "manifest": TEXT,
    "options": {"type": "array", "items": {"type": "object", "properties": {"key": TEXT}}},
    "rule": {"type": "object"},
    "verdict": {"enum": ["passed", "failed", "no_quorum", "tied"]},
    **dict.fromkeys(("entitled", "present", "cast", "base_count", "quorum_needed", "needed"), _WHOLE),
    "base": {"enum": ["cast", "present", "entitled"]},
    "by_channel": _COUNTS,
    "steps": {"type": "array", "items": {"type": "object"}},
}
_RESULT = {
    "type": "object",
    "properties": {
        **_NEEDED,
        "counts": _COUNTS,
        "tally": _COUNTS,
        **dict.fromkeys(("chosen", "tied", "drawn"), _KEYS),
        "seed": TEXT,
        "proof": {"type": "object"},
        "weighed": {"type": "object", "properties": {"area": _SIDE, "heads": _SIDE}},
    },
    "required": list(_NEEDED),
}
RESULT = Operation("result", found_as(_RESULT, 404, 409))
ROUTES: list[BaseRoute] = [
    page("/ways", ways_page, action="question.read"),
    page("/q/{public_id}/result.json", result_json, action="question.read", scope=_scope, api=RESULT),
]
