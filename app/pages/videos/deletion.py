"""What the buttons that delete a video do."""

from __future__ import annotations

import gradio as gr

from app.components.deleting import Deleting, Going
from app.pages.person import person_of
from app.workflow.services import Services
from app.workflow.videos import deletion


def deleting(services: Services) -> Deleting:
    """For the components that have such a button."""

    def describe(number: int) -> Going:
        belongings = deletion.belongings(services, number)
        return Going(belongings.name, belongings.decisions)

    def delete(number: int, request: gr.Request) -> str:
        person = person_of(request)
        return deletion.delete(services, number, by=person.name, browser=person.browser).name

    return Deleting(describe, delete)
