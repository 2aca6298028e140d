"""What the pages of a question do differently in a secret vote; routes.py calls these."""

from starlette.requests import Request
from starlette.responses import Response

from linyue.base.pages import render
from linyue.base.routing import actor_of
from linyue.questions import service_box_views, service_secret
from linyue.questions.model import Question
from linyue.questions.pages import ReceiptPage
from linyue.questions.pages_secret import BoxPart, CodesPart, box_part, codes_part, holder_of
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import Kind
from linyue.questions.writer_batch import Receipt


async def part_of(request: Request, question: Question, mine: Receipt | None, code: str = "") -> BoxPart | None:
    """The secret side of the reader's ballot; None in a named vote and for people who are not on the roll."""
    if question.kind is not Kind.SECRET:
        return None
    seal = await service_secret.seal_of(question, actor_of(request).person_id)
    if seal is None:
        return None
    lang = request.state.prefs.lang
    return box_part(lang, key=seal.key, label=seal.label, has_voted=mine is not None, code=code)


async def codes_of(request: Request, question: Question) -> CodesPart | None:
    """What came out of the box, for everybody; None in a named vote."""
    if question.kind is not Kind.SECRET:
        return None
    seal = await service_secret.seal_of(question, actor_of(request).person_id)
    holder = "" if seal is None else holder_of(seal.label)
    codes = await service_box_views.opened_list(question)
    on_paper = await service_box_views.papers_in_box(question.id)
    return codes_part(request.state.prefs.lang, question, codes, on_paper, holder)


async def cast(
    person_id: int,
    question: Question,
    *,
    choice: str,
    code: str,
    sealed: str,
    client_id: str,
    replaces: int,
    manifest: str,
) -> Receipt:
    """A ballot of a secret vote by POST: sealed on the device, or sealed here where it cannot."""
    seen = manifest or None
    if sealed:
        box = service_secret.sealed_bytes(sealed)
        return await service_secret.cast_sealed(person_id, question.id, box, client_id, replaces, Via.POST, seen)
    return await service_secret.seal_and_cast(person_id, question, choice, code, client_id, replaces, seen)


def receipt(request: Request, shown: ReceiptPage) -> Response:
    """The receipt of a sealed ballot."""
    return render(request, "questions/receipt_secret.html", shown)
