"""Captchas drawn by ourselves: an SVG of bent strokes, cut into pieces and shuffled among noise.

There is no text in the picture, and no element that belongs to one sign: whoever wants to read it has to look at it.
"""

from __future__ import annotations

import math
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import pairwise

Point = tuple[float, float]

WIDTH, HEIGHT = 160, 52
_CELL = 29
_NOISE = 7

# Each sign as strokes in a field of 4 by 6.
STROKES: dict[str, str] = {
    "3": "0.2,0.6 1.4,0 3,0.2 3.6,1.4 2.8,2.6 1.6,2.9 3.2,3.3 3.9,4.5 3,5.8 1.4,6 0.1,5.4",
    "4": "3,6 3,0 0,4.2 4,4.2",
    "6": "3.5,0.4 2,0.2 0.7,1.6 0.2,3.8 0.8,5.5 2.2,6 3.6,5.2 3.7,3.8 2.6,2.9 1.2,3.1 0.4,4",
    "7": "0,0.1 4,0.1 2.6,2.6 1.6,6",
    "8": "2,2.8 0.6,2 0.6,0.7 2,0 3.4,0.7 3.4,2 2,2.8 0.3,3.9 0.3,5.2 2,6 3.7,5.2 3.7,3.9 2,2.8",
    "A": "0,6 2,0 4,6|0.8,4 3.2,4",
    "C": "3.8,0.9 2.6,0 1.2,0.2 0.2,1.7 0.1,4 1,5.6 2.4,6 3.8,5.2",
    "E": "3.8,0 0.2,0 0.2,6 3.8,6|0.2,2.9 3,2.9",
    "F": "3.8,0 0.2,0 0.2,6|0.2,2.9 3,2.9",
    "H": "0.2,0 0.2,6|3.8,0 3.8,6|0.2,3 3.8,3",
    "K": "0.3,0 0.3,6|3.8,0 0.3,3.4|1.5,2.4 3.9,6",
    "M": "0,6 0.3,0 2,3.6 3.7,0 4,6",
    "N": "0.3,6 0.3,0 3.7,6 3.7,0",
    "P": "0.4,6 0.4,0 2.6,0 3.7,0.8 3.7,2.3 2.6,3.2 0.4,3.2",
    "R": "0.4,6 0.4,0 2.6,0 3.7,0.8 3.7,2.3 2.6,3.1 0.4,3.1|2.2,3.1 3.9,6",
    "T": "0,0.1 4,0.1|2,0.1 2,6",
    "W": "0,0 1,6 2,2.2 3,6 4,0",
    "X": "0.2,0 3.8,6|3.8,0 0.2,6",
    "Y": "0,0 2,3 4,0|2,3 2,6",
}


class DrawnCaptcha:
    """Draws with the system's randomness, or with a given one in tests."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.SystemRandom()

    def draw(self, text: str) -> str:
        """The signs as a data address of an SVG picture."""
        left = (WIDTH - _CELL * len(text)) / 2
        pieces = [piece for place, sign in enumerate(text) for piece in self._sign(sign, left + place * _CELL)]
        pieces += [piece for _ in range(_NOISE) for piece in self._noise()]
        self._chance.shuffle(pieces)
        path = "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for (a, b), (c, d) in pieces)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#eef4f3"/>'
            f'<path d="{path}" fill="none" stroke="#21504c" stroke-width="2" stroke-linecap="round"/></svg>'
        )
        return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()

    def _sign(self, sign: str, left: float) -> Iterator[tuple[Point, Point]]:
        """A sign, turned, slanted, stretched and bent, each one otherwise."""
        near = self._chance.uniform
        turn, slant = near(-0.26, 0.26), near(-0.2, 0.2)
        wide, high = near(3.7, 4.7), near(4.6, 5.6)
        middle = (left + _CELL / 2 + near(-2, 2), HEIGHT / 2 + near(-5, 5))
        wave, phase = near(0.6, 1.6), near(0, 6.3)

        def moved(x: float, y: float) -> Point:
            across, down = (x - 2) * wide + (y - 3) * slant * high, (y - 3) * high
            at_x = across * math.cos(turn) - down * math.sin(turn) + wave * math.sin(down / 7 + phase)
            at_y = across * math.sin(turn) + down * math.cos(turn) + wave * math.cos(across / 6 + phase)
            return middle[0] + at_x, middle[1] + at_y

        for stroke in STROKES[sign].split("|"):
            points = [tuple(map(float, pair.split(","))) for pair in stroke.split()]
            for (a, b), (c, d) in pairwise(points):
                yield from self._cut(moved, (a, b), (c, d))

    def _noise(self) -> Iterator[tuple[Point, Point]]:
        """A short curve somewhere, of the same pen."""
        near = self._chance.uniform
        x, y, angle, bend = near(0, WIDTH), near(0, HEIGHT), near(0, 6.3), near(-0.5, 0.5)
        for _ in range(self._chance.randint(2, 4)):
            to_x, to_y = x + 4.5 * math.cos(angle), y + 4.5 * math.sin(angle)
            yield (x, y), (to_x, to_y)
            x, y, angle = to_x, to_y, angle + bend

    def _cut(self, moved: Callable[[float, float], Point], a: Point, b: Point) -> Iterator[tuple[Point, Point]]:
        """A straight line in pieces of uneven length, some drawn backwards."""
        count = max(1, round(math.dist(a, b) / 0.9))
        inner = sorted(self._chance.uniform(0.05, 0.95) for _ in range(count - 1))
        marks = [moved(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for t in (0.0, *inner, 1.0)]
        for piece in pairwise(marks):
            yield piece if self._chance.random() < 0.5 else (piece[1], piece[0])
