"""What the Models page shows of a download that this version does not understand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
import pytest

from app.pages.models.handlers import ModelsHandlers
from app.workflow.models import fetch_job
from app.workflow.services import Services
from storage.records import jobs


@pytest.mark.parametrize(
    ("spec", "title"),
    [({"name": "quick", "title": "Quick"}, "Quick"), ({"model": "quick"}, "A model")],
)
def test_news_of_a_download(services: Services, spec: Mapping[str, Any], title: str) -> None:
    with services.database.write() as session:
        job = jobs.enqueue(session, op_id=title, kind=fetch_job.KIND, spec=spec)
    news = ModelsHandlers(services, gr.HTML()).news(job)
    assert news is not None
    assert (news["title"], news["state"]) == (title, "queued")
