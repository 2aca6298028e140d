"""Forms: one typed model a form; every problem named at its field; what was typed is kept for the next try."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from linyue.base.errors import Refused
from linyue.base.i18n import args_in, has, t
from linyue.base.scanning import scan

T = TypeVar("T", bound="FormModel")
CSRF_FIELD = "csrf"
PEOPLE_SHOWN = 60
"""People in one list to choose from or to tick."""
LARGEST_ID = 2**31 - 1
"""The largest row id both databases can compare."""
RowId = Annotated[int, Field(gt=0, le=LARGEST_ID)]
YEARS = range(1900, 2200)
"""Years that can be reckoned with in every time zone."""


def row_id(text: object) -> int | None:
    """A row's id as it stands in an address or a field; None for anything that cannot be one."""
    word = str(text)
    if not (word.isascii() and word.isdigit() and len(word) < 11):
        return None
    return int(word) if int(word) <= LARGEST_ID else None


class FormModel(BaseModel):
    """Base of every form's model: unknown fields are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @field_validator("*")
    @classmethod
    def _fits(cls, value: Any) -> Any:
        """A number that no column holds, or a day outside our times, is wrong before anything is looked up."""
        if isinstance(value, int) and abs(value) > LARGEST_ID:
            raise PydanticCustomError("less_than_equal", "too large", {"le": LARGEST_ID})
        if isinstance(value, date) and value.year not in YEARS:
            raise PydanticCustomError("date_parsing", "no day of ours")
        return value


@dataclass(slots=True)
class Form(Generic[T]):
    """A form as it came in. `value` is None when something is wrong; `errors` then says what, field by field."""

    value: T | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    """What was typed: a string, or a list of strings for a field that was sent several times."""
    errors: dict[str, str] = field(default_factory=dict)
    """Field name to a sentence in the reader's language; "" is the form as a whole."""
    files: dict[str, list[UploadFile]] = field(default_factory=dict)
    unsafe: set[str] = field(default_factory=set)
    """Fields whose file the scanner did not let through; it is in no `files`."""

    def refuse(self, lang: str, refusal: Refused) -> None:
        """Show a service's refusal at its field, or above the form."""
        self.value = None
        if (refusal.field or "") in self.unsafe:
            return  # what is wrong with the file was said already
        self.errors[refusal.field or ""] = t(lang, str(refusal.reason.value), **args_in(lang, refusal.args_for_text))

    def get(self, name: str, default: str = "") -> Any:
        """What stands in a field now."""
        return self.raw.get(name, default)


def empty(**start: Any) -> Form[Any]:
    """A form not sent yet, with starting values."""
    return Form(raw=dict(start))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """People to choose from, as many as a list can show; the rest are found by name."""

    options: list[tuple[str, str]]
    """(public id, name) in the order given."""
    query: str
    more: int
    """How many match and are not in `options`."""
    is_long: bool
    """Whether the whole list is too long to be shown, so that a search is offered."""


def narrowed(people: Sequence[tuple[str, str]], query: str, *, keep: str = "") -> Narrowed:
    """The first of a list of people whose name holds `query`; `keep` (a public id) stays among them, chosen before."""
    words = query.strip()[:40]
    matching = [one for one in people if words in one[1]]
    shown = matching[:PEOPLE_SHOWN]
    shown += [one for one in people if one[0] == keep and one not in shown]
    more = max(0, len(matching) - PEOPLE_SHOWN)
    return Narrowed(shown, words, more, len(people) > PEOPLE_SHOWN)


async def read_form(request: Request, model: type[T]) -> Form[T]:
    """Read and check a posted form. Never raises for bad input: look at `errors`."""
    data = await request.form()
    form: Form[T] = Form(raw=_plain(data, model))
    await _take_files(request, form, data)
    try:
        form.value = model.model_validate(form.raw)
    except ValidationError as error:
        lang = request.state.actor.lang
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else ""
            form.errors.setdefault(name if name in model.model_fields else "", _sentence(lang, problem))
    if form.unsafe:
        form.value = None
    return form


async def _take_files(request: Request, form: Form[Any], data: FormData) -> None:
    """Every file that the scanner, where there is one, lets through."""
    scanner = request.app.state.settings.scanner
    for key, item in data.multi_items():
        if not isinstance(item, UploadFile) or not item.filename:
            continue
        try:
            if scanner:
                await scan(scanner, await item.read(), key)
                await item.seek(0)
        except Refused as refusal:
            form.refuse(request.state.actor.lang, refusal)
            form.unsafe.add(key)
            continue
        form.files.setdefault(key, []).append(item)


async def read_fields(request: Request) -> dict[str, list[str]]:
    """Every text field that was posted, as often as it came; for programs, whose errors are not pages."""
    return (await read_parts(request))[0]


async def read_parts(request: Request) -> tuple[dict[str, list[str]], dict[str, list[UploadFile]]]:
    """The same, and every file by the field it came in; an empty choice of a browser's is none."""
    texts: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, item in (await request.form()).multi_items():
        if isinstance(item, UploadFile) and not item.filename:
            continue
        if isinstance(item, UploadFile):
            files.setdefault(name, []).append(item)
        else:
            texts.setdefault(name, []).append(item)
    return texts, files


def _plain(data: FormData, model: type[BaseModel]) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for key in data:
        if key == CSRF_FIELD:
            continue
        values = [v.replace("\x00", "") for v in data.getlist(key) if isinstance(v, str)]
        if not values:
            continue
        known = model.model_fields.get(key)
        is_list = (known is not None and "list" in str(known.annotation)) or "tuple" in str(
            getattr(known, "annotation", "")
        )
        raw[key] = values if is_list else values[-1]
    return raw


def _sentence(lang: str, problem: Any) -> str:
    """One sentence for one problem: by its kind, else the general one."""
    kind = str(problem["type"])
    args = {k: v for k, v in (problem.get("ctx") or {}).items() if isinstance(v, int | str)}
    given = problem.get("input")
    if kind in ("string_too_short", "int_parsing") and given == "":
        kind = "missing"  # a choice left open, not a wrong number
    key = f"common-form-{kind.replace('_', '-')}"
    return t(lang, key, **args) if has(lang, key) else t(lang, "common-form-invalid")
