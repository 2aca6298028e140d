"""Batches of sheets and hands, their scans, and the packs that are printed from the browser."""

from functools import partial
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from linyue.base import clock
from linyue.base.errors import NotFound, Refused
from linyue.base.forms import Form, FormModel, read_form
from linyue.base.i18n import t
from linyue.base.pages import redirect, render
from linyue.base.routing import PHOTO_BODY, actor_of, page
from linyue.matters.service_photos import photo_path
from linyue.meetings.acting import acting
from linyue.meetings.rules_rights import Act
from linyue.questions import pages, service_paper, service_paper_views
from linyue.questions.model import Question
from linyue.questions.pages_choice import yuan
from linyue.questions.pages_desk import BatchPage, PrintPage, figure_rows, line_word, refusal_in_words, way_word
from linyue.questions.routes_desk import batch_line, desk, desk_meeting, desk_scope, head_of, question_of
from linyue.questions.routes_give import scan_of
from linyue.questions.rules_channels import Channel
from linyue.questions.rules_paper import (
    SHEETS,
    BadPile,
    BatchForm,
    BatchState,
    Figures,
    PaperRefusal,
    counted,
    listed,
    parse_piles,
    parse_sheets,
)
from linyue.questions.rules_secret import Kind
from linyue.questions.rules_ways import ABSTAIN
from linyue.questions.service_paper_views import BatchView, RollLine

SHEETS_AT_MOST = 400
"""So many ballots on one printed page; more are printed in parts."""


PACKS = ("roll", "ballots", "tally")
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'inline; filename="scan.jpg"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NewBatchForm(FormModel):
    """What kind of batch is begun."""

    kind: str = Field(default="", max_length=12)


class KeyForm(FormModel):
    """One entry of a batch: a number or a pile of numbers by option, and the account of the sheets."""

    pile_for: str = Field(default="", max_length=20_000)
    pile_against: str = Field(default="", max_length=20_000)
    pile_abstain: str = Field(default="", max_length=20_000)
    sheets: str = Field(default="", max_length=40_000)
    issued: int = Field(default=0, ge=0, le=100_000)
    spoiled: int = Field(default=0, ge=0, le=100_000)
    unreturned: int = Field(default=0, ge=0, le=100_000)
    note: str = Field(default="", max_length=1000)


class NoteForm(FormModel):
    """A note for the minutes."""

    note: str = Field(default="", max_length=1000)


async def begin(request: Request) -> Response:
    """Begin a batch."""
    question, form = await question_of(request), await read_form(request, NewBatchForm)
    kind = form.value.kind if form.value else ""
    if kind not in ("hands", *BatchForm):
        raise NotFound()
    channel = Channel.HANDS if kind == "hands" else Channel.PAPER
    how = BatchForm.COUNTING if kind == "hands" else BatchForm(kind)
    try:
        batch = await service_paper.open_batch(actor_of(request), question.id, channel, how)
    except Refused as refusal:
        lang = request.state.prefs.lang
        form.refuse(lang, refusal_in_words(lang, refusal))
        return await desk(request, question, form, 409)
    return redirect(f"/q/{question.public_id}/desk/batches/{batch.number}")


async def _view(request: Request, question: Question) -> BatchView:
    return await service_paper_views.batch_view(question.id, request.path_params["number"])


async def batch_page(request: Request) -> Response:
    """One batch as it stands for this person: figures of others are never shown before two entries agree."""
    return await _batch(request, await question_of(request), None, 200)


async def _batch(request: Request, question: Question, form: Form[Any] | None, status: int) -> Response:
    lang, view = request.state.prefs.lang, await _view(request, question)
    batch, line = view.batch, batch_line(view.batch)
    options = pages.options_of(lang, question)
    words, agreed = dict(options), batch.agreed
    accounted = agreed.returned + agreed.spoiled + agreed.unreturned if agreed else 0
    is_gap = agreed is not None and not agreed.adds_up and batch.channel == Channel.PAPER
    gap = t(lang, "questions-batch-gap", issued=agreed.issued, accounted=accounted) if agreed and is_gap else ""
    head = await head_of(request, question)
    rows = figure_rows(lang, question, agreed, words) if agreed else []
    shown = BatchPage(
        head=head,
        view=view,
        number=batch.number,
        kind=line.kind,
        state=line.state,
        step=_step(view, actor_of(request).person_id) if head.may_act else "done",
        options=options,
        differing=[line_word(lang, question, name, words) for name in batch.differing or []],
        figures=rows[: -len(SHEETS)] if line.kind == "hands" else rows,
        is_among=not question.rule_spec.is_aye_or_no,
        gap=gap,
        form=form,
    )
    return render(request, "questions/batch.html", shown, status=status)


