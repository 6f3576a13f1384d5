"""Pages in the making get no routes; those of others do, and so does what is served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import gradio as gr
from gradio.routes import App

from app.pages.parts.unserved import without_routes
from tests.serving import in_a_loop


def page() -> gr.Blocks:
    with gr.Blocks() as blocks:
        gr.HTML("a page")
    return blocks


def test_a_page_in_the_making_has_no_routes() -> None:
    assert isinstance(in_a_loop(page).app, App)
    assert in_a_loop(without_routes()(page)).app is None
    assert isinstance(in_a_loop(page).app, App)


def test_a_page_that_somebody_else_makes_meanwhile_has_them() -> None:
    with without_routes(), ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(in_a_loop, page).result().app, App)
