"""What the Teach page shows of what teaching measured."""

from __future__ import annotations

import json

from app.pages.teach import handlers as teaching_desk
from app.workflow.services import Services
from tests.app.workflow.recorded import RESULT, record_taught


def test_the_figures_come_in_words_too(services: Services) -> None:
    record_taught(services, "waving-1")
    rows = teaching_desk._versions(services)["versions"]
    json.dumps(rows, allow_nan=False)
    (taught,) = (row for row in rows if row["name"] == "waving-1")
    assert taught["result"]["before"] == RESULT["before"] | {
        "words": "0\u00a0% right (among all videos like these between 0\u00a0% and 66\u00a0%)"
    }
    assert taught["result"]["sentence"] == RESULT["sentence"]
    assert all(row["result"] == {} for row in rows if row is not taught)
