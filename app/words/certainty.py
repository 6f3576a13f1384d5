"""An answer in words, the same on the page, in the film, on the command line and in the API.

Three steps: "Bench pressing (98 %)" is sure, "Probably archery (90 %)" is likely, "Best guess:
archery (33 %)" is neither. One line beside it says what such an answer is worth.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.words.numbers import percent
from model.inference.certainty import Doubt, Step, is_sure, measured_right, step_of
from model.inference.prediction import Prediction

CAVEAT = "This shows what counted, not whether it understood."
NO_ANSWER = "There is no answer for this video."
NOT_MEASURED = "How often such answers are right has not been measured."
STEPS: Mapping[Step, str] = {"sure": "sure", "likely": "probably", "guess": "best guess"}


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


def question(prediction: Prediction) -> str:
    """What a person is asked. No answer is suggested unless the model is sure of it."""
    if not is_sure(prediction):
        return "What does the video show?"
    return "Is that right?"


def step_words(prediction: Prediction, index: int) -> str:
    """How sure the model is of a class: of its answer in a word or two, of others nothing."""
    if not prediction.top or prediction.top[0].index != index:
        return ""
    return STEPS[step_of(prediction)]


def why_not_sure(prediction: Prediction, doubt: Doubt) -> str:
    """The reason that keeps the answer from being sure, in a sentence or two."""
    first = prediction.top[0]
    match doubt.reason:
        case "unmeasured":
            return NOT_MEASURED
        case "weak":
            return (
                f"The model is undecided: it gives {percent(first.probability)} to its best guess, "
                f"{first.label}. Answers below {percent(doubt.threshold)} are often wrong."
            )
        case "close":
            second = prediction.top[1]
            return (
                f"The model is undecided between {first.label} ({percent(first.probability)}) and "
                f"{second.label} ({percent(second.probability)})."
            )
        case "unfamiliar":
            return (
                f"The model saw little of what it learned from: {first.label} fits best, but "
                "nothing in the video speaks strongly for anything."
            )


def capitalised(label: str) -> str:
    """A label at the beginning of a line; names such as `iPhone` stay as they are."""
    first = label.split(" ", 1)[0]
    return label[:1].upper() + label[1:] if first.islower() else label


def _unmeasured(prediction: Prediction) -> str:
    known = prediction.calibration
    if known is not None and known.sure_right is not None:  # from before there were three steps
        return f"Below {percent(known.least_probability)} it is often wrong. Please check."
    if not prediction.taught_from:
        return NOT_MEASURED
    videos = "1 video" if prediction.taught_from == 1 else f"{prediction.taught_from} videos"
    return f"Taught from {videos}; how often its answers are right has not been measured."
