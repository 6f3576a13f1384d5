"""An answer in words, the same on the page, in the film, on the command line and in the API.

Three steps: "Bench pressing (98 %)" is sure, "Probably archery (90 %)" is likely, "Best guess:
archery (33 %)" is neither. One line beside it says what such an answer is worth.
"""

from __future__ import annotations

from model.inference.certainty import Step, measured_right, step_of
from model.inference.prediction import Prediction

NO_BREAK = "\u00a0"  # keeps a number and its unit on one line
CAVEAT = "This shows what counted, not whether it understood."
NO_ANSWER = "There is no answer for this video."
WORDS: dict[Step, str] = {"sure": "sure", "likely": "probably", "guess": "best guess"}


def headline(prediction: Prediction) -> str:
    """The answer in one line."""
    if not prediction.top:
        return NO_ANSWER
    first = prediction.top[0]
    share = f"({percent(first.probability)})"
    match step_of(prediction):
        case "sure":
            return f"{capitalised(first.label)} {share}"
        case "likely":
            return f"Probably {first.label} {share}"
        case _:
            return f"Best guess: {first.label} {share}"


def remark(prediction: Prediction) -> str:
    """What an answer given like this one is worth; "" without an answer."""
    if not prediction.top:
        return ""
    right, step = measured_right(prediction), step_of(prediction)
    if right is None:
        return _unmeasured(prediction)
    times = f"was right {right * 100:.0f} times in 100"
    if step == "sure":
        return f"When it is this sure, it {times}."
    if step == "likely":
        return f"When it says probably, it {times}. Please check."
    return f"A best guess {times}. Please check."


def capitalised(label: str) -> str:
    """A label at the beginning of a line; names such as `iPhone` stay as they are."""
    first = label.split(" ", 1)[0]
    return label[:1].upper() + label[1:] if first.islower() else label


def percent(probability: float) -> str:
    """`83 %`; the ends are `under 1 %` and `over 99 %`, because neither 0 nor 1 was ever meant."""
    if probability < 0.01:
        return f"under 1{NO_BREAK}%"
    if probability > 0.99:
        return f"over 99{NO_BREAK}%"
    return f"{probability * 100:.0f}{NO_BREAK}%"


def _unmeasured(prediction: Prediction) -> str:
    known = prediction.calibration
    if known is not None and known.sure_right is not None:  # from before there were three steps
        return f"Below {percent(known.least_probability)} it is often wrong. Please check."
    if not prediction.taught_from:
        return "How often such answers are right has not been measured."
    videos = "1 video" if prediction.taught_from == 1 else f"{prediction.taught_from} videos"
    return f"Taught from {videos}; how often its answers are right has not been measured."
