"""How it stands with an answer, as the progress component and the list of uploads show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.components.progress import progress_value
from app.workflow.services import Services
from app.workflow.videos import answer_requests
from app.workflow.videos.answer_requests import AnswerProgress, Standing

BEGUN = AnswerProgress("decoding", 0.0)  # until the worker has said something
NEXT = "Waiting to be analysed. It is the next one."


def standings(services: Services, video_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each video that is here: `state`, and what the progress component shows, or null."""
    found = answer_requests.standings(services, video_ids)
    return {
        number: {"state": one.state, "place": one.place, "progress": shown(one, number)}
        for number, one in found.items()
    }


def shown(standing: Standing, video_id: int) -> dict[str, Any] | None:
    """The value of the progress component, which follows the video as long as it is under way."""
    match standing.state:
        case "waiting":
            return progress_value(
                "waiting", 0.0, elapsed_s=0.0, sentence=waiting(standing.place), follows=video_id
            )
        case "working":
            progress = standing.progress or BEGUN
            return progress_value(
                progress.stage,
                progress.share,
                elapsed_s=standing.elapsed_s,
                remaining_s=progress.remaining_s,
                follows=video_id,
            )
        case "failed":
            return progress_value("decoding", 0.0, elapsed_s=0.0, error=standing.sentence)
        case "stopped":
            return progress_value("decoding", 0.0, elapsed_s=0.0, note=standing.sentence)
        case _:
            return None


def waiting(place: int) -> str:
    """Where in the line a video stands, in words."""
    if place == 1:
        return NEXT
    if place == 0:
        return "Waiting to be analysed."
    before = "1 video is" if place == 2 else f"{place - 1} videos are"
    return f"Waiting to be analysed. {before} before it."
