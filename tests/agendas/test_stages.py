"""Procedures of several stages: what each kind must hold by its law, what a broken one is told, and its graph and picture."""

import pytest

from linyue.base.settings import agenda_folder
from linyue.meetings.agenda_files import BadTemplate, read
from linyue.meetings.rules_picture import LETTERS, Node, Way, broken, draw, width_of
from linyue.meetings.rules_plan import AgendaPlan, QuestionPlan, plan_from
from linyue.meetings.rules_stages import StageKind, edges, procedure_from, sitting_of
from linyue.meetings.templates import load_data, load_schema, procedure_ids, template_ids
from linyue.questions.rules import Base, Majority, Quorum, System, rule_from_template
from linyue.questions.rules_law import refuse_body, refuse_law
from linyue.questions.rules_setup import rule_of
from linyue.rounds.service_chair import words_of

SCHEMA = load_schema()
TEXT = (agenda_folder() / "covenant.yaml").read_text(encoding="utf-8")

# Template, stage ("" for a single sitting), whose roll, decision, days of notice, attendance, quorum, majority, base, kind.
# From the articles behind each; "own": no law sets it, the figures are the template's, and the vote is advice.
VOTES = [
    ("open-space", "", "residents", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("neighbours-online", "", "residents", "", 3, "none", "third", "absolute", "cast", "named"),  # own
    ("daily", "discuss", "residents", "", 2, "none", "half", "absolute", "present", "named"),  # own
    ("daily", "appraise", "residents", "", 2, "none", "half", "absolute", "present", "named"),  # own
    ("hearing", "hearing", "residents", "", 3, "none", "none", "simple", "cast", "named"),  # own; 32 asks to hear
    ("urgent", "meet", "council", "", 0, "none", "none", "simple", "cast", "named"),  # own; who is on duty acts
    ("urgent", "ratify", "council", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("covenant", "consult", "residents", "", 3, "none", "half", "absolute", "present", "named"),  # own; 30-31
    # residents' committees: 26 (ten days), 27 (more than half of the roll, more than half of those who came)
    ("covenant", "assembly", "residents", "residents_assembly", 10, "half", "half", "absolute", "present", "named"),
    # 28, 29: two thirds of the members, more than half of those present; no period in law, three days are our own
    ("representatives", "meet", "representatives", "representatives", 3, *["two_thirds"] * 2, "absolute", "present", "named"),
    ("major", "forum", "residents", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("major", "ballot", "representatives", "representatives", 3, *["two_thirds"] * 2, "absolute", "present", "secret"),
    # Civil Code 278: two thirds of area and heads take part; more than half, or three quarters, of those; 15 days: 14
    ("owners-ordinary", "assembly", "owners", "owners_ordinary", 15, "none", "two_thirds", "absolute", "cast", "named"),
    ("owners-special", "assembly", "owners", "owners_special", 15, "none", "two_thirds", "three_quarters", "cast", "named"),
    # Civil Code 279: every owner who has an interest; no period in law, seven days are our own
    ("home-to-shop", "consent", "owners", "owners_all", 7, "none", "none", "all", "entitled", "named"),
    # 14-19 as a model only: the council is no statutory body
    ("by-election", "elect", "residents", "", 3, "half", "half", "absolute", "cast", "secret"),
    # voted again after nobody had more than half: the most votes, and a third of all ballots at least
    ("by-election", "again", "residents", "", 3, "half", "half", "third", "cast", "secret"),
    ("appraisal", "meet", "residents", "", 3, "half", "half", "simple", "present", "secret"),  # own; 37 sets no figures
    ("four-deliberations", "consult", "committees", "", 3, "none", "half", "absolute", "present", "named"),  # own
    # two thirds of the Party members come, more than half of all agree: custom, no law of this district
    ("four-deliberations", "review", "party_members", "", 3, *["two_thirds"] * 2, "absolute", "entitled", "named"),
    ("four-deliberations", "decide", "representatives", "representatives", 3, *["two_thirds"] * 2, "absolute", "present", "named"),
    # villages, by the law on villagers' committees: ten days; more than half of the villagers, or two thirds of the homes
    ("village-assembly", "meet", "residents", "village_assembly", 10, "half", "half", "absolute", "present", "named"),
    ("village-households", "meet", "households", "village_households", 10, *["two_thirds"] * 2, "absolute", "present", "named"),
    ("village-covenant", "consult", "residents", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("village-covenant", "assembly", "residents", "village_assembly", 10, "half", "half", "absolute", "present", "named"),
    # two thirds of the members, more than half of those present; Zhejiang measures 23: items three days ahead
    ("village-representatives", "meet", "representatives", "village_representatives", 3, *["two_thirds"] * 2, "absolute", "present", "named"),
    ("village-four-deliberations", "consult", "committees", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("village-four-deliberations", "review", "party_members", "", 3, *["two_thirds"] * 2, "absolute", "entitled", "named"),
    ("village-four-deliberations", "decide", "representatives", "village_representatives", 3, *["two_thirds"] * 2, "absolute", "present", "named"),
    ("village-major", "forum", "residents", "", 3, "none", "half", "absolute", "present", "named"),  # own
    ("village-major", "ballot", "representatives", "village_representatives", 3, *["two_thirds"] * 2, "absolute", "present", "secret"),
]  # fmt: skip


def votes_of(name: str) -> list[tuple[str, AgendaPlan, QuestionPlan]]:
    """(stage, the sitting's plan, its vote) of everything a template puts to the vote."""
    data = load_data(name)
    sittings = [("", data)]
    if "stages" in data:
        sittings = [
            (one["stage"], sitting_of(data, one["stage"])) for one in data["stages"] if one["kind"] == "sitting"
        ]
    found = []
    for stage, sitting in sittings:
        plan = plan_from(sitting)
        found += [(stage, plan, one.question) for one in plan.links if one.question is not None]
    return found


def test_every_vote_is_held_as_its_article_says_and_none_is_forgotten() -> None:
    found = [
        (
            name, stage, plan.roll.value, asked.decision, plan.notice.days, plan.attendance,
            asked.quorum, asked.majority, asked.base, asked.kind,
        )
        for name in template_ids()
        for stage, plan, asked in votes_of(name)
    ]  # fmt: skip
    assert sorted(found) == sorted(VOTES)


@pytest.mark.parametrize("name", template_ids())
def test_the_figures_of_a_vote_by_law_are_those_of_its_law_and_its_roll_is_its_body(name: str) -> None:
    for stage, plan, asked in votes_of(name):
        for body in (plan.roll, *plan.roll_or):
            rule, _options = rule_of(words_of(asked, body))
            assert (rule.quorum, rule.majority, rule.base) == figures_of(asked), f"{name} {stage} {body}"
            assert refuse_law(rule) is None and refuse_body(rule, body) is None
        assert bool(asked.decision) or rule.system is System.DELIBERATION
        assert not asked.decision or plan.system == rule.system.value


def figures_of(asked: QuestionPlan) -> tuple[Quorum, Majority, Base]:
    """What the words in the file say, whatever the law says."""
    spoken = rule_from_template(majority=asked.majority, quorum=asked.quorum, base=asked.base)
    return spoken.quorum, spoken.majority, spoken.base


def test_what_villages_decide_by_their_own_law_is_offered_there_only() -> None:
    for name in template_ids():
        asked = [one.decision for _stage, _plan, one in votes_of(name) if one.decision]
        by_town = any(one in ("residents_assembly", "representatives") for one in asked)
        by_village = any(one.startswith("village_") for one in asked)
        assert load_data(name).get("where", "") == ("villages" if by_village else "communities" if by_town else ""), (
            name
        )


def test_periods_set_by_law_name_their_article() -> None:
    for name, stage in (("covenant", "assembly"), ("owners-ordinary", "assembly"), ("owners-special", "assembly")):
        law = procedure_from(load_data(name)).stage(stage).notice.law
        assert law is not None and ("26" in law.zh or "14" in law.zh)
    assert procedure_from(load_data("representatives")).stage("meet").notice.law is None


@pytest.mark.parametrize("name", procedure_ids())
def test_what_binds_or_is_done_is_disclosed_for_fifteen_days(name: str) -> None:
    last = procedure_from(load_data(name)).stages[-1]
    assert last.kind is StageKind.DISCLOSURE and last.days_at_least >= 15


@pytest.mark.parametrize(
    "name",
    [
        "major", "covenant", "representatives",
        "village-major", "village-covenant", "village-representatives", "village-assembly", "village-households",
    ],
)  # fmt: skip
def test_the_party_organisation_studies_before_the_assembly_or_representatives(name: str) -> None:
    names = [
        stage.stage for stage in procedure_from(load_data(name)).stages if "party-view" in (*stage.gives, *stage.needs)
    ]
    assert len(names) == 2


def test_three_up_three_down_has_three_rounds_and_three_disclosures() -> None:
    stages = procedure_from(load_data("major")).stages
    assert [stage.round for stage in stages if stage.round] == [1, 1, 2, 2, 3, 3]
    assert sum(stage.kind is StageKind.DISCLOSURE for stage in stages) == 3


def test_urgent_is_called_in_two_hours_acted_on_in_a_day_and_ratified() -> None:
    plan = procedure_from(load_data("urgent"))
    assert plan.stage("meet").hours_at_most == 2 and plan.stage("meet").notice.days == 0
    assert plan.stage("act").hours_at_most == 24
    assert plan.after("tell") is plan.stage("ratify")


@pytest.mark.parametrize("name", procedure_ids())
def test_every_stage_is_reached_and_every_way_ends(name: str) -> None:
    stages = procedure_from(load_data(name)).stages
    ways = edges(stages)
    reached, waiting = set(), [stages[0].stage]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        waiting += [way.to for way in ways if way.start == here and way.to and way.to not in reached]
    assert reached == {stage.stage for stage in stages}
    assert all(way.times > 0 for way in ways if way.is_back), "a way back that never ends"


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("  - stage: write", "  - stage: collect", "stages[1].stage", "named twice"),
        ("needs: [draft, legal-view]", "needs: [filing]", "stages[2].needs[0]", "no earlier stage"),
        ("gives: [filing]", "gives: [receipt]", "stages[5].gives[0]", "not among the papers"),
        ("gives: [filing]", "gives: [receipt]", "papers[3].paper", "no stage gives"),
        ("{to: write, times: 2}", "{to: file, times: 2}", "stages[2].on_failed.to", "no earlier stage"),
        ("    on_failed: {to: write, times: 2}", "    after_failed: true", "stages[2].after_failed", "leads here"),
        (
            "  - stage: consult\n    kind: sitting",
            "  - stage: consult\n    kind: work",
            "stages[2].links",
            "only a sitting",
        ),
        ("    days_at_least: 7\n", "", "stages[0]", "days_at_least is missing"),
        ("    kind: collect", "    kind: gather", "stages[0].kind", "must be one of collect"),
        ("- paper: draft", "- paper: Draft", "papers[0].paper", "small letters"),
        ("      - link: talk", "      - link: opening", "stages[2].links[2].link", "must come first"),
        ("\nlaw:", "\nlore:", "lore", "unknown key"),
    ],
)
def test_a_fault_in_a_stage_is_named_by_file_line_and_key(old: str, new: str, key: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(BadTemplate) as caught:
        read(TEXT.replace(old, new, 1), SCHEMA, file="x.yaml")
    found = [one for one in caught.value.faults if one.key == key]
    assert found, [str(one) for one in caught.value.faults]
    assert words in found[0].problem and found[0].file == "x.yaml" and found[0].line > 1


def test_links_or_stages_never_both() -> None:
    both = TEXT + "links:\n  - {link: action, title: {zh: 一, en: one}, minutes: 1, say: {zh: 一, en: one}}\n"
    with pytest.raises(BadTemplate, match="exactly one of links"):
        read(both, SCHEMA)


@pytest.mark.parametrize("name", procedure_ids())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_picture_keeps_its_words_inside_and_its_boxes_apart(name: str, lang: str) -> None:
    stages = procedure_from(load_data(name)).stages
    nodes = [Node(one.stage, one.title.pick(lang), one.say.pick(lang)) for one in stages]
    ways = [Way(one.start, str(one.to), "") for one in edges(stages) if one.is_back]
    picture = draw(nodes, ways)
    assert len(picture.arrows) == len(nodes) - 1 + len(ways)
    for one, two in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert one.y + one.height < two.y
    for box in picture.boxes:
        for text, y in (*box.title, *box.note):
            assert box.y < y < box.y + box.height
            assert width_of(text) <= LETTERS + 2, text


def test_texts_break_between_words_and_han_characters() -> None:
    assert broken("a bb ccc", 4) == ["a bb", "ccc"]
    assert broken("一二三四", 4) == ["一二", "三四"]
    assert broken("一二，三", 4) == ["一", "二，", "三"] or broken("一二，三", 6) == ["一二，", "三"]
    assert broken("") == [""]
