"""All pages together, with what stands on each of them."""

from __future__ import annotations

import gradio as gr
from gradio.components import Navbar

from app.components.account import account
from app.components.heading import heading
from app.pages.api import api
from app.pages.compare.page import compare_page
from app.pages.exchange.page import export_page
from app.pages.help import help_page
from app.pages.look.page import look_page
from app.pages.methods.page import methods_page
from app.pages.models.page import models_page
from app.pages.parts.status import status_line
from app.pages.parts.unserved import without_routes
from app.pages.teach.page import teach_page
from app.pages.videos.page import videos_page
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.similarity.recall import Recall

TITLE = "Second Look"
MOTTO = "Says what happens in a video, and when and where it saw it. Correct it where it is wrong."


@without_routes()
def build_site(services: Services, *, uploads_at_once: int = 2) -> gr.Blocks:
    """The pages, not yet served. Does no slow work: models load elsewhere."""
    likeness = Likeness(services)
    recall = Recall(services, likeness) if services.recalls else None
    site = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=False)
    with site:
        head = _head(site, services, "Look at a video", MOTTO, is_video=True)
        look_page(site, services, recall, head=head, at_once=uploads_at_once)
        api(services, recall)
    with site.route("Videos", "/videos") as videos:
        _head(videos, services, "Videos")
        videos_page(services)
    with site.route("Teach", "/teach") as teaching:
        _head(teaching, services, "Teach")
        teach_page(teaching, services, likeness)
    with site.route("Models", "/models") as choosing:
        _head(choosing, services, "Models")
        models_page(choosing, services)
    with site.route("Compare", "/compare", show_in_navbar=False) as comparing:
        _head(comparing, services, "Compare two versions")
        compare_page(comparing, services)
    with site.route("Methods", "/methods", show_in_navbar=False) as asking:
        _head(asking, services, "Other methods")
        methods_page(asking, services)
    with site.route("Export", "/export") as taking:
        _head(taking, services, "Export and import")
        export_page(services)
    with site.route("Help", "/help") as helping:
        _head(helping, services, "Help")
        help_page()
    return site


def _head(
    page: gr.Blocks, services: Services, title: str, about: str = "", *, is_video: bool = False
) -> gr.Row:
    """What every page begins with; a page may add to it."""
    Navbar(main_page_name="Look")
    head = gr.Row(equal_height=True, elem_id="head")
    with head:
        heading(title, about, is_video=is_video)
        status_line(page, services)
        account()
    return head
