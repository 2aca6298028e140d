"""Photos as weapons: over the form, a hostile corpus; below it, seeded damage to every format."""

import random
import resource
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from multiprocessing import get_context
from typing import Any

import pytest
from PIL import Image

from linyue.base.errors import Refused
from linyue.matters.service_photos import clean_photo, photo_path
from tests.client import Client
from tests.faults.figures import note
from tests.make.matters import Neighbourhood, make_neighbourhood

SEED = 20261123
CASES = 1500
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
SCRIPT = b"<script>window.__xss=1</script>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    plain = Image.effect_noise(size, 60) if size[0] < 1000 else Image.new("L", size)
    plain.convert(mode).save(out, kind, **more)
    return out.getvalue()


def with_place() -> Image.Exif:
    """Metadata with a position, a name and a turn."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x013B] = 6, "canary words", "canary name"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (29.0, 52.0, 7.0)
    return exif


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes = b"", more: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    )


def bomb() -> bytes:
    """A compressed note of 8 MB inside a small PNG."""
    return png(2, 2, b"\0" * 14, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 8_000_000)))


def damaged(chance: random.Random, whole: bytes) -> bytes:
    """The picture with a few bytes changed, put in or lost, or cut off."""
    raw = bytearray(whole if chance.random() < 0.7 else whole[: chance.randrange(len(whole))])
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if raw:
            at = chance.randrange(min(len(raw), chance.choice((40, 200, len(raw)))))
            raw[at : at + chance.randrange(3)] = bytes(
                chance.choice((0, 255, chance.randrange(256))) for _ in range(chance.randrange(3))
            )
    return bytes(raw)  # fmt: skip


def originals() -> list[bytes]:
    return [
        picture(exif=with_place()), picture(progressive=True, exif=with_place(), comment=b"canary"), picture(mode="CMYK"),
        picture("PNG", exif=with_place()), picture("PNG", mode="RGBA"), picture("PNG", mode="P"), picture("WEBP", exif=with_place()),
        picture("WEBP", mode="RGBA", lossless=True),
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damage_is_refused_or_healed_and_nothing_fails_inside() -> None:
    chance = random.Random(SEED)
    wholes, healed = originals(), 0
    for number in range(CASES):
        raw = damaged(chance, chance.choice(wholes))
        try:
            done = clean_photo(raw)
        except Refused:
            continue
        except Exception as error:
            raise AssertionError(f"seed {SEED} case {number}: {error!r}") from error
        healed += 1
        assert done.body.startswith(b"\xff\xd8") and b"canary" not in done.body and b"Exif" not in done.body
    assert CASES // 10 < healed < CASES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_is_gone_and_the_turn_is_kept(kind: str) -> None:
    done = clean_photo(picture(kind, exif=with_place(), icc_profile=b"canary" * 40, xmp=b"canary"))
    assert b"canary" not in done.body and b"Exif" not in done.body and b"ICC" not in done.body
    assert (done.width, done.height) == (48, 64)
    with Image.open(BytesIO(done.body)) as opened:
        assert not opened.getexif() and set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_two_pictures_in_one_file_become_the_first() -> None:
    out = BytesIO()
    Image.new("RGB", (30, 20)).save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20), "red")])
    assert (clean_photo(out.getvalue()).width, clean_photo(out.getvalue()).height) == (30, 20)


def solid(mode: str, size: tuple[int, int], kind: str, **more: Any) -> bytes:
    """A picture of one colour: small as a file, as large as any once it is decoded."""
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def peak_of(raw: bytes) -> tuple[str, float]:
    """What becomes of a picture and the most memory that took, in megabytes; for a process of its own."""
    clean_photo(picture())  # what the decoders load once is no picture's
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        done = str(max(clean_photo(raw).width, clean_photo(raw).height))
    except Refused as refused:
        done = str(refused.reason.value)
    return done, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


ALL_AT_ONCE = {"progressive": True, "subsampling": 0}
LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG of 20,000 by 20,000": ("too-wide", lambda: png(20_000, 20_000)),
    "PNG over the limit": ("too-wide", lambda: solid("L", (3300, 3300), "PNG")),
    "WebP over the limit": ("too-wide", lambda: solid("L", (2400, 2400), "WEBP")),
    "JPEG in passes over the limit": ("too-wide", lambda: solid("RGB", (8000, 5000), "JPEG", **ALL_AT_ONCE)),
    "JPEG in passes and four colours": ("too-wide", lambda: solid("CMYK", (3000, 3000), "JPEG", progressive=True)),
    "note of 8 MB": ("broken", bomb),
    "PNG at the limit": ("1600", lambda: solid("RGBA", (3000, 3000), "PNG")),
    "WebP at the limit": ("1600", lambda: solid("RGBA", (2121, 2121), "WEBP")),
    "JPEG at the limit": ("1600", lambda: solid("CMYK", (8000, 5000), "JPEG")),
    "JPEG in a strip": ("1600", lambda: solid("RGB", (3199, 12_500), "JPEG")),
    "JPEG in passes at the limit": ("1600", lambda: solid("RGB", (4000, 3000), "JPEG", **ALL_AT_ONCE)),
    "JPEG in passes with coarse colours": ("1600", lambda: solid("RGB", (6000, 4000), "JPEG", progressive=True)),
}


def test_large_pictures_need_less_than_100_megabytes() -> None:
    """Each in a process of its own: memory that one has left free would hide what the next one takes."""
    fresh = get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    worst = 0.0
    for name, (wanted, make) in LARGE.items():
        with fresh.Pool(1) as one:
            done, grown = one.apply(peak_of, (make(),))
        assert wanted in done, (name, done)
        assert grown < 100, f"{name}: {grown:.0f} MB"
        worst = max(worst, grown)
    note("T24", f"{len(LARGE)} pictures large in one way or another, the most memory of one", worst, "MB", at_most=100)


def test_a_hair_is_a_picture_too() -> None:
    assert clean_photo(solid("RGB", (1, 30_000), "JPEG")).height == 1600


def hostile_files() -> Iterator[tuple[str, bytes, str, bool]]:
    """File name, content, declared type, whether it is taken (after being drawn anew)."""
    yield "x.svg", SVG, "image/svg+xml", False
    yield "x.jpg", SVG, "image/jpeg", False
    yield "x.html", b"<html>" + SCRIPT, "text/html", False
    yield "x.jpg", b"\xff\xd8\xff\xe0" + SCRIPT, "image/jpeg", False
    yield "x.gif", b"GIF89a/*" + b"\0" * 40 + b"*/=1;" + SCRIPT, "image/gif", False
    yield "x.zip", b"PK\x03\x04" + b"\0" * 60, "application/zip", False
    yield "x.pdf", b"%PDF-1.7 " + SCRIPT, "image/jpeg", False
    yield "x.png", png(20_000, 20_000), "image/png", False
    yield "x.png", bomb(), "image/png", False
    yield "x.jpg", picture()[:400], "image/jpeg", False
    yield "x.jpg", b"", "image/jpeg", False
    yield "../../../etc/cron.d/x.jpg", picture(comment=SCRIPT) + SCRIPT, "text/html", True
    yield "\u202egpj.exe", picture(exif=with_place()), "application/x-msdownload", True
    yield "a\x00.html", picture("PNG"), "text/html", True


@pytest.mark.sqlite_only
async def test_a_hostile_corpus_over_the_form(client: Client, new_client: Any) -> None:
    here: Neighbourhood = await make_neighbourhood()
    await client.sign_in_as(here.people["resident"])
    other = new_client()
    await other.sign_in_as(here.people["neighbour"])
    for number, (name, raw, kind, is_taken) in enumerate(hostile_files()):
        form = {"form_id": f"form-of-the-corpus-{number:02d}", "place": str(here.tree.building.id), "title": "屋顶漏水"}
        answer = await client.send_form("/report/check", form, files={"photos": (name, raw, kind)})
        assert answer.status_code == (200 if is_taken else 422), (name, raw[:20], answer.status_code)
        shown = "/report/photos/" in answer.text
        assert shown is is_taken, (name, raw[:20])
        if not is_taken:
            assert "__xss" not in answer.text and "etc/cron" not in answer.text
            continue
        address = "/report/photos/" + answer.text.split("/report/photos/")[1].split('"')[0]
        got = await client.get(address)
        assert got.headers["content-type"] == "image/jpeg" and got.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in got.headers["content-security-policy"] and got.headers["cache-control"].startswith(
            "private"
        )
        assert got.content.startswith(b"\xff\xd8") and b"__xss" not in got.content and b"canary" not in got.content
        assert (await other.get(address)).status_code == 404, "a draft is its owner's"
        assert (await new_client().get(address)).status_code == 303
    stored = [p for p in client.settings.data.rglob("*") if p.is_file() and "photos" in p.parts]
    assert stored and all(photo_path(client.settings.data, p.stem) == p for p in stored), "only hashes are names"


@pytest.mark.sqlite_only
async def test_too_many_and_too_much(client: Client) -> None:
    here: Neighbourhood = await make_neighbourhood()
    await client.sign_in_as(here.people["resident"])
    form = {"form_id": "form-of-too-many-photos", "place": str(here.tree.building.id), "title": "屋顶漏水"}
    five = [("photos", (f"{n}.jpg", picture(), "image/jpeg")) for n in range(5)]
    nine = [("photos", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(9)]
    assert (await client.send_form("/report/check", form, files=five)).status_code == 422
    assert (await client.send_form("/report/check", form, files=nine)).status_code == 400
    big = b"\xff\xd8" + b"0" * (11 * 1024 * 1024)
    assert (
        await client.send_form("/report/check", form, files={"photos": ("a", big, "image/jpeg")})
    ).status_code == 422
    huge = {"content-length": str(10**12), "content-type": "multipart/form-data; boundary=x"}
    assert (await client.post("/report/check", content=b"x", headers=huge)).status_code == 413
