"""The public record of a question: its page with the search for a receipt, checkpoints, proofs, the bundle, the key."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from linyue.base import signing
from linyue.base.errors import NotFound
from linyue.base.forms import Form, empty
from linyue.base.i18n import t
from linyue.base.openapi import TEXT, Operation, Param, found_as
from linyue.base.pages import render
from linyue.base.policy import Actor, Scope
from linyue.base.routing import Handler, actor_of, page, query_id
from linyue.meetings.joining import qr_svg
from linyue.questions import service_views as questions
from linyue.questions.model import Question
from linyue.questions.rules import QuestionState
from linyue.records import routes_challenges, routes_void, service, service_views
from linyue.records.rules import RecordRefusal, Standing, typed_code
from linyue.records.rules_challenges import ChallengeState
from linyue.records.service_views import PER_PAGE, CheckpointView, EntryView


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The record of one question. `said`: what the search found, "" before a search.

    `bundle_note`: why the whole record cannot be had, "" when it can. `scanned`: the mark of a checkpoint somebody
    scanned in the hall, `is_same` whether the record still has it.
    """

    public_id: str
    text: str
    is_secret: bool
    has_list: bool
    """Whether the codes of a secret vote are published, for everybody to find their own."""
    bundle_note: str
    form: Form[Any]
    said: str
    said_kind: str
    said_more: str
    proof: str
    scanned: str
    is_same: bool
    checkpoint: CheckpointView
    entries: list[EntryView]
    size: int
    current: int
    last: int
    doubts: list[routes_challenges.Line]
    answered: int


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The public key that checkpoints are signed with."""

    key_id: str
    text: str


async def record_page(request: Request) -> Response:
    """The entries without persons, and the search for a receipt. 422 with everything kept for a code that is none."""
    question = await _question(request)
    lang = request.state.prefs.lang
    typed = request.query_params.get("code", "").strip()[:40]
    current = query_id(request, "page") or 1
    rows = await service_views.entries(question, current)
    if not rows and current > 1:
        raise NotFound
    said, kind, more, proof = "", "info", "", ""
    form = empty(code=typed)
    if "code" in request.query_params and question.kind != "secret":  # a secret code is for its owner's eyes only
        if typed_code(typed):
            said, kind, more, proof = await _search(question, lang, typed)
        else:
            form.errors["code"] = t(lang, "records-code-bad")
    scanned = request.query_params.get("at", "")[:40]
    checkpoint = await service_views.checkpoint_at(question)
    doubts = await routes_challenges.lines_of(lang, question)
    shown = RecordPage(
        public_id=question.public_id,
        text=question.text_in(lang),
        is_secret=question.kind == "secret",
        has_list=question.kind == "secret" and service_views.has_list(question),
        bundle_note=await _bundle_note(question, actor_of(request).person_id, lang),
        form=form,
        said=said,
        said_kind=kind,
        said_more=more,
        proof=proof,
        scanned=scanned,
        is_same=bool(scanned) and await service_views.is_still_true(question, scanned),
        checkpoint=checkpoint,
        entries=rows,
        size=question.chain_seq,
        current=current,
        last=-(-question.chain_seq // PER_PAGE),
        doubts=doubts,
        answered=sum(line.state == ChallengeState.ANSWERED for line in doubts),
    )
    return render(request, "records/record.html", shown, status=422 if form.errors else 200)


async def _bundle_note(question: Question, person_id: int | None, lang: str) -> str:
    reason = await service.refuse_reader(question, person_id)
    if reason is None:
        return ""
    if reason is RecordRefusal.ROLL_ONLY:
        return t(lang, reason.value)
    return t(lang, "records-bundle-void" if question.state is QuestionState.VOIDED else "records-bundle-later")


async def _search(question: Question, lang: str, typed: str) -> tuple[str, str, str, str]:
    """What the search found: heading, kind of banner, further words, address of the proof."""
    found = await service_views.find(question, typed)
    if found is None:
        return t(lang, "records-none", code=typed_code(typed)), "warn", t(lang, "records-none-more"), ""
    proof = f"/q/{question.public_id}/record/inclusion?entry={found.seq}"
    kind = "ok" if found.standing is Standing.COUNTED else "info"
    return t(lang, "records-found", n=found.seq), kind, t(lang, f"records-standing-{found.standing}"), proof


async def bundle(request: Request) -> Response:
    """The whole record as a file, once the result is out."""
    question = await _question(request)
    content = await service.export_for(question, actor_of(request).person_id)
    name = f"linyue-{question.public_id}.zip"
    return Response(
        content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


async def checkpoint_text(request: Request) -> Response:
    """One checkpoint as it was signed: that of `size`, or the newest."""
    found = await service_views.checkpoint_at(await _question(request), query_id(request, "size"))
    return PlainTextResponse(found.text)


async def checkpoint_picture(request: Request) -> Response:
    """The way to the record with the checkpoint's mark, as a QR code for screens and papers."""
    found = await service_views.checkpoint_at(await _question(request), query_id(request, "size"))
    return Response(qr_svg(found.link), media_type="image/svg+xml")


