"""The viewer: what it shows follows time and class at once, without the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.components.stage import BITS, DURATION, FPS, FRAMES, LABELS

pytestmark = pytest.mark.browser

READ_FRAME = """bits => {
  const video = document.querySelector('video.sl-video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const width = canvas.width / bits;
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    const [red] = context.getImageData((bit + 0.5) * width, canvas.height / 2, 1, 1).data;
    if (red > 125) number += 2 ** bit;
  }
  return number;
}"""
READ_HEAT = """([x, y]) => {
  const canvas = document.querySelector('canvas.sl-heat');
  const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
  const [red, green, blue, alpha] = canvas.getContext('2d').getImageData(...at, 1, 1).data;
  return {red, green, blue, alpha};
}"""
LEFT = [0.2, 0.5]  # of the part that the model saw
RIGHT = [0.8, 0.5]
MIDDLE_OF_90 = 90.5 / FRAMES  # of picture number 90, as a share of the video


@pytest.fixture
def shown(tab: Page, viewer_url: str) -> Page:
    """The viewer with its video ready to play."""
    tab.goto(viewer_url)
    ready(tab)
    return tab


def ready(page: Page) -> None:
    page.wait_for_function("document.querySelector('video.sl-video')?.readyState >= 2")


def seek(page: Page, t: float) -> None:
    page.evaluate(
        "t => document.dispatchEvent(new CustomEvent('secondlook:seek', {detail: {t}}))", t
    )
    settled(page, t)


def settled(page: Page, t: float) -> None:
    page.wait_for_function(
        """t => { const video = document.querySelector('video.sl-video');
                 return !video.seeking && Math.abs(video.currentTime - t) < 0.03; }""",
        arg=t,
    )


def heat(page: Page, place: list[float]) -> dict[str, int]:
    colour: dict[str, int] = page.evaluate(READ_HEAT, place)
    return colour


def choose(page: Page, label: str) -> None:
    page.get_by_role("radio", name=label).click()


def current_time(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video.sl-video').currentTime"))


def test_the_answer_is_said_in_words(shown: Page) -> None:
    expect(shown.get_by_role("heading", name="Archery (62\u00a0%)")).to_be_visible()
    expect(shown.get_by_role("radio")).to_have_count(len(LABELS))
    expect(shown.get_by_role("radio", name="archery")).to_be_checked()
    expect(
        shown.get_by_text("Evidence for archery is mostly between 2.5 and 3.5\u00a0s.")
    ).to_be_visible()
    expect(shown.get_by_text("This shows what counted, not whether it understood.")).to_be_visible()
    expect(shown.get_by_text("The video has no sound.")).to_be_visible()
    expect(shown.get_by_text("When it is this sure, it was right 93 times in 100.")).to_be_visible()


def test_another_class_is_shown_at_once_without_the_server(shown: Page) -> None:
    seek(shown, 0.75)
    shown.wait_for_load_state("networkidle")
    before = shown.locator(".sl-row-curve path.sl-line").get_attribute("d")
    requests: list[str] = []
    shown.on("request", lambda request: requests.append(request.url))
    assert heat(shown, RIGHT)["alpha"] < 30
    choose(shown, "javelin throw")
    assert heat(shown, RIGHT)["alpha"] > 100
    assert shown.locator(".sl-row-curve path.sl-line").get_attribute("d") != before
    expect(shown.get_by_text("Evidence for javelin throw is mostly between 0.5")).to_be_visible()
    assert requests == []


def test_the_heat_map_follows_time_and_has_one_scale(shown: Page) -> None:
    seek(shown, 2.75)
    strong = heat(shown, LEFT)
    assert strong["alpha"] > 200
    assert strong["red"] > 2 * strong["blue"]  # evidence for it is warm
    assert heat(shown, RIGHT)["alpha"] == 0
    seek(shown, 1.75)
    assert heat(shown, LEFT)["alpha"] == 0  # no evidence is no colour
    seek(shown, 0.25)
    against = heat(shown, RIGHT)
    assert against["blue"] > 2 * against["red"]  # evidence against it is cool
    assert against["alpha"] == pytest.approx(strong["alpha"] * 1.5 / 12, abs=4)
    choose(shown, "javelin throw")
    seek(shown, 0.75)
    assert heat(shown, RIGHT)["alpha"] == pytest.approx(strong["alpha"] * 8 / 12, abs=4)


def test_evidence_is_mixed_between_two_neighbours(shown: Page) -> None:
    seek(shown, 2.75)
    full = heat(shown, LEFT)["alpha"]
    seek(shown, 2.5)  # half-way from nothing to full
    assert heat(shown, LEFT)["alpha"] == pytest.approx(full / 2, abs=4)


def test_a_click_on_the_time_line_goes_to_that_moment(shown: Page) -> None:
    track = shown.get_by_role("slider", name="Time in the video")
    box = track.bounding_box()
    assert box is not None
    for share in (0.6, 0.0, 0.33, MIDDLE_OF_90):
        track.click(position={"x": min(max(share * box["width"], 1), box["width"] - 1), "y": 40})
        settled(shown, share * DURATION)
        expect(shown.locator(".sl-clock")).to_have_text(
            f"{share * DURATION:.1f} / {DURATION:.1f} s"
        )
    wait_for_frame(shown, 90)


def test_dragging_seeks_to_where_it_ends(shown: Page) -> None:
    box = shown.locator(".sl-track").bounding_box()
    assert box is not None
    y = box["y"] + 30
    shown.mouse.move(box["x"] + 20, y)
    shown.mouse.down()
    for share in (0.2, 0.4, 0.5, 0.7, 0.75):
        shown.mouse.move(box["x"] + share * box["width"], y)
    shown.mouse.up()
    settled(shown, 0.75 * DURATION)
    shown.mouse.move(box["x"] + 5, y)
    assert current_time(shown) == pytest.approx(0.75 * DURATION, abs=0.03)


def test_the_keys_step_picture_by_picture(shown: Page) -> None:
    seek(shown, 1.0)
    wait_for_frame(shown, FPS)
    for key, number in ((".", 26), (".", 27), (",", 26), (",", 25), (",", 24)):
        shown.keyboard.press(key)
        wait_for_frame(shown, number)


def wait_for_frame(page: Page, number: int) -> None:
    page.wait_for_function(
        f"([bits, wanted]) => ({READ_FRAME})(bits) === wanted", arg=[BITS, number]
    )


def test_the_time_line_works_with_keys_alone(shown: Page) -> None:
    track = shown.get_by_role("slider", name="Time in the video")
    track.focus()
    shown.keyboard.press("End")
    settled(shown, DURATION)
    shown.keyboard.press("Home")
    settled(shown, 0.0)
    shown.keyboard.press("PageUp")
    shown.keyboard.press("ArrowRight")
    settled(shown, 0.44)
    expect(track).to_have_attribute("aria-valuenow", "0.44")
    spoken = track.get_attribute("aria-valuetext") or ""
    assert "0.4 s, archery 62" in spoken
    assert "evidence for archery" in spoken
    shown.keyboard.press("Space")
    shown.wait_for_function("!document.querySelector('video.sl-video').paused")
    shown.keyboard.press("k")
    shown.wait_for_function("document.querySelector('video.sl-video').paused")


def test_the_heat_map_and_play_head_follow_playback(shown: Page) -> None:
    seek(shown, 2.0)
    shown.get_by_role("button", name="Play").click()
    shown.wait_for_function("document.querySelector('video.sl-video').currentTime > 2.5")
    shown.get_by_role("button", name="Pause").click()
    assert heat(shown, LEFT)["alpha"] > 90
    left = shown.locator(".sl-head").evaluate("head => parseFloat(head.style.left)")
    assert left == pytest.approx(100 * current_time(shown) / DURATION, abs=3)


def test_classes_are_chosen_with_the_arrow_keys(shown: Page) -> None:
    shown.get_by_role("radio", name="archery").focus()
    shown.keyboard.press("ArrowDown")
    expect(shown.get_by_role("radio", name="javelin throw")).to_be_checked()
    expect(shown.get_by_role("radio", name="javelin throw")).to_be_focused()
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("ArrowUp")
    expect(shown.get_by_role("radio", name=LABELS[-1])).to_be_checked()


def test_speed_sound_and_repeat(shown: Page) -> None:
    video = "document.querySelector('video.sl-video')"
    shown.get_by_label("Speed").select_option("0.25")
    assert shown.evaluate(f"{video}.playbackRate") == 0.25
    shown.get_by_label("Speed").blur()
    shown.keyboard.press(">")
    assert shown.evaluate(f"{video}.playbackRate") == 0.5
    shown.get_by_role("button", name="Sound off").click()
    assert shown.evaluate(f"{video}.muted") is True
    shown.get_by_role("button", name="Repeat").click()
    assert shown.evaluate(f"{video}.loop") is True


def test_the_heat_map_can_be_switched_off(shown: Page) -> None:
    slider = shown.get_by_label("Heat map")
    slider.focus()
    shown.keyboard.press("Home")
    opacity = "getComputedStyle(document.querySelector('canvas.sl-heat')).opacity"
    assert shown.evaluate(opacity) == "0"
    shown.reload()
    ready(shown)
    assert shown.evaluate(opacity) == "0"


def test_a_gap_is_hatched_and_nothing_is_made_up_in_it(shown: Page) -> None:
    shown.get_by_role("button", name="gap").click()
    settled(shown, 2.8)  # start_at
    ready(shown)
    gap = shown.locator(".sl-gap")
    expect(gap).to_have_count(1)
    assert gap.evaluate("gap => [gap.style.left, gap.style.width]") == ["50%", "10%"]
    seek(shown, 2.2)
    assert heat(shown, LEFT)["alpha"] == 0
    spoken = shown.get_by_role("slider", name="Time in the video").get_attribute("aria-valuetext")
    assert spoken == "2.2 s, not analysed"
    seek(shown, 2.45)  # beside the gap the nearest point holds: it is not mixed across the gap
    assert heat(shown, LEFT)["alpha"] > 200


@pytest.mark.parametrize(
    ("step", "line", "worth"),
    [
        ("likely", "Probably archery (42\u00a0%)", "When it says probably, it was right 72 times"),
        ("unsure", "Best guess: archery (18\u00a0%)", "A best guess was right 40 times in 100."),
        ("taught", "Best guess: archery (97\u00a0%)", "Taught from 20 videos; how often"),
    ],
)
def test_three_steps_with_one_line_each(shown: Page, step: str, line: str, worth: str) -> None:
    video = shown.locator("video.sl-video")
    video.evaluate("video => { video.mark = 'kept'; }")
    shown.get_by_role("button", name=step).click()
    answer = shown.get_by_role("region", name="What the model thinks")
    expect(answer.get_by_role("heading", name=line)).to_be_visible()
    expect(answer.get_by_text(worth)).to_have_count(1)
    expect(answer.get_by_role("note")).to_have_count(0)  # no box beside it
    assert "sure" not in shown.get_by_role("radiogroup").inner_text()
    assert video.evaluate("video => video.mark") == "kept"  # the player was not built anew


def test_without_evidence_there_is_still_an_answer(shown: Page) -> None:
    shown.get_by_role("button", name="blind").click()
    expect(shown.get_by_text("There is no evidence to show.")).to_be_visible()
    expect(shown.get_by_label("Heat map")).to_be_hidden()
    seek(shown, 2.75)
    assert heat(shown, LEFT)["alpha"] == 0
    shown.get_by_role("button", name="none").click()
    expect(shown.get_by_text("The answer appears here.")).to_be_visible()


def test_others_are_told_the_class_and_the_time(shown: Page) -> None:
    shown.evaluate(
        """() => { window.told = [];
             for (const name of ['secondlook:class', 'secondlook:time'])
               document.addEventListener(name, event => told.push([name, event.detail])); }"""
    )
    choose(shown, "golf driving")
    told: list[list[Any]] = shown.evaluate("told")
    assert ["secondlook:class", {"index": 3, "label": "golf driving"}] in told
    seek(shown, 1.5)
    assert ["secondlook:time", {"t": 1.5}] in shown.evaluate("told")


def test_the_numbers_can_be_read_as_a_table(shown: Page) -> None:
    shown.get_by_text("The numbers as a table").click()
    table = shown.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(9)
    expect(table.get_by_role("row", name="2.5–3.0")).to_contain_text("95\u00a0%")
    choose(shown, "javelin throw")
    expect(table.get_by_role("columnheader", name="Evidence for javelin throw")).to_be_visible()


def test_a_moment_explains_itself_under_the_pointer(shown: Page) -> None:
    track = shown.locator(".sl-track")
    box = track.bounding_box()
    assert box is not None
    track.hover(position={"x": 0.7 * box["width"], "y": 30})
    expect(shown.locator(".sl-tip")).to_contain_text("2.8 s")
    expect(shown.locator(".sl-tip")).to_contain_text("archery 95\u00a0%")
    shown.mouse.move(5, 5)
    expect(shown.locator(".sl-tip")).to_be_hidden()


def test_a_label_is_text_and_never_runs(shown: Page) -> None:
    attack = LABELS[-1]
    shown.evaluate("() => { window.hurt = () => { window.wasHurt = true; }; }")
    choose(shown, attack)
    shown.get_by_text("The numbers as a table").click()
    shown.locator(".sl-track").hover()
    expect(shown.get_by_role("radio", name=attack)).to_be_visible()
    assert shown.locator(".sl-root img").count() == 0
    assert shown.evaluate("window.wasHurt") is None
    # The attack is a real one: as mark-up it would have run.
    shown.evaluate("attack => { document.createElement('p').innerHTML = attack; }", attack)
    shown.wait_for_function("window.wasHurt === true")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone_and_asks_nobody_else(page: Page, viewer_url: str, theme: str) -> None:
    elsewhere: list[str] = []
    page.on("request", lambda r: None if viewer_url in r.url else elsewhere.append(r.url))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{viewer_url}/?__theme={theme}")
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in elsewhere if url.startswith("http")] == []


def test_the_video_that_cannot_be_played_says_so(page: Page, viewer_url: str) -> None:
    page.route(
        "**/video.mp4*", lambda route: route.fulfill(body="no video", content_type="video/mp4")
    )
    page.goto(viewer_url)
    expect(page.get_by_text("This browser cannot play the video.")).to_be_visible()
    expect(page.get_by_role("radio", name="archery")).to_be_checked()
