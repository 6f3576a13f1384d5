"""What the two lists of the panel mean."""

from __future__ import annotations

import pytest

from app.pages.look.takeaway import asked_for
from app.workflow.answers.drawing.view import Asked


@pytest.mark.parametrize(
    ("of", "against", "meant"),
    [
        ("0", "others", Asked(0)),
        ("2", "all", Asked(2, "nothing")),
        ("2", "0", Asked(2, 0)),
        ("2", "2", Asked(2)),
        ("7", "9", Asked(0)),
        ("", "", Asked(0)),
        ("-1", "x", Asked(0)),
    ],
)
def test_choices(of: str, against: str, meant: Asked) -> None:
    assert asked_for(of, against, 5) == meant