async def inclusion(request: Request) -> Response:
    """Proof that an entry is in the record of a checkpoint (RFC 9162 2.1.3)."""
    question = await _question(request)
    try:
        seq = int(request.query_params.get("entry", ""))
    except ValueError as error:
        raise NotFound from error
    found = await service_views.inclusion(question, seq, query_id(request, "size"))
    told = {"entry": found.seq, "leaf": found.leaf, "proof": found.path, **_told(found.checkpoint)}
    return JSONResponse(told)


async def consistency(request: Request) -> Response:
    """Proof that today's record began with what an earlier checkpoint covered (2.1.4); null when it is shorter."""
    question = await _question(request)
    first = query_id(request, "from")
    if first is None:
        raise NotFound
    checkpoint, path = await service_views.consistency(question, first)
    return JSONResponse({"from": first, "proof": path, **_told(checkpoint)})


def _told(checkpoint: CheckpointView) -> dict[str, object]:
    return {"size": checkpoint.size, "root": checkpoint.root, "checkpoint": checkpoint.text}


async def key_page(request: Request) -> Response:
    """The key that checkpoints are signed with, and how to use it."""
    public = signing.public_key()
    return render(request, "records/key.html", KeyPage(signing.key_id(public), signing.key_block(public)))


async def key_text(_request: Request) -> Response:
    """The key alone."""
    return PlainTextResponse(signing.key_block(signing.public_key()))


async def _question(request: Request) -> Question:
    question = await questions.question_by_public_id(request.path_params["public_id"])
    if question.state is QuestionState.DRAFT:
        raise NotFound
    await service.ensure_checkpoint(question)
    return question


async def _scope(request: Request) -> Scope:
    question = await questions.question_by_public_id(request.path_params["public_id"])
    return Scope(place_path=question.meeting.place.path)


async def _links(question: Question, _actor: Actor, lang: str) -> list[tuple[str, str]]:
    """The way from a question to its record."""
    if question.state is QuestionState.DRAFT:
        return []
    return [(f"/q/{question.public_id}/record", t(lang, "records-title"))]


questions.show_links_from(_links)


_WHOLE = {"type": "integer"}
_ROOT = {"size": _WHOLE, "root": TEXT, "checkpoint": TEXT}
_HASHES = {"type": ["array", "null"], "items": TEXT}
_INCLUSION = {"type": "object", "properties": {"entry": _WHOLE, "leaf": TEXT, "proof": _HASHES, **_ROOT}}
_CONSISTENCY = {"type": "object", "properties": {"from": _WHOLE, "proof": _HASHES, **_ROOT}}
INCLUSION = Operation(
    "inclusion",
    found_as({**_INCLUSION, "required": list(_INCLUSION["properties"])}, 404),
    (Param("entry", _WHOLE, 0, is_required=True), Param("size", _WHOLE)),
)
CONSISTENCY = Operation(
    "consistency",
    found_as({**_CONSISTENCY, "required": list(_CONSISTENCY["properties"])}, 404),
    (Param("from", _WHOLE, 1, is_required=True),),
)


def _page(path: str, handler: Handler, api: Operation | None = None) -> BaseRoute:
    return page(f"/q/{{public_id}}/record{path}", handler, action="record.read", scope=_scope, api=api)


ROUTES: list[BaseRoute] = [
    _page("", record_page),
    _page("/bundle.zip", bundle),
    _page("/checkpoint.txt", checkpoint_text),
    _page("/checkpoint.svg", checkpoint_picture),
    _page("/inclusion", inclusion, INCLUSION),
    _page("/consistency", consistency, CONSISTENCY),
    page("/record-key", key_page, action="record.read"),
    page("/record-key.txt", key_text, action="record.read"),
    *routes_challenges.ROUTES,
    *routes_void.ROUTES,
]
