"""Walking the site like a person without script: which forms do pages really show, and to whom?"""

import html
import re

from linyue.base.forms import CSRF_FIELD
from tests.client import Client
from tests.security.world import World

FOUND: dict[str, tuple[str, str, dict[str, str]]] = {}
"""Forms by the shape of their address: who sees one, where it posts, its fields filled in. The same in every copy."""
WALKERS = (
    "",
    "resident",
    "newcomer",
    "voter",
    "chair",
    "draft_chair",
    "member",
    "worker",
    "clerk",
    "officer",
    "administrator",
)


class Page:
    """The forms of one page: where they post and what stands in their fields."""

    FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
    FIELD = re.compile(r'<(input|textarea|select|button)\b([^>]*\bname="([^"]+)"[^>]*)>(.*?)(?=</|<)', re.DOTALL)
    VALUE, TYPE = re.compile(r'\bvalue="([^"]*)"'), re.compile(r'\btype="([^"]*)"')
    OPTION = re.compile(r'<option value="([^"]+)"')

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.forms = [(html.unescape(a), self._fields(body)) for a, body in self.FORM.findall(text)]
        self.links = [html.unescape(link) for link in re.findall(r'<a[^>]*href="(/[^"#]*)', text)]

    def _fields(self, body: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for tag, inside, name, after in self.FIELD.findall(body):
            value = self.VALUE.search(inside)
            kind = self.TYPE.search(inside)
            if kind and kind[1] == "file":
                continue
            if tag == "select":
                rest = body[body.index(inside) :]
                option = self.OPTION.search(rest)
                found[name] = html.unescape(option[1]) if option else ""
            elif tag == "textarea":
                found[name] = html.unescape(after.strip())
            elif name not in found or kind is None or kind[1] not in {"radio", "checkbox"}:
                found[name] = html.unescape(value[1]) if value else ""
        return found


async def pages_of(client: Client, starts: list[str], most: int) -> list[Page]:
    """What somebody reaches by following links."""
    waiting, seen, found = list(starts), set(starts), []
    while waiting and len(found) < most:
        path = waiting.pop(0)
        answer = await client.get(path)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            found.append(Page(path, answer.text))
            fresh = [link for link in found[-1].links if link not in seen and not link.startswith("/static")]
            seen.update(fresh)
            waiting += fresh
    return found


GUESSES = {"text": "一句话", "title": "一个题目", "reason": "一个理由", "note": "一句备注", "legal_name": "张三", "display_name": "楼下老王",
           "phone": "13900001234", "code": "123456", "number": "2026-0001", "tail": "0001", "department": "街道", "text_zh": "同意吗？",
           "day": "2026-12-20", "time": "19:00", "venue": "活动室", "due": "2026-12-30", "until": "2026-12-30", "minutes": "10", "accept": "on",
           "place": "1", "who": "13900001234", "name": "王五"}  # fmt: skip


def starts_of(world: World) -> list[str]:
    """Addresses to begin from; each walker sees what they may."""
    meeting, matters = world.round.hall.meeting, world.matters.values()
    return [
        *("/", "/matters", "/me", "/report", "/triage", "/desk/centre", "/desk/council", "/admin", "/admin/roles", "/admin/places"),
        *("/settings", "/meetings", "/sign-in", "/sign-in/code", "/join", "/track", "/me/homes/code", "/me/phone", "/inbox", "/desk/claims"),
        *(f"/m/{m.number}" for m in matters),
        *(f"/desk/m/{m.number}" for m in matters),
        *(f"/triage?queue=all&m={m.number}" for m in matters),
        *(f"/live/{meeting.join_code}{end}" for end in ("", "/topics/new", f"/groups/{world.round.group.id}/note", "/speak")),
        *(f"/live/{meeting.join_code}/{end}" for end in (f"groups/{world.round.group.id}/points/new", f"report/topic/{world.round.topic.id}")),
        f"/run/{meeting.public_id}",
        f"/meetings/{meeting.public_id}",
        f"/meetings/{world.draft.meeting.public_id}/compose",
        f"/report/what?place={world.here.tree.building.id}",
        f"/desk/enrol/{world.here.tree.units[1].id}",
        f"/q/{world.decided.question.public_id}",
    ]  # fmt: skip


Forms = dict[str, tuple[str, str, dict[str, str]]]


async def real_forms(world: World, clients: dict[str, Client]) -> Forms:
    """Forms that pages of an untouched copy show; looked up once a run."""
    if not FOUND:
        FOUND.update(await forms_now(world, clients))
    return FOUND


async def forms_now(
    world: World, clients: dict[str, Client], walkers: tuple[str, ...] = WALKERS, most: int = 6
) -> Forms:
    """Forms that pages of ours really show at this moment."""
    found: Forms = {}
    for who in walkers:
        starts = starts_of(world)
        for page in await pages_of(clients[who], starts, most + len(starts)):
            for action, fields in page.forms:
                shape = re.sub(r"\d{4}-\d{4}|\d+|/[\w-]{12,}(?=/|$)", "*", action) + "?" + ",".join(sorted(fields))
                found.setdefault(
                    shape, (who, action, {n: v or GUESSES.get(n, "") for n, v in fields.items() if n != CSRF_FIELD})
                )
    return found
