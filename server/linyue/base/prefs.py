"""How a reader wants pages shown: language, theme, care mode, text size. Plain cookies, the same pages for all."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

LANGS = ("zh-CN", "en")
THEMES = ("auto", "light", "dark", "contrast")
MODES = ("normal", "care")
SIZES = ("1", "2", "3", "4")
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Prefs:
    """Each value is one of the tuples above."""

    lang: str = "zh-CN"
    theme: str = "auto"
    mode: str = "normal"
    size: str = "1"

    @property
    def html_lang(self) -> str:
        return "zh-Hans-CN" if self.lang == "zh-CN" else "en"


def read_prefs(connection: HTTPConnection) -> Prefs:
    """Preferences of this browser; anything unknown falls back, the language to Accept-Language and then Chinese."""
    cookies = connection.cookies
    lang = cookies.get("lang", "")
    if lang not in LANGS:
        wanted = connection.headers.get("accept-language", "").lower()
        lang = "en" if wanted.startswith("en") else "zh-CN"
    return Prefs(
        lang=lang,
        theme=_one_of(cookies.get("theme", ""), THEMES),
        mode=_one_of(cookies.get("mode", ""), MODES),
        size=_one_of(cookies.get("size", ""), SIZES),
    )


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def write_prefs(response: Response, *, secure: bool, **values: str) -> None:
    """Store the named preferences in the browser; values outside the tuples are ignored."""
    allowed = {"lang": LANGS, "theme": THEMES, "mode": MODES, "size": SIZES}
    for name, value in values.items():
        if value in allowed[name]:
            response.set_cookie(name, value, max_age=A_YEAR, path="/", secure=secure, httponly=True, samesite="lax")
