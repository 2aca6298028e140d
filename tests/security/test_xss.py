"""Markup typed into every field by everybody, then every page that shows it in a real browser: it stays words."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from linyue.base import session
from linyue.matters import service_handle, service_moderate, service_notes, service_report, service_triage
from linyue.matters.model import Matter
from linyue.matters.rules import Rating
from linyue.meetings import service_agenda
from linyue.meetings.model import AgendaItem
from linyue.meetings.rules_plan import Link
from linyue.meetings.service import screen_path
from linyue.people.model import Person
from linyue.places import service_import
from linyue.resolutions import service as resolutions
from linyue.resolutions.model import Resolution
from linyue.rounds import service as rounds
from linyue.rounds import service_chair
from linyue.rounds.rules import PostKind
from setup.local_servers import free_port
from tests.browser import Browsers
from tests.client import Client
from tests.make.matters import make_matter, version_of
from tests.make.people import actor_for
from tests.security.crawl import forms_now, pages_of, starts_of
from tests.security.world import STAFF, World
from tests.servers import LiveServer
from tests.zygote import Zygote

NewClient = Callable[[], Client]
CORPUS = [
    '"><img src=x onerror=__xss=1>', "<script>__xss=1</script>", "<svg/onload=__xss=1>", "</title><script>__xss=1</script>",
    "</textarea><img src=x onerror=__xss=1>", "<a href=javascript:__xss=1>x</a>", '<iframe srcdoc="<script>parent.__xss=1</script>">',
    '" onmouseover=__xss=1 autofocus onfocus="__xss=1', "' onfocus='__xss=1' autofocus x='", "&lt;img src=x onerror=__xss=1&gt;",
    r"\u003cimg src=x onerror=__xss=1\u003e", "<!--><img src=x onerror=__xss=1>-->", "{{7*7}}${7*7}<%=7%>#{7}", "[x](javascript:__xss=1)",
    '中文"><img src=x onerror=__xss=1>中文', "<style>*{background:url(//evil)}</style>", "</script><script>__xss=1</script>", "<base href=//evil>",
    "<form action=//evil><button>x", "<meta http-equiv=refresh content=0;url=//evil>", "<math><mi//xlink:href='javascript:__xss=1'>",
]  # fmt: skip
SHORT = ["<svg onload=__xss=1>", "<b onclick=__xss=1>", "'\"><i x=__xss>中", "<img src=x id=__x>"]
READERS = ("", "resident", "chair", "draft_chair", "member", "worker", "clerk", "administrator")
TEXTS = {"text", "title", "title_en", "reason", "note", "legal_name", "display_name", "department", "text_zh", "text_en", "venue",
         "name", "suggested", "question_zh", "question_en", "item", "kind", "words", "q"}  # fmt: skip
ALIEN = "img[src=x], svg[onload], iframe, base, form[action*=evil], meta[http-equiv=refresh], math, [onerror], [onload], [onfocus], [onclick], [onmouseover], [autofocus][x], a[href^=javascript], i[x]"
"""What only the corpus could have made on a page of ours."""


def words(number: int, most: int = 60) -> str:
    """One of the corpus, as long as there is room."""
    found = CORPUS[number % len(CORPUS)]
    return found if len(found) <= most else SHORT[number % len(SHORT)]


async def fill_by_forms(world: World, clients: dict[str, Client]) -> int:
    """Every text field of every form that pages show, twice; returns how many were taken."""
    taken = 0
    for turn in (0,):
        for number, (_, (who, action, fields)) in enumerate(
            (
                await forms_now(
                    world,
                    clients,
                    ("resident", "newcomer", "voter", "chair", "draft_chair", "worker", "administrator"),
                    2,
                )
            ).items()
        ):
            if action in {"/sign-out", "/me/erase"} or not TEXTS & set(fields):
                continue
            room = 20 if {"display_name", "name", "legal_name"} & set(fields) else 60
            evil = {name: words(number + turn * 7, room) if name in TEXTS else value for name, value in fields.items()}
            taken += (await clients[who].send_form(action, evil)).status_code in {200, 303}
    return taken


async def fill_by_services(world: World) -> None:
    """What forms reach only in the right state."""
    here, made, n = world.here, world.round, iter(range(1000))
    worker, clerk = await here.actor("worker"), await here.actor("clerk")
    for person_id in world.people.values():
        await Person.filter(id=person_id).update(display_name=SHORT[next(n) % 4])
    for title, text in zip(CORPUS, reversed(CORPUS), strict=True):
        matter = await make_matter(here, title[:60], text=text, form_id=f"form-of-the-corpus-{next(n):04d}")
    await service_moderate.hide(worker, matter.id, await version_of(matter), words(next(n)))
    await service_notes.add_note(worker, matter, words(next(n)))
    desk, centre = await Matter.get(id=world.matters["desk"].id), await Matter.get(id=world.matters["centre"].id)
    await service_handle.ask(clerk, centre.id, centre.version, words(next(n)))
    resident = await here.actor("resident")
    await service_report.answer(resident, centre.id, await version_of(centre), words(next(n)))
    await service_handle.complete(worker, desk.id, await version_of(desk), words(next(n)))
    await service_report.rate(resident, desk.id, await version_of(desk), Rating.UNSATISFIED, words(next(n)))
    referral = service_triage.Sending(service_triage.Way.REFERRAL, department=CORPUS[2], note=CORPUS[1])
    fresh = await Matter.get(id=world.matters["new"].id)
    await service_triage.send(worker, fresh.id, fresh.version, referral)
    neighbour, meeting_id = made.hall.neighbours[0], made.hall.meeting.id
    for number in range(3):
        await rounds.bring_back(neighbour, meeting_id, made.group.id, words(number), rounds.Stance.FOR)
    await rounds.save_note(neighbour, meeting_id, made.group.id, 1, "\n".join(CORPUS))
    await rounds.report_post(made.hall.neighbours[1], meeting_id, PostKind.TOPIC, made.topic.id, words(next(n)))
    await service_chair.hide_post(made.hall.chair, meeting_id, PostKind.TOPIC, made.topic.id, words(next(n)))
    item = next(i for i in await AgendaItem.of(world.draft.meeting.id) if i.link is Link.CONSENSUS)
    await service_agenda.change_item(
        world.draft.chair, world.draft.meeting.id, item.id, minutes=5, question_zh=words(0), question_en=words(1)
    )
    promise = await Resolution.get()
    await Resolution.filter(id=promise.id).update(text=words(next(n)))
    await resolutions.keep_resolution(world.decided.member, promise.id, text=words(next(n)), version=promise.version)
    rows = "kind,code,parent_code,name_zh,name_en\n" + "".join(
        f"community,X{i},{here.tree.subdistrict.code},{text.replace(',', '')},{text.replace(',', '')}\n"
        for i, text in enumerate(c for c in CORPUS if '"' not in c)
    )
    administrator = await actor_for(await Person.get(id=world.people["administrator"]))
    draft = await service_import.keep_draft(administrator, "places", rows.encode())
    assert not (await service_import.import_places(administrator, draft)).faults
    await made.hall.go_to(Link.CONSENSUS)
    put = await service_chair.put_question(made.hall.chair, meeting_id, words(0), words(3))
    await service_chair.open_question(made.hall.chair, meeting_id, put.id)


async def addresses(world: World, clients: dict[str, Client]) -> list[tuple[str, str]]:
    """Who opens what: each kind of page once, by the first who sees it with the corpus on it."""
    found: dict[tuple[str, bool], tuple[str, str]] = {}
    for who in READERS:
        starts = [
            *starts_of(world),
            f"/q/{world.decided.question.public_id}",
            f"/run/{world.round.hall.meeting.public_id}",
        ]
        for page in await pages_of(clients[who], starts, len(starts) + 3):
            shape = re.sub(r"\d{4}-\d{4}|\d+|/[\w-]{12,}(?=[/?]|$)", "*", page.path)
            if "__x" in page.text:
                found.setdefault((shape, who in STAFF), (who, page.path))
    return [*found.values(), ("", screen_path(world.round.hall.meeting))]


@pytest.mark.sqlite_only
async def test_markup_stays_words_in_a_real_browser(
    world: World, visitors: NewClient, browsers: Browsers, artefacts: Path, zygote: Zygote
) -> None:
    clients = await world.clients(visitors)
    await fill_by_services(world)
    taken = await fill_by_forms(world, clients)
    assert taken > 8, f"only {taken} forms took the corpus"
    pages = await addresses(world, clients)
    assert len(pages) > 25, pages
    tokens = {
        who: (await session.begin(i, is_staff=who in STAFF, has_second_factor=who in STAFF))
        for who, i in world.people.items()
    }
    server = LiveServer(replace(world.settings, port=free_port()), artefacts / "logs", launch=zygote.spawn)
    server.start(1, worker=False)
    try:
        await the_look_sees(browsers)
        problems, shown = [], 0
        visitor = await browsers.visitor("victim", server.url)
        name = session.cookie_name(server.settings)
        visitor.page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
        for number, (who, path) in enumerate(sorted(pages)):
            await visitor.context.clear_cookies()
            cookies = {"lang": ("zh-CN", "en")[number % 2]} | ({name: tokens[who][1]} if who else {})
            await visitor.context.add_cookies([{"name": k, "value": v, "url": server.url} for k, v in cookies.items()])
            await visitor.page.goto(path)
            problems += await look(visitor.page, f"{who}: {path}")
            shown += "__x" in await visitor.page.content()
        assert not problems, "\n".join(problems)
        assert shown > 25, f"the corpus was seen on {shown} pages only"
        await words_that_come_while_looking(world, server, visitor.page, tokens)
    finally:
        server.stop()


async def the_look_sees(browsers: Browsers) -> None:
    """The same corpus on a page that does not escape: every alarm goes off."""
    page = await browsers.browser.new_page()
    await page.set_content("<p>" + "</p><p>".join(CORPUS[:3]))
    await page.wait_for_function("window.__xss === 1")
    assert len(await look(page, "bare")) == 3
    await page.close()


async def look(page: Any, where: str) -> list[str]:
    """What ran, or stands on the page as more than words."""
    found = await page.evaluate(
        "alien => [window.__xss === undefined ? '' : 'ran', ...[...document.querySelectorAll(alien)].map(one => one.outerHTML.slice(0, 200))]", ALIEN
    )  # fmt: skip
    return [f"{where}: {one}" for one in found if one]


async def words_that_come_while_looking(world: World, server: LiveServer, page: Any, tokens: dict[str, Any]) -> None:
    """The script that keeps an open room fresh puts words in as words."""
    row, token = tokens["voter"]
    room = f"/live/{world.round.hall.meeting.join_code}"
    for watched in (screen_path(world.round.hall.meeting), room):
        await page.goto(watched)
        async with httpx2.AsyncClient(
            base_url=server.url, cookies={session.cookie_name(server.settings): token}
        ) as client:
            for step, form in ((f"{room}/speak", {"stance": "for"}), (f"{room}/unspeak", {})):
                before = await page.content()
                answer = await client.post(step, data={**form, "csrf": row.csrf}, headers={"origin": server.url})
                assert answer.status_code == 303, answer.text
                if step.endswith("/speak"):
                    await page.wait_for_function("before => document.documentElement.outerHTML !== before", arg=before)
        assert await look(page, watched) == []
