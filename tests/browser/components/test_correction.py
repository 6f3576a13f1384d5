"""The correction panel: few keys, nothing lost, nothing saved twice."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.components.correction import correction, correction_value
from storage.records.decision import Decision
from tests.browser.components.ledger import Ledger
from tests.browser.components.stage import LABELS, PROBABILITIES, example_prediction, served

pytestmark = pytest.mark.browser

DISPUTE = [
    {"who": "Ann", "said": "archery", "label": "archery"},
    {"who": "Ben", "said": "golf driving", "label": "golf driving"},
    {"who": "somebody", "said": "unusable", "label": None},
]
UNSURE = (0.19, 0.16, 0.1, 0.04, 0.004)
# Labels of Kinetics-400 that were taken for what nobody typed.
NEAR = ("shaking hands", "eating watermelon", "spray painting", "bending back", "drop kicking")
MORE = NEAR + tuple(f"sport number {i}" for i in range(400))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def correction_url(ledger: Ledger) -> Iterator[str]:
    """The panel for video 1, a button that brings video 2, and what the events told."""

    def value(video_id: int, scores: tuple[float, ...] = PROBABILITIES) -> dict[str, object]:
        return correction_value(
            example_prediction(scores=scores),
            video_id=video_id,
            video_name=f"{video_id}.mp4",
            prediction_id=30 + video_id,
            labels=[*LABELS, *MORE],
            current=ledger.entries(video_id, all_of_them=False),
            history=ledger.entries(video_id, all_of_them=True),
        )

    def told(event: gr.EventData) -> str:
        return f"told of {event.event_id}"

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            panel = correction(None, save=ledger.save, undo=ledger.undo)
            heard = gr.Textbox(label="Heard")
            panel.saved(told, outputs=heard)
            gr.Button("video two").click(lambda: value(2), outputs=panel)
            gr.Button("disputed video").click(
                lambda: value(4) | {"dispute": DISPUTE}, outputs=panel
            )
            gr.Button("unsure video").click(lambda: value(3, UNSURE), outputs=panel)
            blocks.load(lambda: value(1), outputs=panel)
        return blocks

    with served(build) as url:
        yield url


@pytest.fixture
def panel(tab: Page, correction_url: str, ledger: Ledger) -> Page:
    """The panel for video 1, with nothing saved yet."""
    ledger.clear()
    tab.goto(correction_url)
    expect(tab.get_by_role("region", name="Your answer")).to_be_visible()
    return tab


def only(ledger: Ledger) -> Decision:
    """The one decision that was kept."""
    ((_, decision),) = ledger.decisions.values()
    return decision


def expect_saved(page: Page, number: int, what: str) -> None:
    time = page.evaluate("new Date('2026-07-01T12:03:05Z').toLocaleTimeString([], {hour12: false})")
    expect(page.locator(".sl-status")).to_have_text(f"Saved {time} as #{number}: {what}")


def test_two_keys_correct_a_video(panel: Page, ledger: Ledger) -> None:
    panel.keyboard.press("2")
    expect(panel.get_by_role("button", name="Save: javelin throw")).to_be_focused()
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "javelin throw")
    decision = only(ledger)
    assert (decision.verdict, decision.label) == ("corrected", "javelin throw")
    assert (decision.video_id, decision.prediction_id, decision.new_label) == (1, 31, False)
    assert decision.time_taken_s is not None
    assert 0 < decision.time_taken_s < 60
    expect(panel.get_by_label("Heard")).to_have_value("told of 418")
    panel.keyboard.press("Enter")  # a second Enter hits nothing
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("Labels so far")).to_be_visible()
    assert len(ledger.requests) == 1


# What a person can choose: its key, its button, and what is kept after Save.
CONTROLS = {
    "yes": ("y", "Yes, that is right: archery", "confirmed", "archery"),
    "first guess": ("1", "archery", "confirmed", "archery"),
    "second guess": ("2", "javelin throw", "corrected", "javelin throw"),
    "last guess": ("5", LABELS[-1], "corrected", LABELS[-1]),
    "not sure": ("u", "Not sure", "unsure", None),
    "unusable": ("b", "Unusable video", "unusable", None),
}


@pytest.mark.parametrize("way", ["key", "click"])
@pytest.mark.parametrize("control", CONTROLS)
def test_key_and_click_choose_and_enter_saves(
    panel: Page, ledger: Ledger, control: str, way: str
) -> None:
    key, name, verdict, label = CONTROLS[control]
    answers = panel.get_by_role("region", name="Your answer")
    button = answers.get_by_role("button", name=name, exact=control == "yes").first
    if way == "key":
        panel.keyboard.press(key)
    else:
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("button", name="Save: ")).to_be_focused()
    assert ledger.requests == []  # neither saves by itself
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, label or verdict)
    assert (only(ledger).verdict, only(ledger).label) == (verdict, label)


@pytest.mark.parametrize("way", ["key", "click"])
def test_key_and_click_take_the_last_answer_back(panel: Page, ledger: Ledger, way: str) -> None:
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "javelin throw")
    if way == "key":
        panel.keyboard.press("Control+z")
    else:
        panel.get_by_role("button", name="Undo", exact=True).first.click()
    expect(panel.get_by_text("#418 no longer counts")).to_be_visible()
    assert list(ledger.undone.values()) == [418]


def test_an_unsure_model_offers_equal_answers_and_none_of_its_own(
    panel: Page, ledger: Ledger
) -> None:
    panel.get_by_role("button", name="unsure video").click()
    expect(panel.get_by_role("heading", name="What does the video show?")).to_be_visible()
    answers = panel.get_by_role("region", name="Your answer")
    expect(answers.get_by_role("button", name="Yes, that is right")).to_be_hidden()
    guesses = answers.get_by_role("group", name="The model’s guesses").get_by_role("button")
    expect(guesses).to_have_count(5)
    looks = guesses.evaluate_all(
        """buttons => buttons.map(button => {
             const style = getComputedStyle(button);
             return [style.backgroundColor, style.color, style.fontSize, style.height].join();
           })"""
    )
    assert len(set(looks)) == 1
    panel.keyboard.press("y")  # what is not offered has no key
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    panel.keyboard.press("Enter")
    assert ledger.requests == []
    panel.keyboard.press("1")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "archery")


def test_where_people_disagree_it_says_who_says_what_and_lets_one_decide(
    panel: Page, ledger: Ledger
) -> None:
    dispute = panel.get_by_role("region", name="People disagree")
    expect(dispute).to_be_hidden()
    panel.get_by_role("button", name="disputed video").click()
    expect(dispute.get_by_role("listitem")).to_have_count(3)
    expect(dispute.get_by_role("listitem").first).to_contain_text("Ann says: archery")
    expect(dispute.get_by_role("listitem").last).to_have_text("somebody says: unusable")
    panel.keyboard.press("2")  # one more opinion decides nothing
    expect(panel.get_by_role("button", name="Save: javelin throw")).to_be_focused()
    dispute.get_by_role("button", name="Decide for golf driving").click()
    expect(dispute.get_by_role("checkbox")).to_be_checked()
    expect(panel.get_by_role("button", name="Decide: golf driving")).to_be_focused()
    assert ledger.requests == []
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "golf driving")
    assert only(ledger).settles is True
    expect(dispute).to_be_hidden()


def test_an_opinion_settles_nothing_by_itself(panel: Page, ledger: Ledger) -> None:
    panel.get_by_role("button", name="disputed video").click()
    expect(panel.get_by_role("region", name="People disagree")).to_be_visible()
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "javelin throw")
    assert only(ledger).settles is False


def test_a_double_click_saves_once(panel: Page, ledger: Ledger) -> None:
    ledger.held.clear()  # the answer takes longer than the clicks
    panel.get_by_role("button", name="Yes, that is right: archery").dblclick()
    assert ledger.requests == []  # that chooses it, twice
    save = panel.locator(".sl-save")
    save.evaluate(
        "save => { window.hits = 0; save.addEventListener('click', () => { hits += 1; }); }"
    )
    save.dblclick(force=True)  # it counts as disabled after the first click, which is the point
    save.click(force=True)
    assert panel.evaluate("hits") == 3
    ledger.held.set()
    expect_saved(panel, 418, "archery")
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    assert panel.evaluate("localStorage.getItem('secondlook:outbox')") is None
    assert len(ledger.requests) == 1


@pytest.mark.parametrize("failure", ["fail_before", "fail_after"])
def test_what_is_not_answered_is_sent_again_and_kept_once(
    panel: Page, ledger: Ledger, failure: str
) -> None:
    setattr(ledger, failure, 1)
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("Not saved yet – trying again.")).to_be_visible()
    expect_saved(panel, 418, "javelin throw")  # a second later, by itself
    expect(panel.get_by_text("Not saved yet –")).to_be_hidden()
    assert len(ledger.decisions) == 1
    assert len(ledger.requests) == 2
    assert len(set(ledger.requests)) == 1


def test_a_reload_sends_what_was_never_answered(panel: Page, ledger: Ledger) -> None:
    ledger.fail_after = 1000
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("Not saved yet –")).to_be_visible()
    panel.reload()
    expect(panel.get_by_text("Not saved yet –")).to_be_visible()
    ledger.fail_after = 0
    panel.get_by_role("button", name="Try now").click()
    expect_saved(panel, 418, "javelin throw")
    assert len(ledger.decisions) == 1
    assert len(set(ledger.requests)) == 1
    sent = len(ledger.requests)
    panel.reload()  # and then no more
    expect(panel.get_by_text("said it is javelin throw").first).to_be_visible()
    assert len(ledger.requests) == sent


def test_a_busy_database_is_said_while_it_tries_again(panel: Page, ledger: Ledger) -> None:
    ledger.busy = "Others are saving at the same time."
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect(panel.get_by_role("alert")).to_contain_text(
        "Not saved yet – trying again. Others are saving at the same time."
    )
    ledger.busy = ""
    expect_saved(panel, 418, "javelin throw")


def test_the_server_knows_who_is_logged_in(panel: Page, ledger: Ledger) -> None:
    panel.context.add_cookies([{"name": "as", "value": "grace", "url": panel.url}])
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "javelin throw")
    panel.context.clear_cookies()
    panel.keyboard.press("Control+z")
    expect(panel.get_by_text("#418 no longer counts")).to_be_visible()
    assert ledger.users == ["grace", None]


def test_one_can_give_up(panel: Page, ledger: Ledger) -> None:
    ledger.fail_before = 1000
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    panel.get_by_role("button", name="Give up").click()
    expect(panel.get_by_text("It was not saved.")).to_be_visible()
    expect(panel.get_by_role("button", name="Save: javelin throw")).to_be_enabled()
    assert panel.evaluate("localStorage.getItem('secondlook:outbox')") is None


def test_a_refusal_is_said_and_the_choice_stays(panel: Page, ledger: Ledger) -> None:
    ledger.refuse = "This video was deleted."
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("This video was deleted.")).to_be_visible()
    expect(panel.get_by_role("button", name="Save: javelin throw")).to_be_visible()
    assert len(ledger.requests) == 1


def test_search_and_save_with_the_keyboard_alone(panel: Page, ledger: Ledger) -> None:
    panel.keyboard.press("/")
    box = panel.get_by_role("combobox", name="Search for another label")
    expect(box).to_be_focused()
    panel.keyboard.type("ukul")
    expect(panel.get_by_role("option").first).to_contain_text("playing ukulele")
    expect(panel.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    active = box.get_attribute("aria-activedescendant")
    assert active == panel.get_by_role("option").first.get_attribute("id")
    panel.keyboard.press("Enter")
    expect(panel.get_by_role("listbox")).to_be_hidden()
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "playing ukulele")
    assert only(ledger).new_label is False


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("waving hand", "shaking hands"),
        ("wave", "eating watermelon"),
        ("pointing", "spray painting"),
        ("bend down", "bending back"),
        ("ukullele", "playing ukulele"),  # a wrong letter is near, too
    ],
)
def test_enter_never_takes_a_label_that_nobody_typed(
    panel: Page, ledger: Ledger, typed: str, near: str
) -> None:
    panel.keyboard.press("/")
    panel.keyboard.type(typed)
    options = panel.get_by_role("option")
    expect(options.first).to_have_text(f"Make a new label “{typed}”↓")
    expect(panel.get_by_role("option", selected=True)).to_have_count(0)
    expect(panel.get_by_role("group", name="Did you mean").get_by_text(near)).to_be_visible()
    for _ in range(3):
        panel.keyboard.press("Enter")
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    assert ledger.requests == []
    panel.keyboard.press("ArrowDown")
    panel.keyboard.press("Enter")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, typed)
    assert only(ledger).new_label is True


def test_a_label_that_begins_so_is_preselected_and_a_new_one_stays_in_sight(panel: Page) -> None:
    panel.keyboard.press("/")
    panel.keyboard.type("sport")
    expect(panel.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    new = panel.get_by_role("option", name="Make a new label “sport”")
    listed, shown = panel.get_by_role("listbox").bounding_box(), new.bounding_box()
    assert listed is not None
    assert shown is not None
    assert shown["y"] + shown["height"] <= listed["y"] + listed["height"]
    panel.keyboard.press("ArrowUp")  # round to the last
    expect(new).to_have_attribute("aria-selected", "true")


def test_what_is_near_can_be_taken_with_the_arrows(panel: Page, ledger: Ledger) -> None:
    panel.keyboard.press("/")
    panel.keyboard.type("ukelele")
    for key in ("ArrowDown", "ArrowDown", "Enter", "Enter"):
        panel.keyboard.press(key)
    expect_saved(panel, 418, "playing ukulele")
    assert only(ledger).new_label is False


def test_a_new_label_can_be_made(panel: Page, ledger: Ledger) -> None:
    panel.get_by_role("combobox").fill("  Juggling   knives ")
    panel.get_by_role("option", name="Make a new label “Juggling knives”").click()
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "Juggling knives")
    assert (only(ledger).label, only(ledger).new_label) == ("Juggling knives", True)


def test_a_label_that_exists_is_not_made_again(panel: Page) -> None:
    panel.get_by_role("combobox").fill("GOLF  driving")
    expect(panel.get_by_role("option", name="golf driving")).to_be_visible()
    expect(panel.get_by_text("Make a new label")).to_have_count(0)


def test_undo_takes_the_last_answer_back(panel: Page, ledger: Ledger) -> None:
    panel.keyboard.press("2")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "javelin throw")
    panel.keyboard.press("Control+z")
    expect(panel.get_by_text("#418 no longer counts")).to_be_visible()
    assert list(ledger.undone.values()) == [418]
    expect(panel.get_by_text("Labels so far")).to_be_hidden()
    panel.get_by_text("History").click()
    expect(panel.get_by_text("(taken back)")).to_be_visible()
    panel.keyboard.press("Control+z")  # nothing is left to take back
    assert len(ledger.requests) == 2


def test_an_answer_is_still_there_after_a_reload_and_can_be_undone(panel: Page) -> None:
    panel.keyboard.press("3")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "playing ukulele")
    panel.reload()
    current = panel.get_by_role("list").first
    expect(current).to_contain_text("said it is playing ukulele")
    current.get_by_role("button", name="Undo #418").click()
    expect(panel.get_by_text("#418 no longer counts")).to_be_visible()


def test_a_draft_outlives_a_reload_but_not_its_saving(panel: Page) -> None:
    panel.get_by_text("Add a note or your name").click()
    panel.get_by_label("Note").fill("from the second half")
    panel.keyboard.press("Escape")
    panel.get_by_role("button", name="golf driving").click()
    panel.get_by_role("combobox").fill("half typed")
    panel.reload()
    expect(panel.get_by_text("it is not saved yet")).to_be_visible()
    expect(panel.get_by_label("Note")).to_have_value("from the second half")
    expect(panel.get_by_role("combobox")).to_have_value("half typed")
    panel.get_by_role("button", name="Save: golf driving").click()
    expect_saved(panel, 418, "golf driving")
    expect(panel.get_by_text("“from the second half”").first).to_be_visible()
    panel.reload()
    expect(panel.get_by_text("said it is golf driving").first).to_be_visible()
    expect(panel.get_by_label("Note")).to_have_value("")
    expect(panel.get_by_text("it is not saved yet")).to_be_hidden()


def test_drafts_belong_to_their_video(panel: Page) -> None:
    panel.get_by_text("Add a note or your name").click()
    panel.get_by_label("Note").fill("about video one")
    panel.get_by_role("button", name="video two").click()
    expect(panel.get_by_label("Note")).to_have_value("")


def test_the_name_is_remembered(panel: Page, ledger: Ledger) -> None:
    panel.get_by_text("Add a note or your name").click()
    panel.get_by_label("Your name").fill("Ada")
    panel.reload()
    expect(panel.get_by_label("Your name")).to_have_value("Ada")
    panel.get_by_role("button", name="Yes, that is right").click()
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "archery")
    assert only(ledger).annotator == "Ada"
    expect(panel.get_by_text("Ada agreed: archery").first).to_be_visible()


def test_single_keys_are_letters_while_one_types(panel: Page, ledger: Ledger) -> None:
    panel.get_by_text("Add a note or your name").click()
    panel.get_by_label("Note").press_sequentially("b2 /u?y")
    expect(panel.get_by_label("Note")).to_have_value("b2 /u?y")
    panel.get_by_label("Your name").press_sequentially("2b")
    panel.get_by_role("combobox").press_sequentially("1u")
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    panel.keyboard.press("Escape")
    panel.keyboard.press("Escape")
    panel.keyboard.press("Escape")
    for keys in ("Control+b", "Alt+2", "Meta+u"):
        panel.keyboard.press(keys)
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    panel.keyboard.press("b")  # outside the fields the same key counts
    expect(panel.get_by_role("button", name="Save: unusable video")).to_be_visible()
    assert ledger.requests == []


def test_the_keys_are_listed_and_can_be_switched_off(panel: Page) -> None:
    panel.keyboard.press("?")
    dialog = panel.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("search for another label")
    dialog.get_by_label("Use single keys on this page").uncheck()
    dialog.get_by_role("button", name="Close").click()
    panel.keyboard.press("2")
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()


def test_escape_drops_the_choice(panel: Page, ledger: Ledger) -> None:
    panel.keyboard.press("2")
    panel.keyboard.press("Escape")
    expect(panel.get_by_role("button", name="javelin throw")).to_have_attribute(
        "aria-pressed", "false"
    )
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("Choose an answer, then save it")).to_be_visible()
    assert ledger.requests == []


def test_it_keeps_that_evidence_was_looked_at(panel: Page, ledger: Ledger) -> None:
    panel.evaluate(
        """document.dispatchEvent(new CustomEvent('secondlook:class',
             {detail: {index: 1, label: 'javelin throw'}}))"""
    )
    panel.keyboard.press("1")
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, "archery")
    assert only(ledger).seen_saliency is True


def test_names_and_notes_are_text_and_never_run(panel: Page) -> None:
    panel.get_by_text("Add a note or your name").click()
    attack = LABELS[-1]
    panel.evaluate("() => { window.hurt = () => { window.wasHurt = true; }; }")
    panel.get_by_label("Note").fill(attack)
    panel.get_by_label("Your name").fill(attack)
    panel.get_by_role("combobox").fill(attack + "!")
    panel.get_by_role("option").last.click()
    panel.keyboard.press("Enter")
    expect_saved(panel, 418, attack)
    assert panel.locator(".sl-root img").count() == 0
    assert panel.evaluate("window.wasHurt") is None
    panel.evaluate("attack => { document.createElement('p').innerHTML = attack; }", attack)
    panel.wait_for_function("window.wasHurt === true")


def test_it_fits_a_phone(page: Page, correction_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(correction_url)
    expect(page.get_by_role("region", name="Your answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.get_by_role("region", name="Your answer").get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or (box["height"] >= 24 and box["x"] + box["width"] <= 390)
