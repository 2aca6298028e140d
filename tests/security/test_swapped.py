"""Identifiers of others in one's own requests: every path and field that names a thing, with a thing of another's."""

from collections.abc import Callable
from typing import Any

import pytest

from linyue.base.model import Session
from linyue.matters import service_photos
from linyue.matters.model import Matter, MatterPhoto
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules_plan import Link
from linyue.people.model import Occupancy, Person, RoleGrant
from linyue.people.rules import ClaimState
from linyue.people.service import phone_of
from linyue.questions.model import Question
from linyue.rounds import service as rounds
from linyue.rounds import service_chair
from linyue.rounds.model import GroupNote, Point
from tests.client import Client
from tests.make.people import make_person
from tests.security.test_photos import picture
from tests.security.world import World, changes

NewClient = Callable[[], Client]
Attack = tuple[str, str, dict[str, Any]]
"""Who, where to, with which fields."""


async def room_attacks(world: World) -> list[Attack]:
    """Things of the other room through the door of one's own."""
    own, other = world.round, world.other
    live, run = f"/live/{own.hall.meeting.join_code}", f"/run/{own.hall.meeting.public_id}"
    group, topic = other.group.id, other.topic.id
    note = await GroupNote.filter(group_id=group).first()
    item = (await AgendaItem.of(other.hall.meeting.id))[0]
    draft, draft_item = world.draft.meeting.public_id, (await AgendaItem.of(world.draft.meeting.id))[0]
    assert note is not None
    seen = {"seen": str(topic)}
    return [
        ("voter", f"{live}/groups/{group}/join", {}),
        ("voter", f"{live}/groups/{group}/note", {"text": "fremd", "seen": "1"}),
        ("voter", f"{live}/groups/{group}/points", {"text": "fremd", "stance": "for"}),
        ("voter", f"{live}/report/topic/{topic}", {"reason": "x"}),
        ("voter", f"{live}/report/note/{note.id}", {"reason": "x"}),
        # Somebody who sits in the other room's group, in a room where they have no voice, and in one where they have.
        ("other_voter", f"{live}/groups/{group}/points", {"text": "fremd", "stance": "for"}),
        ("other_voter", f"{live}/groups/{own.group.id}/note", {"text": "fremd", "seen": "1"}),
        ("other_voter", f"{live}/topics", {"text": "fremd"}),
        ("other_voter", f"{live}/speak", {"stance": "for"}),
        ("other_voter", f"{live}/check-in", {}),
        ("stranger", f"{live}/topics", {"text": "fremd"}),
        ("chair", f"{run}/posts/topic/{topic}", {"reason": "x"}),
        ("chair", f"{run}/posts/note/{note.id}", {"reason": "x"}),
        ("chair", f"{run}/form-group", seen),
        ("chair", f"{run}/dissolve-group", {"seen": str(group)}),
        ("chair", f"{run}/merge-topic", {"seen": str(own.topic.id), "into": str(topic)}),
        ("chair", f"{run}/separate-topic", seen),
        ("chair", f"{run}/next-speaker", {"seen": "1"}),
        ("chair", f"/meetings/{draft}/items/{item.id}/move", {"step": "1"}),
        ("draft_chair", f"/meetings/{draft}/items/{item.id}/move", {"step": "1"}),
        ("draft_chair", f"/meetings/{draft}/items/{item.id}", {"minutes": "5"}),
        ("draft_chair", f"/meetings/{draft}/matters", {"number": world.matters["council"].number}),
        ("chair", f"/meetings/{draft}/items/{draft_item.id}", {"minutes": "5"}),
        ("other_chair", f"{run}/next-item", {"seen": "2"}),
        ("recorder", f"{run}/end", {"sure": "yes"}),
        ("voter", f"{run}/blank", {}),
    ]


