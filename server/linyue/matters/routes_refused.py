"""The certificates that communities refuse, in public: whom to ask instead, and which offices still ask for them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from linyue.base.pages import render
from linyue.base.routing import page
from linyue.matters.service_refused import Asked, offices_of, refused_certificates


@dataclass(frozen=True, slots=True)
class CertificatesPage:
    asked: list[Asked]
    offices: list[tuple[str, int]]
    count: int


async def certificates_page(request: Request) -> Response:
    """Every refused certificate, with its counts."""
    asked = await refused_certificates()
    shown = CertificatesPage(asked, offices_of(asked), sum(one.count for one in asked))
    return render(request, "matters/certificates.html", shown)


ROUTES: list[BaseRoute] = [page("/certificates", certificates_page, action="centres.services.read")]