def _step(view: BatchView, person_id: int | None) -> str:
    if view.batch.state is BatchState.KEYING:
        return "wait" if person_id in [teller for teller, _ in view.tellers] else "key"
    return {BatchState.DIFFERS: "settle", BatchState.AGREED: "post"}.get(view.batch.state, "done")


async def key(request: Request) -> Response:
    """Key the batch, on one's own."""
    question, form = await question_of(request), await read_form(request, KeyForm)
    view = await _view(request, question)
    if form.value is None:
        return await _batch(request, question, form, 422)
    figures = _figures(request, question, view, form.value, form)
    if figures is None:
        return await _batch(request, question, form, 422)
    try:
        await service_paper.key_batch(actor_of(request), view.batch.id, figures, form.value.note)
    except Refused as refusal:
        return await _again(request, question, form, refusal)
    return redirect(_address(question, view), flash="questions-batch-flash-keyed")


def _address(question: Question, view: BatchView) -> str:
    return f"/q/{question.public_id}/desk/batches/{view.batch.number}"


async def _again(request: Request, question: Question, form: Form[Any], refusal: Refused) -> Response:
    lang = request.state.prefs.lang
    form.refuse(lang, refusal_in_words(lang, refusal))
    return await _batch(request, question, form, 409)


def _figures(request: Request, question: Question, view: BatchView, sent: KeyForm, form: Form[Any]) -> Figures | None:
    """What was keyed, as values; None with the fault named at its field."""
    lang, choices = request.state.prefs.lang, question.rule_spec.choices
    if not question.rule_spec.is_aye_or_no:
        return _sheets(lang, question, view, sent, form)
    piles = {choice: str(getattr(sent, f"pile_{choice}")) for choice in choices}
    if view.batch.form is BatchForm.REGISTER:
        try:
            lines = parse_piles(piles)
        except BadPile as fault:
            reason = PaperRefusal.DOUBLE_LINE if fault.is_double else PaperRefusal.BAD_PILE
            told = {"n": int(fault.word)} if fault.is_double else {"word": fault.word}
            form.errors[f"pile_{fault.pile}"] = t(lang, reason.value, **told)
            return None
        return listed(lines, choices, sent.issued, sent.spoiled, sent.unreturned)
    counts: dict[str, int] = {}
    for choice, text in piles.items():
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            form.errors[f"pile_{choice}"] = t(lang, PaperRefusal.BAD_FIGURE.value)
            continue
        counts[choice] = int(text)
    if form.errors:
        return None
    if view.batch.channel == Channel.HANDS:
        return counted(counts, sum(counts.values()), 0, 0)
    return counted(counts, sent.issued, sent.spoiled, sent.unreturned)


def _sheets(lang: str, question: Question, view: BatchView, sent: KeyForm, form: Form[Any]) -> Figures | None:
    """The same among options: a line for each different ballot."""
    rule = question.rule_spec
    try:
        found = parse_sheets(sent.sheets, rule.ballots)
        if view.batch.form is BatchForm.REGISTER:
            lines: dict[int, str] = {}
            for ballot, numbers in found.items():
                for number in numbers:
                    if number in lines:
                        raise BadPile("sheets", str(number), is_double=True)
                    lines[number] = ballot
            return listed(lines, rule.listed, sent.issued, sent.spoiled, sent.unreturned)
    except BadPile as fault:
        number = int(fault.word) if fault.word.isdigit() else 0
        reason = PaperRefusal.DOUBLE_LINE if fault.is_double and number else PaperRefusal.BAD_SHEET
        form.errors["sheets"] = t(lang, reason.value, word=fault.word, n=number)
        return None
    counts = dict.fromkeys(rule.listed, 0) | {ballot: sum(numbers) for ballot, numbers in found.items()}
    if view.batch.channel == Channel.HANDS:
        return counted(counts, sum(counts.values()), 0, 0)
    return counted(counts, sent.issued, sent.spoiled, sent.unreturned)


async def post_batch(request: Request) -> Response:
    """Post an agreed batch."""
    question, form = await question_of(request), await read_form(request, NoteForm)
    view = await _view(request, question)
    if form.value is None:
        return await _batch(request, question, form, 422)
    try:
        await service_paper.post_batch(actor_of(request), view.batch.id, form.value.note)
    except Refused as refusal:
        return await _again(request, question, form, refusal)
    return redirect(_address(question, view), flash="questions-batch-flash-posted")


async def drop(request: Request) -> Response:
    """Set a batch aside."""
    question, form = await question_of(request), await read_form(request, NoteForm)
    view = await _view(request, question)
    try:
        await service_paper.drop_batch(actor_of(request), view.batch.id)
    except Refused as refusal:
        return await _again(request, question, form, refusal)
    return redirect(_address(question, view), flash="questions-batch-flash-dropped")


