"""Services of the catalogue as Open311 lists them, and filing a request; what was filed is read in service_read.py."""

import secrets
from collections.abc import Sequence
from typing import Any

from linyue.base import ratelimit
from linyue.base.crypto import keyed_hash, same
from linyue.base.errors import Refused
from linyue.base.i18n import t
from linyue.base.policy import Actor
from linyue.base.scanning import scan
from linyue.base.settings import Settings
from linyue.centres import service as centres
from linyue.centres.rules import ItemEntry, Named
from linyue.centres.rules_guide import papers_in, time_words
from linyue.matters import service_photos as photos
from linyue.matters import service_report
from linyue.matters.model import Matter
from linyue.matters.rules import MatterRefusal
from linyue.matters.rules_danger import emergency_numbers
from linyue.matters.service_photos import CleanPhoto
from linyue.matters.service_report import NewMatter
from linyue.open311.rules import MEDIA, OTHER, Fault, Faulty, Open311Refusal, Told
from linyue.open311.service_place import find_place

KEYLESS_EACH, KEYLESS_ALL, KEYED = "20/hour", "300/hour", "600/hour"


def in_lang(lang: str, name: Named) -> str:
    """A name of the catalogue in the caller's language."""
    return name.zh if lang == "zh-CN" else name.en


async def services(lang: str) -> list[dict[str, Any]]:
    """Every item that can be asked for, and one for everything else."""
    index = await centres.catalogue_index()
    listed = [_service(lang, item, in_lang(lang, index.fields[item.fields[0]].name)) for item in index.taken]
    other = {
        "service_code": OTHER,
        "service_name": t(lang, "open311-other"),
        "description": t(lang, "open311-other-text"),
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": t(lang, "open311-other"),
    }
    return [*listed, other]


def _service(lang: str, item: ItemEntry, group: str) -> dict[str, Any]:
    note = in_lang(lang, item.note) if item.note else ""
    goes_to = t(lang, "open311-goes-to", place=in_lang(lang, item.goes_to)) if item.goes_to else ""
    return {
        "service_code": item.code,
        "service_name": in_lang(lang, item.name),
        "description": " ".join(filter(None, (goes_to, note))) or in_lang(lang, item.name),
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(word.replace("+", " ") for word in item.words),
        "group": group,
    }


async def definition(lang: str, code: str) -> dict[str, Any]:
    """What may be sent for one service, and what is good to know before. Raises NotFound."""
    item = None if code == OTHER else (await centres.catalogue_index()).item(code)
    fields = [
        _attribute(lang, "title", "string"),
        _attribute(lang, "private", "singlevaluelist", values=("no", "yes")),
    ]
    if item is not None:
        index = await centres.catalogue_index()
        papers = papers_in(lang, item.papers, dict(index.papers_en))
        time = time_words(item)
        fields.append(_attribute(lang, "time", "text", told=t(lang, time.key, days=time.days), is_asked=False))
        if papers:
            bring = t(lang, "common-comma").join(papers)
            fields.append(_attribute(lang, "papers", "text", told=bring, is_asked=False))
    attributes = [{**field, "order": n} for n, field in enumerate(fields, start=1)]
    return {"service_code": code, "attributes": attributes}


def _attribute(
    lang: str, code: str, datatype: str, *, values: tuple[str, ...] = (), told: str = "", is_asked: bool = True
) -> dict[str, Any]:
    return {
        "variable": is_asked,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": told or t(lang, f"open311-attribute-{code}-hint"),
        "description": t(lang, f"open311-attribute-{code}"),
        "values": [{"key": key, "name": t(lang, f"open311-value-{key}")} for key in values],
    }


async def check_key(settings: Settings, key: str, address: str) -> None:
    """Whether this caller may file now. Raises Faulty for a key that is none, Refused for too many."""
    known = [word.strip() for word in settings.open311_keys.split(",") if word.strip()]
    too_many = MatterRefusal.TOO_MANY_REPORTS
    if known:
        if not any([same(key, one) for one in known]):  # every one is compared, so that the time tells nothing
            await ratelimit.check("30/hour", "open311.wrong-key", address)
            raise Faulty(Fault("api_key", Open311Refusal.BAD_KEY, status=403))
        await ratelimit.check(KEYED, "open311.key", keyed_hash("index", f"open311.key|{key}"), reason=too_many)
        return
    await ratelimit.check(KEYLESS_EACH, "open311.post", address, reason=too_many)
    await ratelimit.check(KEYLESS_ALL, "open311.post-all", reason=too_many)


