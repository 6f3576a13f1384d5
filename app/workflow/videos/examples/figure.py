"""A simple jointed figure, drawn on a picture. Knows nothing of video or of models."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]

SKIN: Colour = (214, 160, 122)


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees, 0 = straight down, 90 = straight out to the figure's side.

    `lift` moves the hips up, as a share of the figure's height; `lean` tips the trunk.
    """

    arm: float = 10.0
    forearm: float = 10.0
    leg: float = 6.0
    shin: float = 6.0
    lift: float = 0.0
    lean: float = 0.0


@dataclass(frozen=True, slots=True)
class Clothes:
    """Colours of the figure."""

    shirt: Colour = (190, 60, 50)
    trousers: Colour = (45, 55, 90)


def draw_figure(
    draw: ImageDraw.ImageDraw, foot: Point, height: float, pose: Pose, clothes: Clothes
) -> dict[str, Point]:
    """Draws the figure standing at `foot` (pixels) and returns where its hands are.

    Proportions are those of the usual artist's figure of seven and a half heads.
    """
    head = height / 7.5
    thigh, shin, trunk, upper, lower = (height * s for s in (0.245, 0.245, 0.30, 0.17, 0.17))
    hips = (foot[0], foot[1] - thigh - shin - pose.lift * height)
    neck = _along(hips, 180.0 + pose.lean, trunk)
    width = height * 0.075
    hands: dict[str, Point] = {}
    for side in (-1.0, 1.0):
        hip = (hips[0] + side * head * 0.38, hips[1])
        knee = _along(hip, side * pose.leg, thigh)
        ankle = _along(knee, side * pose.shin, shin)
        _limb(draw, [hip, knee, ankle], width * 1.15, clothes.trousers)
        _dot(draw, (ankle[0] + side * width * 0.3, ankle[1]), width * 0.7, (40, 40, 40))
    _limb(draw, [hips, neck], head * 1.25, clothes.shirt)
    for name, side in (("left", -1.0), ("right", 1.0)):
        shoulder = (neck[0] + side * head * 0.75, neck[1] + head * 0.2)
        elbow = _along(shoulder, side * pose.arm, upper)
        hand = _along(elbow, side * pose.forearm, lower)
        _limb(draw, [shoulder, elbow], width, clothes.shirt)
        _limb(draw, [elbow, hand], width * 0.85, SKIN)
        _dot(draw, hand, width * 0.6, SKIN)
        hands[name] = hand
    crown = _along(neck, 180.0 + pose.lean, head * 0.75)
    _dot(draw, crown, head * 0.55, SKIN)
    _dot(draw, (crown[0], crown[1] - head * 0.22), head * 0.45, (70, 45, 30))
    _dot(draw, (crown[0], crown[1] + head * 0.1), head * 0.42, SKIN)
    return hands


def _along(start: Point, degrees: float, length: float) -> Point:
    angle = math.radians(degrees)
    return (start[0] + math.sin(angle) * length, start[1] + math.cos(angle) * length)


def _limb(draw: ImageDraw.ImageDraw, joints: list[Point], width: float, colour: Colour) -> None:
    draw.line(joints, fill=colour, width=max(1, round(width)), joint="curve")
    for joint in joints:
        _dot(draw, joint, width / 2, colour)


def _dot(draw: ImageDraw.ImageDraw, centre: Point, radius: float, colour: Colour) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
