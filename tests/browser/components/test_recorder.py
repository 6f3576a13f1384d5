"""The recorder with Chromium's pretended camera: what arrives is a video, and only our own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import gradio as gr
import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from app.components.recorder import recorded_path, recorder
from tests.browser.components.stage import served

pytestmark = pytest.mark.browser

LONGEST_S = 2


@pytest.fixture(scope="module")
def received() -> list[Path]:
    """What the server was given."""
    return []


@pytest.fixture(scope="module")
def recorder_url(received: list[Path]) -> Iterator[str]:
    """The recorder; its recording is noted in `received`."""

    def note(value: Any) -> str:
        path = recorded_path(value)
        if path is None:
            return "nothing"
        received.append(path)
        return f"got {path.name}"

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            clip = recorder(longest_s=LONGEST_S)
            heard = gr.Textbox(label="Heard")
            clip.recorded(note, clip, heard, api_name="note")
        return blocks

    with served(build) as url:
        yield url


def frames(path: Path) -> int:
    with av.open(path) as container:
        return sum(1 for _ in container.decode(video=0))


def test_record_look_again_and_use(page: Page, recorder_url: str, received: list[Path]) -> None:
    received.clear()
    page.goto(recorder_url)
    expect(page.get_by_text("Nothing is filmed until you turn the camera on.")).to_be_visible()
    page.get_by_role("button", name="Turn on the camera").click()
    page.get_by_label("Length").select_option("until I stop")
    page.get_by_role("button", name="Record", exact=True).click()
    spoken = page.locator("[aria-live=assertive]")
    for count in ("3", "2", "1"):
        expect(spoken).to_have_text(count)
    expect(spoken).to_have_text("Recording")
    use = page.get_by_role("button", name="Use this recording")
    expect(use).to_be_focused(timeout=10_000)  # nobody stops it: `longest_s` does
    assert page.evaluate("document.querySelector('.sl-live').srcObject.active") is False
    page.route("**/gradio_api/upload*", lambda route: route.abort())
    use.click()
    expect(page.get_by_text("The recording could not be sent. It is still here")).to_be_visible()
    page.unroute_all()
    use.click()
    expect(page.get_by_label("Heard")).to_have_value("got recording.webm")
    (path,) = received
    assert frames(path) >= 10


def test_stop_and_record_again(page: Page, recorder_url: str) -> None:
    page.goto(recorder_url)
    page.get_by_role("button", name="Turn on the camera").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("button", name="Stop").click()  # within the countdown
    record = page.get_by_role("button", name="Record", exact=True)
    expect(record).to_be_visible()
    record.click()
    expect(page.locator(".sl-rec")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Use this recording")).to_be_visible()
    page.get_by_role("button", name="Record again").click()
    expect(record).to_be_visible()
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("button", name="Turn on the camera")).to_be_visible()


def test_the_back_camera_can_be_asked_for(page: Page, recorder_url: str) -> None:
    page.add_init_script(
        """window.asked = [];
           const { mediaDevices } = navigator;
           const real = mediaDevices.getUserMedia.bind(mediaDevices);
           mediaDevices.getUserMedia = (wish) => { asked.push(wish); return real(wish); };"""
    )
    page.goto(recorder_url)
    page.get_by_role("button", name="Turn on the camera").click()
    expect(page.locator(".sl-live.sl-mirror")).to_be_visible()
    page.get_by_role("button", name="Other camera").click()
    expect(page.locator(".sl-live:not(.sl-mirror)")).to_be_visible()
    wishes = page.evaluate("asked.map((wish) => [wish.audio, wish.video.facingMode.ideal])")
    assert wishes == [[False, "user"], [False, "environment"]]


def test_a_refused_camera_is_explained(page: Page, recorder_url: str) -> None:
    def forbid(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, "permissions-policy": "camera=()"}
        )

    page.route(f"{recorder_url}/", forbid)
    page.goto(recorder_url)
    page.get_by_role("button", name="Turn on the camera").click()
    expect(page.get_by_text("The browser may not use the camera.")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on the camera")).to_be_visible()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("NotFoundError", "No camera was found."),
        ("NotReadableError", "The camera is busy."),
        ("AbortError", "The camera could not be started."),
    ],
)
def test_what_a_machine_without_a_camera_says(
    page: Page, recorder_url: str, error: str, sentence: str
) -> None:
    # The browser of the tests always has its pretended camera; only the failure is put in.
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => "
        f"{{ throw new DOMException('', '{error}'); }};"
    )
    page.goto(recorder_url)
    page.get_by_role("button", name="Turn on the camera").click()
    expect(page.get_by_text(sentence)).to_be_visible()


def test_a_page_that_is_not_secure_says_so(page: Page, recorder_url: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false});")
    page.goto(recorder_url)
    expect(page.get_by_text("The camera works only on a page with https")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on the camera")).to_be_hidden()


def test_only_an_upload_can_be_named(
    recorder_url: str, received: list[Path], tmp_path: Path
) -> None:
    received.clear()
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours", encoding="utf-8")
    with httpx.Client(base_url=f"{recorder_url}/gradio_api") as client:
        (uploaded,) = client.post("/upload", files={"files": ("own.webm", b"own")}).json()
        for path in (os.fspath(secret), uploaded):
            forged = {"path": path, "meta": {"_type": "gradio.FileData"}}
            event = client.post("/call/note", json={"data": [forged]}).json()["event_id"]
            client.get(f"/call/note/{event}")
    assert [path.name for path in received] == ["own.webm"]  # and not the secret
