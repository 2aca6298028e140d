"""Simple drawn pictures for the sample reports: a damp ceiling, full bins, parked cars. No real place is shown."""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (960, 720)
KINDS = ("leak", "bins", "cars", "light", "road", "tree", "dry")


def draw(kind: str, rng: random.Random) -> bytes:
    """One picture as PNG bytes. Raises KeyError for an unknown kind."""
    picture = Image.new("RGB", SIZE, (222, 226, 228))
    _DRAWN[kind](ImageDraw.Draw(picture), rng)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _room(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((0, 0, 960, 260), fill=(238, 236, 230))
    pen.rectangle((0, 260, 960, 720), fill=(216, 208, 194))
    pen.line((0, 260, 960, 260), fill=(150, 140, 126), width=4)
    pen.rectangle((640, 330, 860, 600), fill=(178, 206, 224), outline=(120, 110, 100), width=8)
    pen.line((750, 330, 750, 600), fill=(120, 110, 100), width=6)


def _leak(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    _room(pen)
    for _ in range(26):
        x, y, r = rng.randint(150, 460), rng.randint(60, 250), rng.randint(14, 62)
        shade = rng.randint(120, 190)
        pen.ellipse((x - r, y - r // 2, x + r, y + r // 2), fill=(shade, shade - 14, shade - 44))
    for _ in range(9):
        x, y = rng.randint(210, 420), rng.randint(290, 520)
        pen.ellipse((x, y, x + 9, y + 18), fill=(104, 138, 170))
    pen.polygon([(240, 620), (400, 620), (380, 690), (260, 690)], fill=(196, 70, 60))


def _dry(pen: ImageDraw.ImageDraw, _rng: random.Random) -> None:
    _room(pen)
    pen.polygon([(140, 70), (470, 60), (460, 240), (150, 250)], fill=(246, 245, 240))


def _bins(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 500, 960, 720), fill=(160, 160, 156))
    for n, colour in enumerate(((60, 110, 70), (60, 84, 140), (130, 130, 130), (120, 60, 50))):
        x = 110 + n * 200
        pen.rectangle((x, 330, x + 140, 580), fill=colour)
        pen.rectangle((x - 10, 310, x + 150, 340), fill=tuple(c - 20 for c in colour))
    for _ in range(18):
        x, y = rng.randint(60, 860), rng.randint(560, 680)
        pen.ellipse((x, y, x + rng.randint(30, 90), y + rng.randint(20, 50)), fill=(70, rng.randint(60, 90), 70))


def _cars(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 300, 960, 720), fill=(120, 122, 126))
    pen.line((0, 420, 960, 420), fill=(220, 190, 70), width=10)
    for n in range(4):
        x = 40 + n * 230
        colour = tuple(rng.randint(60, 200) for _ in range(3))
        pen.rounded_rectangle((x, 430, x + 200, 540), 24, fill=colour)
        pen.rounded_rectangle((x + 40, 380, x + 160, 450), 20, fill=(180, 200, 214))
        for wheel in (x + 30, x + 140):
            pen.ellipse((wheel, 520, wheel + 44, 564), fill=(40, 40, 42))


def _light(pen: ImageDraw.ImageDraw, _rng: random.Random) -> None:
    pen.rectangle((0, 0, 960, 720), fill=(52, 52, 60))
    for n in range(7):
        pen.polygon([(80, 700 - n * 80), (880, 700 - n * 80), (800, 640 - n * 80), (160, 640 - n * 80)],
                    fill=(70 + n * 4, 70 + n * 4, 78 + n * 4))  # fmt: skip
    pen.ellipse((430, 40, 530, 140), outline=(150, 150, 150), width=6)
    pen.line((440, 50, 520, 130), fill=(190, 80, 70), width=8)


def _road(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 240, 960, 720), fill=(150, 146, 140))
    for row in range(5):
        for column in range(8):
            x, y = column * 130 - (row % 2) * 60, 250 + row * 95
            pen.rectangle((x, y, x + 124, y + 88), outline=(122, 118, 112), width=4)
    pen.ellipse((330, 400, 620, 560), fill=(84, 78, 70))
    for _ in range(12):
        x, y = rng.randint(300, 640), rng.randint(380, 580)
        pen.rectangle((x, y, x + 26, y + 18), fill=(112, 106, 98))


def _tree(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    pen.rectangle((0, 520, 960, 720), fill=(110, 140, 90))
    pen.rectangle((560, 140, 900, 540), fill=(206, 196, 184))
    for row in range(3):
        for column in range(3):
            x, y = 590 + column * 105, 170 + row * 120
            pen.rectangle((x, y, x + 70, y + 80), fill=(160, 186, 200))
    pen.rectangle((380, 330, 420, 580), fill=(110, 82, 58))
    for _ in range(40):
        x, y, r = rng.randint(220, 600), rng.randint(90, 360), rng.randint(30, 70)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(50, rng.randint(90, 140), 60))


_DRAWN = {
    "leak": _leak, "dry": _dry, "bins": _bins, "cars": _cars, "light": _light, "road": _road, "tree": _tree,
}  # fmt: skip
