"""The list of videos as a queue: which ones somebody labels one after the other, and why."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.components.queue import Queue
from app.pages.videos.address import ListAddress, read_address
from app.words import queue as words
from app.workflow.review import orders
from app.workflow.services import Services
from storage.records.browsing import Filter


def queue_of(services: Services, query: Any, request: gr.Request) -> Queue:
    """The queue that an address asks for: what follows its question mark, unchecked."""
    del request  # whoever is logged in may see every video
    asked = read_address(query).address
    wanted = orders.Asked(filter_of(asked), asked.queue, asked.order)
    cards = orders.queue(services, wanted)
    return Queue(
        ids=[card.video_id for card in cards],
        why=[card.why for card in cards],
        none="" if cards else words.NONE_OF.get(asked.queue, words.NONE),
        adapts=asked.queue in orders.ADAPTS,
    )


def filter_of(asked: ListAddress) -> Filter:
    """The filter of an address."""
    return Filter(text=asked.search, state=asked.state, annotator=asked.person or None)
