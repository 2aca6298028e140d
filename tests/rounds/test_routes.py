"""The whole evening by forms alone: no script, no socket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from linyue.base import i18n
from linyue.base.model import Session
from linyue.meetings import service_floor
from linyue.meetings.model import Attendance
from linyue.meetings.rules import Channel, MeetingState
from linyue.meetings.rules_floor import rules_version
from linyue.meetings.rules_plan import Link
from linyue.meetings.rules_speakers import Stance
from linyue.meetings.service import screen_path
from linyue.people.model import Person
from linyue.questions import service, service_paper
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.questions.rules_channels import Channel as Way
from linyue.questions.rules_paper import BatchForm, counted
from linyue.rounds import service as rounds
from linyue.rounds import service_motions
from linyue.rounds.model import Group, Topic
from linyue.rounds.rules import PostKind
from tests.client import Client
from tests.conftest import MovableClock
from tests.make.meetings import make_meeting
from tests.make.rounds import make_round

pytestmark = [pytest.mark.anyio]


@pytest.fixture(autouse=True)
def strict() -> None:
    i18n.is_strict = True


async def ok(client: Client, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("location"))
    return answer.text


async def sent(client: Client, path: str, data: dict[str, object] | None = None) -> str:
    answer = await client.send_form(path, data)
    assert answer.status_code == 303, (path, answer.status_code, answer.text[-3000:])
    return answer.headers["location"]


async def test_the_evening_by_forms(new_client: Callable[[], Client], clock: MovableClock) -> None:
    hall = await make_meeting(MeetingState.RUNNING)
    code, run = hall.meeting.join_code, f"/run/{hall.meeting.public_id}"
    live = f"/live/{code}"
    chair, one, two, watcher, screen = (new_client() for _ in range(5))
    await chair.sign_in_as(hall.chair.person_id)
    await one.sign_in_as(hall.neighbours[0].person_id)
    await two.sign_in_as(hall.neighbours[1].person_id)
    wall = screen_path(hall.meeting)
    assert "登录后发言、投票" in await ok(watcher, live)
    console = await ok(chair, run)
    assert "一次只谈一件事" in console and "还没有人贴题目" in console, (
        "the chair has the rules to read and the topics so far"
    )
    assert 'target="_blank"' in console, "the big screen must not take the console's place"
    door = await ok(one, live)
    assert "我到了" in door and '<details class="log" open' not in door, "the rules are folded above the button"
    assert (await one.send_form(f"{live}/check-in")).status_code == 409
    await sent(one, f"{live}/check-in", {"accepted": rules_version(hall.meeting.plan_data)})
    await ok(one, f"{live}/topics/new")
    await sent(one, f"{live}/topics", {"text": "先修哪几幢"})
    asked = await two.send_form(f"{live}/topics", {"text": '钱从"哪里"来'})
    assert asked.status_code == 409 and "我照这些规则参加，继续" in asked.text and await Topic.all().count() == 1
    kept = 'name="text" value="钱从&#34;哪里&#34;来"'
    version = rules_version(hall.meeting.plan_data)
    assert kept in asked.text and f'action="{live}/topics?accepted={version}"' in asked.text
    assert (await two.send_form(f"{live}/topics?accepted=000000000000", {"text": "钱"})).status_code == 409
    await sent(two, f"{live}/topics?accepted={version}", {"text": "钱从哪里来"})
    assert (await one.send_form(f"{live}/topics", {"text": ""})).status_code == 422
    assert "钱从哪里来" in await ok(screen, wall)
    await sent(chair, f"{run}/next-item", {"seen": 0})
    assert "成一组" in await ok(chair, run)
    for topic in await Topic.all():
        await sent(chair, f"{run}/form-group", {"seen": topic.id, "place": "东侧"})
    await sent(chair, f"{run}/next-item", {"seen": 1})
    group, other = await Group.of(hall.meeting.id)
    await sent(one, f"{live}/groups/{group.id}/join")
    await sent(two, f"{live}/groups/{other.id}/join")
    await sent(two, f"{live}/groups/{group.id}/join")
    assert "换到这组" in await ok(two, live)
    await sent(chair, f"{run}/next-item", {"seen": 2})
    note = f"{live}/groups/{group.id}/note"
    await ok(one, note)
    await sent(one, note, {"text": "先修5幢。", "seen": 0})
    assert "/report/note/" in await ok(one, note)
    await sent(two, note, {"text": "问物业。", "seen": 0})
    assert "先修5幢。\n问物业。" in await ok(one, note), "two additions are joined without a word"
    await sent(one, note, {"text": "先修5幢，再修7幢。\n问物业。", "seen": 2})
    late = await two.send_form(note, {"text": "先修7幢。\n问物业。", "seen": 2})
    assert late.status_code == 409, "both reworded one line"
    assert "先修5幢，再修7幢。\n先修7幢。\n问物业。</textarea>" in late.text
    await sent(two, note, {"text": "先修5幢，再修7幢。\n问物业。", "seen": 3})
    await ok(one, f"{live}/groups/{group.id}/points/new")
    await sent(one, f"{live}/groups/{group.id}/points", {"text": "漏得最凶", "stance": "for"})
    await sent(chair, f"{run}/next-item", {"seen": 3})
    assert "漏得最凶" in await ok(watcher, live) and "漏得最凶" in await ok(screen, wall)
    await sent(one, f"{live}/speak", {"stance": "for"})
    assert "前面没有人" in await ok(one, live)
    await sent(chair, f"{run}/next-speaker")
    await sent(chair, f"{run}/undo")
    await sent(one, f"{live}/unspeak")
    await sent(chair, f"{run}/put-question", {"text_zh": "是否同意先修5幢和7幢？", "text_en": ""})
    question = await Question.get()
    await ok(screen, wall)
    await sent(chair, f"{run}/open-question", {"seen": question.id})
    assert "data-ballot" in await ok(one, live)
    assert "截止投票" in await ok(chair, run)
    ballot = await one.get(f"{live}/ballot")
    assert ballot.headers["location"] == f"/q/{question.public_id}/ballot"
    assert not await Attendance.filter(person_id=hall.chair.person_id).exists(), "a vote waits for no rules"
    for who, choice in ((one, "for"), (two, "for"), (chair, "for")):
        body = {"choice": choice, "client_id": f"client-{choice}-{id(who)}", "replaces": 0, "manifest": ""}
        await sent(who, f"/q/{question.public_id}/ballot", body)
    assert "您已投票" in await ok(one, live)
    assert "赞成和反对" in await ok(chair, run)
    assert await sent(chair, f"{run}/close-question", {"seen": question.id}) == f"{run}?sure=close"
    assert "确定截止" in await ok(chair, f"{run}?sure=close")
    await sent(chair, f"{run}/close-question", {"seen": question.id, "sure": "yes"})
    shown = await ok(screen, wall)
    assert "通过" not in shown and "通过</span>" not in await ok(one, live) + await ok(chair, run)
    await sent(chair, f"{run}/publish-result", {"seen": question.id})
    assert "通过</span>" in await ok(one, live) and "通过</span>" in await ok(chair, run)
    assert "通过" in await ok(screen, wall)
    await sent(chair, f"{run}/next-item", {"seen": 4})
    await ok(watcher, live)
    assert 'id="live"' in await ok(chair, run)
    assert await sent(chair, f"{run}/end") == f"{run}?sure=end", (
        "the end cannot be taken back, so it is asked about once"
    )
    assert "确定散会" in await ok(chair, f"{run}?sure=end")
    await sent(chair, f"{run}/end", {"sure": "yes"})
    assert 'id="live"' not in await ok(chair, run), "nothing to connect to any more"
    over = await watcher.get(live)
    assert over.headers["location"] == f"/meetings/{hall.meeting.public_id}", "whoever comes late finds what came of it"
    assert (await watcher.get("/live/000000")).status_code == 404
    assert "散会" in await ok(screen, wall)
    assert "是否同意先修" in await ok(watcher, f"/meetings/{hall.meeting.public_id}")


async def test_english_and_every_slide(new_client: Callable[[], Client], clock: MovableClock) -> None:
    for state in (None, QuestionState.DRAFT, QuestionState.OPEN, QuestionState.CLOSED, QuestionState.PUBLISHED):
        made = await make_round(Link.GROUPS, state)
        chair, wall = new_client(), new_client()
        await chair.sign_in_as(made.hall.chair.person_id)
        for client in (chair, wall):
            client.cookies.set("lang", "en", domain="127.0.0.1")
        await ok(chair, f"/run/{made.hall.meeting.public_id}")
        room = await ok(chair, f"/live/{made.hall.meeting.join_code}")
        shown = await ok(wall, screen_path(made.hall.meeting))
        is_open = state is QuestionState.OPEN
        assert ("Time left to vote" in room) is is_open, "one clock: the vote's while there is one, else the item's"
        assert ("vote on your phone" in shown) is is_open


async def test_only_the_chair_runs_and_the_screen_can_do_nothing(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    hall = await make_meeting()
    neighbour, nobody = new_client(), new_client()
    await neighbour.sign_in_as(hall.neighbours[0].person_id)
    run = f"/run/{hall.meeting.public_id}"
    assert (await neighbour.get(run)).status_code == 403
    assert (await neighbour.send_form(f"{run}/next-item", {"seen": 0})).status_code == 403
    assert (await nobody.send_form(f"{run}/end")).status_code in (303, 403)
    assert (await hall.fresh()).state is MeetingState.RUNNING
    wall = screen_path(hall.meeting)
    assert (await nobody.send_form(wall)).status_code == 405
    assert (await nobody.get("/screen/wrong")).status_code == 404


async def test_the_chair_finds_the_console_from_the_room(new_client: Callable[[], Client], clock: MovableClock) -> None:
    hall = await make_meeting()
    live, console = f"/live/{hall.meeting.join_code}", f'href="/run/{hall.meeting.public_id}"'
    chair, neighbour, nobody = (new_client() for _ in range(3))
    await chair.sign_in_as(hall.chair.person_id)
    await neighbour.sign_in_as(hall.neighbours[0].person_id)
    assert console in await ok(chair, live)
    assert console not in await ok(neighbour, live) and console not in await ok(nobody, live)


async def test_a_stranger_watches_and_is_told_why_not_more(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    await client.sign_in_as(hall.stranger.person_id)
    live = f"/live/{hall.meeting.join_code}"
    room = await ok(client, live)
    assert "您可以旁听" in room and "可以发言、投票" not in room
    assert 'href="/me/homes"' in room  # and how to come on the roll
    refused = await client.send_form(f"{live}/topics", {"text": "x"})
    assert refused.status_code == 422 and "名册" in refused.text


async def test_reports_reach_the_chair(new_client: Callable[[], Client], clock: MovableClock) -> None:
    made = await make_round(Link.CALL)
    chair, neighbour = new_client(), new_client()
    await chair.sign_in_as(made.hall.chair.person_id)
    await neighbour.sign_in_as(made.hall.neighbours[1].person_id)
    path = f"/live/{made.hall.meeting.join_code}/report/topic/{made.topic.id}"
    await ok(neighbour, path)
    assert (await neighbour.send_form(path, {"reason": ""})).status_code == 422
    await sent(neighbour, path, {"reason": "说人了"})
    run = f"/run/{made.hall.meeting.public_id}"
    assert "说人了" in await ok(chair, run)
    await sent(chair, f"{run}/posts/topic/{made.topic.id}", {"reason": "说人不说事"})
    assert "说人不说事" in await ok(neighbour, f"/live/{made.hall.meeting.join_code}")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", PostKind)
async def test_the_chair_reads_what_was_reported_and_takes_it_from_view(
    kind: PostKind, new_client: Callable[[], Client], clock: MovableClock
) -> None:
    made = await make_round(Link.GROUPS)
    hall, meeting_id, words = made.hall, made.hall.meeting.id, f"{kind.value}：这一句说人不说事"
    writer, group = hall.neighbours[0], made.group
    await rounds.join_group(writer, meeting_id, group.id)
    match kind:
        case PostKind.TOPIC:
            words, post_id = made.topic.text, made.topic.id
        case PostKind.NOTE:
            post_id = (await rounds.save_note(writer, meeting_id, group.id, 0, words)).id
        case PostKind.POINT:
            post_id = (await rounds.bring_back(writer, meeting_id, group.id, words, Stance.FOR)).id
        case PostKind.MOTION:
            post_id = (await service_motions.move(writer, meeting_id, group.id, words)).id
        case PostKind.ORDER:
            post_id = (await service_floor.raise_point(writer, meeting_id, words)).id
    await rounds.report_post(hall.neighbours[1], meeting_id, kind, post_id, "说人了")
    chair = new_client()
    await chair.sign_in_as(hall.chair.person_id)
    run = f"/run/{hall.meeting.public_id}"
    shown = (await ok(chair, run)).split('id="why-')[0].rsplit('class="note-own"', 1)[1]
    assert words in shown
    await sent(chair, f"{run}/posts/{kind.value}/{post_id}", {"reason": "说人不说事"})
    post = await rounds.find_post(meeting_id, kind, post_id)
    assert (post.text, post.hidden_reason) == (words, "说人不说事")
    if kind is not PostKind.TOPIC:  # the title of a group stays on it
        page = await ok(chair, run)
        assert page.count(words) == 1, "only where the chair may show it again"
        assert page.index(words) < page.index(f"/posts/{kind.value}/{post_id}/show")
    if kind is PostKind.ORDER:
        resident = new_client()
        await resident.sign_in_as(hall.neighbours[1].person_id)
        room = await ok(resident, f"/live/{hall.meeting.join_code}")
        assert words not in room and i18n.t("zh-CN", "rounds-hidden", reason="说人不说事") in room


@pytest.mark.sqlite_only
async def test_the_chair_of_weeks_ago_signs_in_again(new_client: Callable[[], Client], clock: MovableClock) -> None:
    hall = await make_meeting()
    chair, run = new_client(), f"/run/{hall.meeting.public_id}"
    await chair.sign_in_as(hall.chair.person_id)
    await ok(chair, run)
    await Session.filter(person_id=hall.chair.person_id).update(created_at=datetime.now(UTC) - timedelta(hours=13))
    answer = await chair.get(run)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?again=1&next={run}")
    page = await ok(chair, answer.headers["location"])
    assert i18n.t("zh-CN", "people-sign-in-again") in page and f'value="{run}"' in page
    await ok(chair, f"/live/{hall.meeting.join_code}")


async def test_tickets_are_given_to_anybody_with_the_code(client: Client, clock: MovableClock) -> None:
    hall = await make_meeting()
    answer = await client.send_form(f"/live/{hall.meeting.join_code}/ticket")
    assert answer.status_code == 200 and len(answer.json()["ticket"]) > 20
    assert (await client.send_form("/live/000000/ticket")).status_code == 404


async def test_state_without_a_socket(new_client: Callable[[], Client], clock: MovableClock) -> None:
    made = await make_round(question=QuestionState.OPEN)
    client = new_client()
    await client.sign_in_as(made.hall.neighbours[0].person_id)
    for path in (f"/live/{made.hall.meeting.join_code}/state", f"{screen_path(made.hall.meeting)}/state"):
        answer = await client.get(path)
        assert answer.json()["turnout"]["ballots"]["cast"] == 0
        assert ("you" in answer.json()) == path.startswith("/live")
        again = await client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert "against" not in str(answer.json()["turnout"])


async def test_the_code_at_the_door_counts_the_hall_apart_and_hands_leave_the_others_their_vote(
    new_client: Callable[[], Client], clock: MovableClock
) -> None:
    made = await make_round(question=QuestionState.OPEN)
    hall, question = made.hall, made.question
    assert question is not None
    recorder, inside, late, at_home = (new_client() for _ in range(4))
    for client, who in zip((recorder, inside, late, at_home), (hall.recorder, *hall.neighbours), strict=True):
        await client.sign_in_as(who.person_id)
    live, base = f"/live/{hall.meeting.join_code}", f"/meetings/{hall.meeting.public_id}"
    door = await ok(recorder, f"{base}/door")
    assert "/door/sheet" in door and "签到码" in await ok(recorder, f"{base}/door/sheet")
    assert (await recorder.get(f"{base}/door/qr.svg")).status_code == 200
    assert (await inside.get(f"{base}/door/sheet")).status_code == 403, "the code hangs at the door and nowhere else"
    version = rules_version(hall.meeting.plan_data)
    assert f"/sign-in?next={live}/door" in await ok(new_client(), f"{live}/door")
    assert "我到会场了" in await ok(inside, f"{live}/door")
    in_hall = Attendance.filter(meeting_id=hall.meeting.id, channel=Channel.HALL)
    assert not await in_hall.exists(), "looking changes nothing"
    await sent(inside, f"{live}/door", {"accepted": version})
    assert "您已在会场签到" in await ok(inside, f"{live}/door")
    await sent(at_home, f"{live}/check-in", {"accepted": version})
    await sent(late, f"{live}/check-in", {"accepted": version})
    assert "进场了" in await ok(recorder, f"{base}/door")
    person = await Person.get(id=hall.neighbours[1].person_id)
    await sent(recorder, f"{base}/door", {"person": person.public_id})
    await sent(inside, f"{live}/check-in", {"accepted": version})
    came = dict(await Attendance.filter(meeting_id=hall.meeting.id).values_list("person_id", "channel"))
    assert [str(came[one.person_id]) for one in hall.neighbours] == ["hall", "hall", "online"]
    batch = await service_paper.open_batch(hall.recorder, question.id, Way.HANDS, BatchForm.COUNTING)
    for who in (hall.recorder, hall.chair):
        await service_paper.key_batch(who, batch.id, counted({"for": 2, "against": 0, "abstain": 0}, 2, 0, 0))
    await service_paper.post_batch(hall.recorder, batch.id)
    vote = {"choice": "against", "client_id": "from-home-0001", "replaces": 0, "manifest": ""}
    assert await sent(at_home, f"/q/{question.public_id}/ballot", vote) == f"/q/{question.public_id}/receipt"
    refused = await late.send_form(f"/q/{question.public_id}/ballot", vote | {"client_id": "from-hall-0001"})
    assert refused.status_code == 409, "whoever came into the hall has raised a hand"
    result = (await service.close_question(hall.chair, question.id)).result
    assert result is not None and result["counts"] == {"for": 2, "against": 1, "abstain": 0}
