"""The captcha's picture: no text in it, every sign drawn, none like the one before."""

from __future__ import annotations

import random
import re
from base64 import b64decode
from xml.etree import ElementTree

from domain.signin import CAPTCHA_SIGNS
from integrations.captcha import HEIGHT, STROKES, WIDTH, DrawnCaptcha

FRAME = "data:image/svg+xml;base64,"


def test_every_sign_has_its_strokes() -> None:
    assert set(STROKES) == set(CAPTCHA_SIGNS)


def test_the_picture_says_nothing_to_whoever_reads_its_source() -> None:
    """One path of short pieces in no order: neither text nor an element that belongs to a sign."""
    for text in ("34678", "ACEFH", "KMNPR", "TWXY3"):
        drawn = DrawnCaptcha().draw(text)
        assert drawn.startswith(FRAME)
        svg = b64decode(drawn.removeprefix(FRAME)).decode()
        tags = [e.tag.rsplit("}")[-1] for e in ElementTree.fromstring(svg).iter()]
        assert tags == ["svg", "rect", "path"]
        starts = [float(x) for x in re.findall(r"M(-?[\d.]+) ", svg)]
        assert len(starts) > 40
        assert starts != sorted(starts)


def test_the_signs_stay_in_the_picture_and_never_look_the_same() -> None:
    chance = random.Random(1)
    drawn = {DrawnCaptcha(chance).draw("WMKXR") for _ in range(50)}
    assert len(drawn) == 50
    captcha = DrawnCaptcha(chance)
    for place in range(5):
        points = [p for _ in range(200) for piece in captcha._sign("W", 7.5 + 29 * place) for p in piece]
        inside = [p for p in points if -4 <= p[0] <= WIDTH + 4 and -3 <= p[1] <= HEIGHT + 3]
        assert len(inside) > 0.99 * len(points)
