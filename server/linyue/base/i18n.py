"""Text for people, in Project Fluent: one file a slice and language; Chinese first, English complete."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from fluent.runtime import FluentBundle, FluentResource

from linyue.base.prefs import LANGS
from linyue.base.settings import web_folder

log = structlog.get_logger()


class MissingText(LookupError):
    """A key that a catalogue lacks, or arguments that its sentence cannot take."""


is_strict = False
"""Tests set this: a missing text then stops the page instead of showing its key."""


@lru_cache(maxsize=1)
def bundles() -> dict[str, FluentBundle]:
    """The catalogues of all languages, read once."""
    return {lang: _bundle(web_folder() / "locales" / lang, lang) for lang in LANGS}


QUOTED_AT_MOST = 900
"""Signs of an argument; the formatter refuses a thousand."""


def _bundle(folder: Path, lang: str) -> FluentBundle:
    bundle = FluentBundle([lang], use_isolating=False)
    for file in sorted(folder.glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


@lru_cache(maxsize=8192)
def _plain(lang: str, key: str) -> str:
    return _format(lang, key, {})


@lru_cache(maxsize=4096)
def _filled(lang: str, key: str, args: tuple[tuple[str, Any], ...]) -> str:
    """Lists say the same of the same rows on every page; putting a sentence together is most of such a page's work."""
    return _format(lang, key, dict(args))


def t(lang: str, key: str, /, **args: Any) -> str:
    """The sentence of `key` in `lang`, with its arguments filled in."""
    if not args:
        return _plain(lang, key)
    try:
        return _filled(lang, key, tuple(args.items()))
    except TypeError:  # an argument that cannot be looked up by
        return _format(lang, key, args)


def has(lang: str, key: str) -> bool:
    """Whether the catalogue of `lang` has this key."""
    return bool(bundles()[lang].has_message(key))


def _format(lang: str, key: str, args: dict[str, Any]) -> str:
    bundle = bundles()[lang]
    if not bundle.has_message(key):
        return _missing(lang, key, "no such key")
    pattern = bundle.get_message(key).value
    if pattern is None:
        return _missing(lang, key, "no text")
    text, errors = bundle.format_pattern(pattern, {name: _quoted(value) for name, value in args.items()})
    if errors:
        return _missing(lang, key, repr(errors[0]))
    return str(text)


def _quoted(value: Any) -> Any:
    """What somebody wrote, as far as a sentence quotes it: one that is far too long would not be said at all."""
    return value[:QUOTED_AT_MOST] + "…" if isinstance(value, str) and len(value) > QUOTED_AT_MOST else value


def _missing(lang: str, key: str, why: str) -> str:
    if is_strict:
        raise MissingText(f"{lang} {key}: {why}")
    log.error("text.missing", lang=lang, key=key, why=why)
    return key


def args_in(lang: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """A sentence's arguments for one reader: of each pair `x_zh`, `x_en` the one in their language, as `x`."""
    names = {name.removesuffix("_zh") for name in args if name.endswith("_zh")}
    chosen = {name: (args.get(f"{name}_en") if lang == "en" else "") or args[f"{name}_zh"] for name in names}
    return {**args, **chosen}