async def add_scan(request: Request) -> Response:
    """Keep a picture with the batch."""
    question, form = await question_of(request), await read_form(request, NoteForm)
    view = await _view(request, question)
    try:
        scan = await scan_of(request, form)
        if not scan:
            form.errors["photos"] = t(request.state.prefs.lang, "common-form-missing")
            return await _batch(request, question, form, 422)
        await service_paper.add_scan(actor_of(request), view.batch.id, scan)
    except Refused as refusal:
        return await _again(request, question, form, refusal)
    return redirect(_address(question, view), flash="questions-batch-flash-scan")


async def scan(request: Request) -> Response:
    """A kept picture, for those who count."""
    question, sha256 = await question_of(request), request.path_params["sha256"]
    if not await service_paper_views.has_scan(question.id, sha256):
        raise NotFound()
    path = photo_path(request.app.state.settings.data, sha256)
    if not path.is_file():
        raise NotFound()
    return FileResponse(path, media_type="image/jpeg", headers=PICTURE_HEADERS)


async def print_page(request: Request) -> Response:
    """Roll, ballots or tally sheet, for the printer."""
    question, what = await question_of(request), request.url.path.rsplit("/", 1)[-1]
    lang = request.state.prefs.lang
    lines = await service_paper_views.roll_lines(question, lang)
    first = min(max(1, _number(request, "from", 1)), max(1, len(lines)))
    last = min(max(first, _number(request, "to", min(len(lines), first + 59))), first + SHEETS_AT_MOST - 1)
    is_secret = question.kind is Kind.SECRET
    numbers = [line.number for line in lines if first <= line.number <= last]
    shown = PrintPage(
        head=await head_of(request, question),
        meeting=question.meeting.title_in(lang),
        rows=_roll_rows(lang, lines) if what == "roll" else _tally_rows(lang, question),
        copies=[0] * len(numbers) if is_secret else numbers,
        options=_print_options(lang, question),
        how=_print_how(lang, question),
        is_secret=is_secret,
        first=first,
        last=last,
        now=clock.now(),
    )
    return render(request, f"questions/print_{what}.html", shown)


def _print_options(lang: str, question: Question) -> list[tuple[str, str]]:
    """What a paper ballot lists; options with the letter that tellers key."""
    options = pages.options_of(lang, question)
    if question.rule_spec.is_aye_or_no:
        return options
    costs = {option["key"]: option.get("cost", 0) for option in question.options}
    named = [
        (
            key,
            f"{key.upper()}  {word}"
            + (f"  {t(lang, 'questions-ways-cost', yuan=yuan(costs[key]))}" if costs[key] else ""),
        )
        for key, word in options
    ]
    return [*named, (ABSTAIN, t(lang, "questions-choice-abstain"))]


def _print_how(lang: str, question: Question) -> str:
    """How to fill a paper ballot in."""
    if question.rule_spec.is_aye_or_no:
        return t(lang, "questions-print-ballot-how")
    form = question.rule_spec.form
    hint = f"questions-ways-{form.way.value}-hint"
    return t(lang, hint, least=form.least, most=form.most, dots=form.dots, budget=yuan(form.budget))


def _roll_rows(lang: str, lines: list[RollLine]) -> list[tuple[str, ...]]:
    held = [way_word(lang, line.channel) if line.channel else "" for line in lines]
    return [(str(line.number), line.label, line.home, way, "") for line, way in zip(lines, held, strict=True)]


def _tally_rows(lang: str, question: Question) -> list[tuple[str, ...]]:
    options = [word for _, word in pages.options_of(lang, question)]
    return [(name, "", "") for name in (*options, *(t(lang, f"questions-batch-{sheet}") for sheet in SHEETS))]


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


_acting = partial(acting, act=Act.COUNT_PAPER, meeting=desk_meeting, scope=desk_scope)
_BASE = "/q/{public_id}/desk"
_ONE = f"{_BASE}/batches/{{number:int}}"
ROUTES: list[BaseRoute] = [
    _acting(f"{_BASE}/batches", begin),
    page(_ONE, batch_page, action="question.desk.read", scope=desk_scope),
    _acting(f"{_ONE}/key", key),
    _acting(f"{_ONE}/post", post_batch),
    _acting(f"{_ONE}/drop", drop),
    _acting(f"{_ONE}/scans", add_scan, max_body=PHOTO_BODY),
    page(f"{_BASE}/scans/{{sha256}}", scan, action="question.desk", scope=desk_scope),
    *(page(f"{_BASE}/print/{what}", print_page, action="question.print", scope=desk_scope) for what in PACKS),
]
