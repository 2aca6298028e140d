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

    def __init__(self, text: str) -> None:
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
        answer = await client.get(waiting.pop(0))
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            found.append(Page(answer.text))
            fresh = [link for link in found[-1].links if link not in seen and not link.startswith("/static")]
            seen.update(fresh)
            waiting += fresh
    return found


GUESSES = {"text": "一句话", "title": "一个题目", "reason": "一个理由", "note": "一句备注", "legal_name": "张三", "display_name": "楼下老王",
           "phone": "13900001234", "code": "123456", "number": "2026-0001", "tail": "0001", "department": "街道", "text_zh": "同意吗？",
           "day": "2026-12-20", "time": "19:00", "venue": "活动室", "due": "2026-12-30", "until": "2026-12-30", "minutes": "10", "accept": "on",
           "place": "1", "who": "13900001234", "name": "王五"}  # fmt: skip


async def real_forms(
    world: World, clients: dict[str, Client], most: int = 40
) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Forms that pages of ours really show."""
    if FOUND:
        return FOUND
    for who in WALKERS:
        starts = [
            "/",
            "/matters",
            "/me",
            "/report",
            "/triage",
            "/desk/centre",
            "/desk/council",
            "/admin",
            "/admin/roles",
            "/settings",
            "/meetings",
        ]
        starts += [f"/m/{m.number}" for m in world.matters.values()] + [
            f"/desk/m/{m.number}" for m in world.matters.values()
        ]
        starts += [f"/live/{r.hall.meeting.join_code}" for r in (world.round,)] + [
            f"/run/{world.round.hall.meeting.public_id}"
        ]
        starts += [
            f"/meetings/{world.draft.meeting.public_id}/compose",
            f"/report/what?place={world.here.tree.building.id}",
        ]
        starts += [
            f"/desk/enrol/{world.here.tree.units[1].id}",
            "/sign-in",
            "/sign-in/code",
            "/join",
            "/track",
            "/me/homes/code",
            "/me/phone",
        ]
        for page in await pages_of(clients[who], starts, most + len(starts)):
            for action, fields in page.forms:
                shape = re.sub(r"\d{4}-\d{4}|\d+|/[\w-]{12,}(?=/|$)", "*", action) + "?" + ",".join(sorted(fields))
                FOUND.setdefault(
                    shape, (who, action, {n: v or GUESSES.get(n, "") for n, v in fields.items() if n != CSRF_FIELD})
                )
    return FOUND  # fmt: skip
