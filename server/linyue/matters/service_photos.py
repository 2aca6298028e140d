"""Photos: decoded and encoded again, named by their hash, kept outside the web folder.

Nothing of the original file survives. Formats, sizes and the pixel cap are checked before a pixel is decoded
(OWASP ASVS 5.2). A row names a file; a file that no row names any more is removed by sweep_drafts.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from tortoise import Tortoise, connections

from linyue.base import clock, ratelimit
from linyue.base.db import settings_in_use, unit_of_work
from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.matters.model import DraftPhoto, Matter, MatterPhoto
from linyue.matters.rules import PHOTOS_AT_MOST, MatterRefusal

BYTES_AT_MOST = 10 * 1024 * 1024
PIXELS_AT_MOST = {"JPEG": 40_000_000, "PNG": 9_000_000, "WEBP": 4_500_000}
"""By format, so that decoding never needs more than 100 MB: only a JPEG is made smaller while it is read."""
PROGRESSIVE_AT_MOST = 36_000_000
"""Samples of all colours together in a JPEG that comes in several passes: its reader holds them all, two bytes each."""
STAFF_TIMES = 10
"""How many times a resident's photos of a day somebody with a role may send: a desk keeps what it did in pictures."""
EDGE = 1600
QUALITY = 82
DRAFT_LIFE = timedelta(days=1)
FILE_LIFE = DRAFT_LIFE + timedelta(hours=2)
"""How long a file lies after it was last sent before it may be removed: longer than its draft, so that a backup that
began before a draft was forgotten still finds the picture, and whoever sends it again has time to file it."""
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_decoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photos")
"""One picture at a time: a few that are decoded together would need more memory than everything else."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture that is safe to keep: JPEG, at most 1600 px, without metadata."""

    sha256: str
    width: int
    height: int
    body: bytes


