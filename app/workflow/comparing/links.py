"""Links to two answers for one video: through the lists of a version, and from any one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.workflow.answers.explain import Answer
from app.workflow.comparing.side_by_side import SHORT, Pair, others
from app.workflow.models import versions
from app.workflow.services import Services

MOST_LINKS = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the lists. `place` counts from 1 within its list of `many`."""

    list_name: str
    place: int
    many: int
    video_id: int
    before: str
    after: str

    @property
    def address(self) -> str:
        """The link to both answers."""
        return compare_address(self.video_id, before=self.before, after=self.after)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a video stands in the lists and what its neighbours are."""

    here: Stop
    previous: Stop | None
    next: Stop | None


def way(pair: Pair) -> Way | None:
    """The place of a pair in the lists of the version after it; None if it is in neither."""
    stops = _stops(pair.after.version.metrics)
    for number, stop in enumerate(stops):
        if stop.video_id == pair.video.id and stop.before == pair.before.version.sha256:
            return Way(
                here=stop,
                previous=stops[number - 1] if number else None,
                next=stops[number + 1] if number + 1 < len(stops) else None,
            )
    return None


def compare_address(video_id: int, *, before: str, after: str) -> str:
    """The link that shows the answers of two versions, given by their SHA-256."""
    return f"/compare?video={video_id}&before={before[:SHORT]}&after={after[:SHORT]}"


def comparable(services: Services, answer: Answer) -> list[tuple[str, str]]:
    """The newest other versions that answered for the same video: name, link to both answers."""
    here = versions.find(services, answer.prediction.version)
    links = []
    for other in others(services, answer)[:MOST_LINKS]:
        before, after = sorted((here, other), key=lambda version: version.id)
        address = compare_address(answer.video.id, before=before.sha256, after=after.sha256)
        links.append((other.name, address))
    return links


def _stops(result: Mapping[str, Any]) -> list[Stop]:
    stops: list[Stop] = []
    for list_name in ("fixed", "broken"):
        lines = result.get(list_name, [])
        stops += [
            Stop(
                list_name=list_name,
                place=place,
                many=len(lines),
                video_id=line["video_id"],
                before=line["before_version"],
                after=line["after_version"],
            )
            for place, line in enumerate(lines, start=1)
        ]
    return stops
