"""Static files: kept by the browser for a year, packed once at start-up, style sheets of one page sent as one."""

import gzip
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUNDLES = {
    "site": ("tokens", "base", "components", "work", "print"),
    "wall": ("screen", "rounds"),
}
"""Style sheets sent as one, made of these in this order; nobody writes such a file. `site` is every page's, `wall` the
big screen's.
"""
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


class Assets(StaticFiles):
    """Files of a folder under an address that changes with their content."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        texts = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.suffix in TYPES}
        for bundle, parts in BUNDLES.items():
            texts[f"css/{bundle}.css"] = b"\n".join(texts[f"css/{name}.css"] for name in parts)
        self.texts = {path: (body, gzip.compress(body, 9, mtime=0)) for path, body in texts.items()}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, packed if the browser takes it so."""
        if path in self.texts and scope["method"] == "GET":
            plain, packed = self.texts[path]
            headers = KEPT | {"Vary": "Accept-Encoding"}
            kind = TYPES[Path(path).suffix]
            if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
            return Response(plain, headers=headers, media_type=kind)
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers.update(KEPT)
        return response