def clean_photo(raw: bytes) -> CleanPhoto:
    """Decode and encode again. Raises Refused saying what is wrong with the file."""
    if len(raw) > BYTES_AT_MOST:
        raise Refused(MatterRefusal.PHOTO_TOO_LARGE, field="photos", which=0, n=BYTES_AT_MOST // 1024 // 1024)
    try:
        with Image.open(BytesIO(raw), formats=list(PIXELS_AT_MOST)) as opened:
            if opened.width * opened.height > PIXELS_AT_MOST.get(opened.format or "", PIXELS_AT_MOST["JPEG"]):
                raise Refused(MatterRefusal.PHOTO_TOO_WIDE, field="photos", which=0)
            if _held_samples(opened) > PROGRESSIVE_AT_MOST:
                raise Refused(MatterRefusal.PHOTO_TOO_WIDE, field="photos", which=0)
            turn = _turn_of(opened)
            longest = max(opened.size)  # by the longer side alone: a strip would be read whole for its short one
            opened.draft("RGB", (max(1, opened.width * EDGE // longest), max(1, opened.height * EDGE // longest)))
            opened.thumbnail((EDGE, EDGE))
            picture = _flat(opened)
    except UnidentifiedImageError as error:
        raise Refused(MatterRefusal.PHOTO_KIND, field="photos", which=0) from error
    except Image.DecompressionBombError as error:
        raise Refused(MatterRefusal.PHOTO_TOO_WIDE, field="photos", which=0) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused(MatterRefusal.PHOTO_BROKEN, field="photos", which=0) from error
    if turn is not None:
        picture = picture.transpose(turn)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    body = out.getvalue()
    return CleanPhoto(hashlib.sha256(body).hexdigest(), picture.width, picture.height, body)


def _held_samples(picture: Image.Image) -> int:
    """How many samples a reader keeps until the last pass; 0 where rows come one after the other."""
    if not isinstance(picture, JpegImageFile) or not picture.info.get("progressive"):
        return 0
    shares = [across * down for _, across, down, _ in picture.layer]
    if picture.mode == "CMYK":
        shares.append(shares[-1])  # what turning it into three colours needs
    return picture.width * picture.height * sum(shares) // max(1, *shares) if shares else 0


def _turn_of(picture: Image.Image) -> Image.Transpose | None:
    """How the picture has to be turned to stand upright; damaged metadata says nothing."""
    try:
        return TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # a reader of foreign bytes raises whatever comes
        return None


def _flat(picture: Image.Image) -> Image.Image:
    """Pixels alone on a white ground: a fresh picture, so that no profile, comment or EXIF comes along."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    plain = picture.convert("RGB")
    fresh = Image.new("RGB", plain.size)
    fresh.paste(plain)
    return fresh


def photo_path(data: Path, sha256: str) -> Path:
    """Where a picture lies: photos/ab/abcdef….jpg in the data folder."""
    return data / "photos" / sha256[:2] / f"{sha256}.jpg"


def store_photo(data: Path, photo: CleanPhoto) -> None:
    """Write a picture once; two at the same time do no harm. One that is there counts as sent just now."""
    path = photo_path(data, photo.sha256)
    if path.exists():
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(photo.body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


async def keep_picture(data: Path, raw: bytes) -> str:
    """Keep one picture by its hash, for other slices too; gives the hash. Raises Refused for a bad file."""
    return (await keep_clean(data, raw)).sha256


async def keep_clean(data: Path, raw: bytes) -> CleanPhoto:
    """Keep one picture that a row will name in a moment. Raises Refused for a bad file."""
    photo = await asyncio.get_running_loop().run_in_executor(_decoder, clean_photo, raw)
    await asyncio.to_thread(store_photo, data, photo)
    return photo


async def keep_photos(actor: Actor, data: Path, form_id: str, raws: Sequence[bytes]) -> None:
    """Keep pictures sent with a form until it is filed, at most four a form.

    Raises Refused for the first bad one, naming which it was; those that are fine are kept all the same.
    """
    assert actor.person_id is not None
    held = await DraftPhoto.filter(form_id=form_id, person_id=actor.person_id).count()
    if held + len(raws) > PHOTOS_AT_MOST:
        raise Refused(MatterRefusal.PHOTO_TOO_MANY, field="photos", n=PHOTOS_AT_MOST)
    await _spend(actor, len(raws))
    cleaned, refusal = [], None
    for which, raw in enumerate(raws, start=1):
        try:
            cleaned.append(await keep_clean(data, raw))
        except Refused as error:
            if len(raws) > 1:
                error.args_for_text["which"] = which
            refusal = refusal or error
    async with unit_of_work():
        for photo in cleaned:
            await DraftPhoto.create(
                public_id=secrets.token_urlsafe(16),
                form_id=form_id,
                person_id=actor.person_id,
                sha256=photo.sha256,
                width=photo.width,
                height=photo.height,
                added_at=clock.real_now(),
            )
    if refusal is not None:
        raise refusal


async def _spend(actor: Actor, count: int) -> None:
    """Take so many from what somebody may send in a day. Raises Refused: PHOTO_QUOTA."""
    a_day = settings_in_use().photos_a_day * (STAFF_TIMES if actor.grants else 1)
    if not await ratelimit.spend(f"{a_day}/day", "photos", str(actor.person_id), cost=count):
        raise Refused(MatterRefusal.PHOTO_QUOTA, field="photos", n=a_day)


async def drafts_of(actor: Actor, form_id: str) -> list[DraftPhoto]:
    """Pictures that wait for this form to be filed."""
    return await DraftPhoto.filter(form_id=form_id, person_id=actor.person_id).order_by("id")


async def drop_drafts(actor: Actor, form_id: str, public_ids: Sequence[str]) -> None:
    """Take pictures out of a form again. The files go with the next sweep, unless another row names them."""
    async with unit_of_work():
        await DraftPhoto.filter(form_id=form_id, person_id=actor.person_id, public_id__in=list(public_ids)).delete()


async def attach_photos(actor: Actor, matter: Matter, form_id: str, *, is_after: bool = False) -> int:
    """Move a form's pictures to the matter, in the caller's unit of work. Returns how many."""
    drafts = await drafts_of(actor, form_id)
    for draft in drafts[:PHOTOS_AT_MOST]:
        await MatterPhoto.create(
            public_id=draft.public_id,
            matter_id=matter.id,
            sha256=draft.sha256,
            width=draft.width,
            height=draft.height,
            is_after=is_after,
            added_at=clock.now(),
        )
    await DraftPhoto.filter(id__in=[draft.id for draft in drafts]).delete()
    return len(drafts)


async def add_photos(matter: Matter, photos: Sequence[CleanPhoto]) -> int:
    """Pictures that came together with the report, kept already, in the caller's unit of work. Returns how many."""
    for photo in photos:
        await MatterPhoto.create(
            public_id=secrets.token_urlsafe(16),
            matter_id=matter.id,
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            added_at=clock.now(),
        )
    return len(photos)


async def sweep_drafts() -> None:
    """Forget pictures of forms that were never filed, and remove files that no row has named for a day."""
    await DraftPhoto.filter(added_at__lt=clock.real_now() - DRAFT_LIFE).delete()
    data = settings_in_use().data
    # The folder is read before the rows: what is named in between is then known to be named.
    old = await asyncio.to_thread(_older_than, data, FILE_LIFE)
    for digest in sorted(old - await named_pictures()) if old else ():
        photo_path(data, digest).unlink(missing_ok=True)


def _older_than(data: Path, life: timedelta) -> set[str]:
    """Hashes of the files that were last sent longer ago than this."""
    before = (clock.real_now() - life).timestamp()
    return {path.stem for path in (data / "photos").glob("*/*.jpg") if path.stat().st_mtime < before}


def picture_columns() -> list[tuple[str, str]]:
    """(table, column) of everything that names a kept picture, in every slice: a column sha256 or …_sha256.

    Read from the models, not from a list that slices add to: a process that had not loaded a slice would remove its
    files.
    """
    return sorted(
        (str(model._meta.db_table), column)
        for model in Tortoise.apps["models"].values()
        for column in model._meta.fields_db_projection.values()
        if column.endswith("sha256")
    )


async def named_pictures() -> set[str]:
    """Hashes of all pictures that a row names."""
    link, found = connections.get("default"), set[str]()
    for table, column in picture_columns():
        rows = await link.execute_query_dict(f"SELECT {column} AS digest FROM {table} WHERE {column} <> ''")  # noqa: S608 - of the models
        found |= {str(row["digest"]) for row in rows}
    return found