async def matter_attacks(world: World) -> list[Attack]:
    """Matters of other communities, other desks, other people."""
    m = {name: (await Matter.get(id=matter.id)) for name, matter in world.matters.items()}
    v = {name: {"version": str(matter.version)} for name, matter in m.items()}
    far_photo = await MatterPhoto.filter(matter_id=m["far"].id).first()
    assert far_photo is not None
    here = world.here
    return [
        ("worker", f"/m/{m['far'].number}/triage", {**v["far"], "way": "own_desk"}),
        ("far_worker", f"/m/{m['new'].number}/triage", {**v["new"], "way": "own_desk"}),
        ("worker", f"/m/{m['new'].number}/merge", {**v["new"], "into": m["far"].number}),
        ("worker", f"/m/{m['new'].number}/merge", {**v["new"], "into": m["secret"].number}),
        ("worker", f"/m/{m['new'].number}/hide", {**v["new"], "reason": "x", "photo": far_photo.public_id}),
        ("worker", f"/m/{m['far'].number}/hide", {**v["far"], "reason": "x"}),
        ("worker", f"/m/{m['far'].number}/note", {"note": "x"}),
        ("far_clerk", f"/m/{m['centre'].number}/complete", {**v["centre"], "text": "x"}),
        ("clerk", f"/m/{m['desk'].number}/complete", {**v["desk"], "text": "x"}),
        ("far_worker", f"/m/{m['desk'].number}/complete", {**v["desk"], "text": "x"}),
        ("neighbour", f"/m/{m['new'].number}/withdraw", v["new"]),
        ("neighbour", f"/m/{m['desk'].number}/rate", {**v["desk"], "rating": "satisfied"}),
        ("neighbour", f"/m/{m['secret'].number}/follow", {}),
        ("neighbour", f"/m/{m['secret'].number}/flag", {"reason": "x"}),
        ("neighbour", f"/m/{m['new'].number}/answer", {**v["new"], "text": "x"}),
        ("neighbour", "/report", {"form_id": m["new"].form_id, "place": str(here.tree.building.id), "title": "x"}),
        ("neighbour", "/report/check", {"form_id": "form-with-a-photo-of-another", "place": "1", "title": "x"}),
    ]


async def people_attacks(world: World) -> list[Attack]:
    """Homes, sessions, numbers and roles of others."""
    claims = {c.unit_id: c for c in await Occupancy.filter(state=ClaimState.CLAIMED)}
    tree = world.here.tree
    far_claim, claim = claims[tree.other_unit.id], claims[tree.units[0].id]
    people = {who: await Person.get(id=i) for who, i in world.people.items()}
    other_session = await Session.filter(person_id=world.people["resident"]).first()
    grant = await RoleGrant.filter(person_id=world.people["officer"]).first()
    question = world.decided.question.public_id
    assert other_session is not None and grant is not None
    return [
        ("worker", f"/desk/claims/{far_claim.id}/confirm", {}),
        ("worker", f"/desk/claims/{far_claim.id}/refuse", {"reason": "x"}),
        ("far_worker", f"/desk/claims/{claim.id}/confirm", {}),
        ("newcomer", f"/desk/claims/{claim.id}/confirm", {}),
        ("worker", f"/desk/people/{people['far_resident'].public_id}", {"phone": "13911112222"}),
        ("worker", f"/desk/people/{people['officer'].public_id}", {"phone": "13911112222"}),
        ("worker", f"/desk/people/{people['administrator'].public_id}", {"phone": "13911112222"}),
        ("worker", f"/desk/enrol/{tree.other_unit.id}", {"tenure": "owner", "legal_name": "李四"}),
        ("worker", f"/desk/unit-codes/of/{tree.other_unit.parent_id}", {"tenure": "owner"}),
        ("far_worker", f"/desk/unit-codes/{world.sheet}/put-away", {}),
        ("neighbour", f"/me/sessions/{other_session.id}/end", {}),
        ("worker", f"/admin/roles/{grant.id}/end", {}),
        ("worker", "/admin/roles", {"who": people["worker"].public_id, "role": "administrator", "place_code": tree.district.code}),
        ("officer", f"/admin/places/import/{world.draft_list}", {}),
        ("stranger", f"/q/{question}/resolution", {"text": "x", "owner": people["stranger"].public_id, "due": "2026-12-24"}),
        ("member", f"/q/{question}/resolution", {"text": "x", "owner": people["stranger"].public_id, "due": "2026-12-24"}),
    ]  # fmt: skip


async def test_nothing_of_others_changes(world: World, visitors: NewClient) -> None:
    photo = service_photos.clean_photo(picture())
    await MatterPhoto.create(public_id="photo-of-far", matter_id=world.matters["far"].id, sha256=photo.sha256, width=1, height=1, added_at=world.matters["far"].reported_at)  # fmt: skip
    clients = await world.clients(visitors)
    attacks = [*await room_attacks(world), *await matter_attacks(world), *await people_attacks(world)]
    problems = []
    before = world.dump()
    for who, path, fields in attacks:
        answer = await clients[who].send_form(path, fields)
        now = world.dump()
        if answer.status_code >= 500 or changes(before, now):
            problems.append(f"{who}: {path} {fields}: {answer.status_code} {changes(before, now)}")
            before = now
    assert not problems, "\n".join(problems)
    alive = [who for who, client in clients.items() if who and (await client.get("/me")).status_code != 200]
    assert not alive, f"signed out by an attack: {alive}"


