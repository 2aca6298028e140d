"""What is taken as a photo, and what is left of it."""

import os
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from linyue.base.errors import Refused
from linyue.base.policy import Actor
from linyue.base.settings import Settings
from linyue.matters.rules import MatterRefusal
from linyue.matters.service_photos import (
    EDGE,
    clean_photo,
    drafts_of,
    drop_drafts,
    keep_photos,
    photo_path,
    picture_columns,
    store_photo,
    sweep_drafts,
)
from tests.make.questions import make_people


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P") else None).save(out, kind, **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose head claims more pixels than anybody may send; its body is nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("colours", ["RGB", "RGBA", "L"])
def test_pictures_become_plain_jpegs(kind: str, colours: str) -> None:
    if kind == "JPEG" and colours == "RGBA":
        colours = "CMYK"
    done = clean_photo(picture(kind, mode=colours))
    with Image.open(BytesIO(done.body)) as opened:
        assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (80, 60))


def test_a_large_one_is_made_smaller() -> None:
    done = clean_photo(picture(size=(4000, 1000)))
    assert (done.width, done.height) == (EDGE, 400)


def test_place_and_comments_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[1] = "N"
    done = clean_photo(picture(exif=exif, comment=b"secret words"))
    assert b"secret" not in done.body and b"Exif" not in done.body
    assert (done.width, done.height) == (60, 80)


def test_nothing_hidden_behind_a_picture_survives() -> None:
    tail = b"PK\x03\x04<script>alert(1)</script>"
    done = clean_photo(picture() + tail)
    assert b"script" not in done.body and not done.body.endswith(tail)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", MatterRefusal.PHOTO_KIND),
        (b"", MatterRefusal.PHOTO_KIND),
        (b"<html>", MatterRefusal.PHOTO_KIND),
        (b"%PDF-1.7", MatterRefusal.PHOTO_KIND),
        (picture("GIF", mode="P"), MatterRefusal.PHOTO_KIND),
        (picture("BMP"), MatterRefusal.PHOTO_KIND),
        (picture(size=(800, 800))[:1500], MatterRefusal.PHOTO_BROKEN),
        (picture("PNG", size=(800, 800))[:-40], MatterRefusal.PHOTO_BROKEN),
        (huge_png(20_000, 20_000), MatterRefusal.PHOTO_TOO_WIDE),
        (huge_png(60_000, 60_000), MatterRefusal.PHOTO_TOO_WIDE),
        (b"\xff\xd8" + b"0" * (10 * 1024 * 1024), MatterRefusal.PHOTO_TOO_LARGE),
    ],
)
def test_what_is_no_photo_is_refused_in_words(raw: bytes, reason: MatterRefusal) -> None:
    with pytest.raises(Refused) as told:
        clean_photo(raw)
    assert told.value.reason is reason


def test_the_same_picture_has_the_same_name() -> None:
    assert clean_photo(picture()).sha256 == clean_photo(picture()).sha256


@pytest.mark.sqlite_only
async def test_what_nothing_names_any_more_is_removed_and_nothing_else(db: Settings) -> None:
    actor = Actor(person_id=(await make_people(1))[0])
    kept, dropped, sent_again = (picture(size=(size, 60)) for size in (80, 90, 100))
    await keep_photos(actor, db.data, "form", [kept, dropped, sent_again])
    paths = [photo_path(db.data, clean_photo(raw).sha256) for raw in (kept, dropped, sent_again)]
    drafts = await drafts_of(actor, "form")
    await drop_drafts(actor, "form", [draft.public_id for draft in drafts[1:]])
    await sweep_drafts()
    assert all(path.exists() for path in paths)  # a backup may have begun before they were dropped
    for path in paths:
        os.utime(path, (1, 1))
    store_photo(db.data, clean_photo(sent_again))
    await sweep_drafts()
    assert [path.exists() for path in paths] == [True, False, True]


@pytest.mark.sqlite_only
async def test_every_table_that_names_a_picture_is_known(db: Settings) -> None:
    assert picture_columns() == [
        ("draft_photos", "sha256"),
        ("matter_photos", "sha256"),
        ("question_mandates", "scan_sha256"),
        ("question_scans", "sha256"),
    ]