def form_id_of(request_key: str) -> str:
    """The form's id for a caller's own key, out of reach of the ids that pages make; without a key a new one."""
    return f"o311-{keyed_hash('code', f'open311.request|{request_key}')[:34] if request_key else secrets.token_hex(16)}"


async def read_pictures(settings: Settings, key: str, address: str, raws: Sequence[bytes]) -> tuple[CleanPhoto, ...]:
    """Pictures that came with a request, scanned, decoded and encoded again as those of residents are.

    A caller has a resident's number of them a day, one with a key a desk's. Raises Faulty for every bad one at once.
    """
    if not raws:
        return ()
    is_keyed = bool(settings.open311_keys)
    a_day = settings.photos_a_day * (photos.STAFF_TIMES if is_keyed else 1)
    caller = keyed_hash("index", f"open311.key|{key}") if is_keyed else address
    if not await ratelimit.spend(f"{a_day}/day", "open311.photos", caller, cost=len(raws)):
        raise Faulty(Fault(MEDIA, MatterRefusal.PHOTO_QUOTA, (("n", a_day),), status=429))
    kept, faults = [], []
    for which, raw in enumerate(raws, start=1):
        try:
            await scan(settings.scanner, raw, MEDIA)
            kept.append(await photos.keep_clean(settings.data, raw))
        except Refused as refusal:
            args = {**refusal.args_for_text, **({"which": which} if len(raws) > 1 else {})}
            status = 413 if refusal.reason is MatterRefusal.PHOTO_TOO_LARGE else 400
            faults.append(Fault(MEDIA, refusal.reason, tuple(args.items()), status))
    if faults:
        raise Faulty(*faults)
    return tuple(kept)


async def file_request(lang: str, told: Told, pictures: tuple[CleanPhoto, ...] = ()) -> dict[str, Any]:
    """File it as anybody without an account would. The same request key files one matter. Raises Faulty, Refused."""
    index = await centres.catalogue_index()
    item = index.living(told.service_code)
    if told.service_code != OTHER and item is None:
        raise Faulty(Fault("service_code", Open311Refusal.NO_SERVICE))
    place = await find_place(told)
    new = NewMatter(
        form_id=form_id_of(told.request_key),
        place_id=place.id,
        title=told.title,
        text=told.text,
        is_public=told.is_public,
        phone=told.phone,
        contact_name=told.name,
        channel="open311",
        asked_code=item.code if item else "",
        pictures=pictures,
    )
    try:
        matter = await service_report.report_matter(Actor(lang=lang), new)
    except Refused as refusal:
        if refusal.reason is MatterRefusal.BAD_PHONE:
            raise Faulty(Fault("phone", Open311Refusal.BAD_PHONE)) from refusal
        raise
    notice = _notice(lang, matter, item, index.by_code.get(told.service_code))
    return {"service_request_id": matter.number, "service_notice": notice, "account_id": None}


def _notice(lang: str, matter: Matter, item: ItemEntry | None, asked: ItemEntry | None) -> str:
    """What whoever filed should be told at once; `item` is what is taken now for the one asked for."""
    numbers = emergency_numbers(f"{matter.title} {matter.text}")
    urgent = t(lang, "open311-notice-urgent", numbers=t(lang, "common-comma").join(numbers)) if numbers else ""
    goes_to = t(lang, "open311-goes-to", place=in_lang(lang, item.goes_to)) if item and item.goes_to else ""
    followed = t(lang, "open311-notice-followed", name=in_lang(lang, item.name)) if item and item != asked else ""
    private = "" if matter.is_public else t(lang, "open311-notice-private")
    return " ".join(filter(None, (urgent, followed, goes_to, private)))
