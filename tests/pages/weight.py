"""What a telephone has to load to see a page for the first time."""

import gzip

from playwright.async_api import Page, Response

PACKED_AT_MOST = {"resident": 60_000, "staff": 120_000, "wall": 60_000}
REQUESTS_AT_MOST = {"resident": 8, "staff": 12, "wall": 9}
"""The wall is no telephone: while a vote is open it shows two codes to scan, to come in and to keep the checkpoint."""
COUNTED = {"document", "stylesheet", "script"}


class Weight:
    """Counts what a page asks for from now on, without photographs, which people came to see, and live news."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: list[Response] = []
        page.on("response", self._keep)

    def _keep(self, answer: Response) -> None:
        self.answers.append(answer)

    async def faults(self) -> list[str]:
        """Sentences about what is too much; the page has loaded and nothing further belongs to it."""
        await self.page.wait_for_load_state("load")
        self.page.remove_listener("response", self._keep)
        start = max((n for n, a in enumerate(self.answers) if a.request.resource_type == "document"), default=0)
        loaded = [
            a
            for a in self.answers[start:]
            if "/photos/" not in a.url and a.request.resource_type not in {"fetch", "xhr", "websocket"}
        ]
        kind = await self.page.evaluate(
            "document.body.matches('.desk') ? 'staff' : document.querySelector('.screen') ? 'wall' : 'resident'"
        )
        packed = sum([len(gzip.compress(await a.body())) for a in loaded if a.request.resource_type in COUNTED])
        found = []
        if packed > PACKED_AT_MOST[kind]:
            found.append(f"{packed} bytes packed, {PACKED_AT_MOST[kind]} for {kind} pages")
        if len(loaded) > REQUESTS_AT_MOST[kind]:
            names = ", ".join(a.url.rsplit("/", 1)[-1].split("?")[0] for a in loaded)
            found.append(f"{len(loaded)} requests, {REQUESTS_AT_MOST[kind]} for {kind} pages: {names}")
        return found