async def test_a_question_of_another_room(world: World, visitors: NewClient) -> None:
    """Neither the chair next door nor a voter next door touches it, by form or by the console's hidden number."""
    other, own = world.other, world.round
    for made in (own, other):
        await made.hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(other.hall.chair, other.hall.meeting.id, "同意吗？")
    mine = await service_chair.put_question(own.hall.chair, own.hall.meeting.id, "同意吗？")
    chair, voter = await world.client(visitors, "chair"), await world.client(visitors, "voter")
    run, before = f"/run/{own.hall.meeting.public_id}", world.dump()
    ballot = {"choice": "for", "client_id": "swapped-00000001", "replaces": "0"}
    for step in ("open-question", "close-question", "publish-result"):
        await chair.send_form(f"{run}/{step}", {"seen": str(put.id), "sure": "yes"})
        assert changes(before, world.dump()) == [], step
    put = await service_chair.open_question(other.hall.chair, other.hall.meeting.id, put.id)
    before = world.dump()
    for step in ("close-question", "publish-result", "open-question"):
        await chair.send_form(f"{run}/{step}", {"seen": str(put.id), "sure": "yes"})
        assert changes(before, world.dump()) == [], step
    assert (await voter.send_form(f"/q/{put.public_id}/ballot", ballot)).status_code == 409
    assert (await voter.get(f"/q/{put.public_id}/receipt")).status_code == 303
    assert changes(before, world.dump()) == [] and (await Question.get(id=mine.id)).state.value == "draft"


async def test_points_stay_in_their_room(world: World) -> None:
    """Somebody with a voice in two rooms, who sits in a group of one, brings nothing back to the other from there."""
    person = await make_person("两处有房", home=world.here.tree.units[1])
    for made in (world.round, world.other):
        home = await Occupancy.filter(person_id=made.hall.neighbours[1].person_id).select_related("unit").first()
        assert home is not None
        await Occupancy.create(person_id=person.id, unit_id=home.unit_id, tenure="tenant", state=ClaimState.CONFIRMED, claimed_at=home.claimed_at)  # fmt: skip
    actor = type(world.round.hall.chair)(person_id=person.id)
    for made in (world.round, world.other):
        await made.hall.enter(actor)
    await rounds.join_group(actor, world.other.hall.meeting.id, world.other.group.id)
    with pytest.raises(rounds.NotFound):
        await rounds.bring_back(actor, world.round.hall.meeting.id, world.other.group.id, "混进来", rounds.Stance.FOR)
    assert await Point.all().count() == 0


HIDDEN = ("邻居家的事", "secret")


async def test_what_is_not_public_is_read_by_its_own_people_only(world: World, visitors: NewClient) -> None:
    """The private matter, its slip, its photo, and the photo that was hidden."""
    matter = await Matter.get(id=world.matters["secret"].id)
    photo = service_photos.clean_photo(picture())
    service_photos.store_photo(world.settings.data, photo)
    for public_id, owner, reason in (("photo-private", matter, ""), ("photo-hidden", world.matters["new"], "说了名字")):
        await MatterPhoto.create(public_id=public_id, matter_id=owner.id, sha256=photo.sha256, width=64, height=48, hidden_reason=reason, added_at=matter.reported_at)  # fmt: skip
    may = {"resident", "worker", "worker2", "officer", "supervisor"}
    clients = await world.clients(visitors)
    for who, client in clients.items():
        page = await client.get(f"/m/{matter.number}")
        picture_of = await client.get("/photos/photo-private")
        hidden = await client.get("/photos/photo-hidden")
        slip = await client.get(f"/m/{matter.number}/slip.svg")
        assert (page.status_code == 200) is (who in may), who
        assert (picture_of.status_code == 200) is (who in may), who
        assert (hidden.status_code == 200) is (who in may - {"resident"}), who
        assert (slip.status_code == 200) is (who in {"resident", "worker", "worker2"}), who
        listed = (await client.get("/matters")).text + (await client.get(f"/matters?q={HIDDEN[0]}")).text
        assert f"/m/{matter.number}" not in listed, who
        assert who in may or HIDDEN[0] not in page.text


async def test_numbers_and_names_of_others_are_masked(world: World, visitors: NewClient) -> None:
    """No page of anybody holds a whole phone number, or the legal name of a claim but for its own desk."""
    clients = await world.clients(visitors)
    rows = await Person.filter(id__in=list(world.people.values()))
    from_phone = {p.id: phone_of(p) for p in rows}
    digits = {number.removeprefix("+86") for number in from_phone.values() if number}
    for who, client in clients.items():
        for path in (
            "/",
            "/me",
            "/desk/claims",
            f"/desk/people?unit={world.here.tree.units[0].id}",
            "/admin/roles",
            "/inbox",
            "/matters",
        ):
            text = (await client.get(path)).text
            assert not [d for d in digits if d in text], (who, path)
            assert "张三" not in text or who in {"worker", "worker2", "newcomer"}, (who, path)
