"""The big screen: a link of its own that shows slides and can do nothing else."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from linyue.base.pages import render
from linyue.base.routing import page, post
from linyue.meetings.joining import join_address, qr_svg, site_address
from linyue.meetings.service_codes import find_screen
from linyue.questions import pages as question_pages
from linyue.questions import service_views
from linyue.records import service_views as record_views
from linyue.rounds import service_tickets, service_walls
from linyue.rounds.answers import SCREEN_STATE, SCREEN_TICKET, state_answer
from linyue.rounds.pages import ScreenPage, room_view, slide_of, wall_of
from linyue.rounds.service_state import room_shown

CHECKPOINTS = {"vote": "open", "closed": "close", "result": "result"}
"""Which checkpoint of the question's record a slide shows: in the hall people can compare it with their phones."""


async def screen_page(request: Request) -> Response:
    """The slide of this moment."""
    token, lang = request.path_params["token"], request.state.prefs.lang
    meeting = await find_screen(token)
    room = room_view(meeting, await room_shown(meeting.id), lang)
    slide, result, checkpoint = slide_of(room, meeting.screen_blank), None, None
    if slide in CHECKPOINTS and room.question is not None:
        question = await service_views.question_by_public_id(room.question["question"])
        checkpoint = await record_views.milestone(question, CHECKPOINTS[slide])
        if slide == "result":
            view = await service_views.result_view(question)
            result = question_pages.result_page(lang, view, room="", matter="", names=None)
    shown = ScreenPage(
        room=room,
        slide=slide,
        address=site_address(request).split("://")[-1] + "/join",
        qr=f"/screen/{token}/qr.svg",
        result=result,
        token=token,
        wall=wall_of(room, await service_walls.notes(meeting.id)) if slide == "wall" else [],
        checkpoint=checkpoint,
    )
    return render(request, "rounds/screen.html", shown)


async def screen_qr(request: Request) -> Response:
    """The way into the room, as a picture."""
    meeting = await find_screen(request.path_params["token"])
    return Response(qr_svg(join_address(request, meeting)), media_type="image/svg+xml")


async def screen_ticket(request: Request) -> Response:
    """A one-use right to open the screen's socket."""
    meeting = await find_screen(request.path_params["token"])
    session = request.state.session
    made = await service_tickets.give_ticket(f"screen:{meeting.id}", session.id if session else None)
    return JSONResponse({"ticket": made, "seconds": service_tickets.SECONDS})


async def screen_state(request: Request) -> Response:
    """The states of the room, for a screen without a socket."""
    return await state_answer(request, await find_screen(request.path_params["token"]), None, is_screen=True)


ROUTES: list[BaseRoute] = [
    page("/screen/{token}", screen_page, action="rounds.screen"),
    page("/screen/{token}/qr.svg", screen_qr, action="rounds.screen"),
    page("/screen/{token}/state", screen_state, action="rounds.screen", api=SCREEN_STATE),
    post("/screen/{token}/ticket", screen_ticket, action="rounds.screen", api=SCREEN_TICKET),
]
