"""Whatever goes wrong behind a button ends in a sentence, never in "null"."""

from __future__ import annotations

import errno

import gradio as gr
import pytest

from app.pages.parts.page_errors import plain
from app.pages.parts.watching import UNEXPECTED
from app.workflow.errors import BadDecision
from storage.errors import NoSpaceError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk is full"),
        (NoSpaceError("The disk is full. Free some space and try again."), "disk is full"),
        (BadDecision("Choose a label."), "Choose a label"),
        (KeyError("a fault of ours"), UNEXPECTED[:30]),
        (gr.Error("said already"), "said already"),
    ],
)
def test_every_error_has_a_sentence(error: Exception, said: str) -> None:
    def fails() -> None:
        raise error

    with pytest.raises(gr.Error, match=said):
        plain(fails)()
