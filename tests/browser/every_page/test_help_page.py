"""The Help page: its pictures, its links, and that it speaks of what there is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.components.assets import STATIC
from app.words.verdicts import VERDICTS
from tests.browser.every_page.conftest import Site
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
TEXT = (STATIC / "help" / "help.html").read_text(encoding="utf-8")
LEAST_WORDS = 6  # of a text that stands for a picture
MOST_BYTES = 150_000
FAULTY = """async (leastWords) => {
  const pictures = [...document.querySelectorAll('#help img')];
  const faults = [];
  for (const picture of pictures) {
    picture.loading = 'eager';
    await picture.decode().catch(() => null);
    const { naturalWidth: width, naturalHeight: height } = picture;
    const room = picture.getAttribute('width') / picture.getAttribute('height');
    const say = (fault) => faults.push(`${picture.src} ${fault}`);
    if (!width) say('does not load');
    else if (Math.abs(room / (width / height) - 1) > 0.02) say(`is ${width} x ${height}`);
    if (picture.alt.split(' ').length < leastWords) say('is not put in words');
  }
  return faults;
}"""


def opened(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/help")
    page.get_by_role("heading", name="Add a video", level=2).wait_for()


def faulty_pictures(page: Page) -> list[str]:
    """What is wrong with pictures: not there, room of another shape, no words in its place."""
    faults: list[str] = page.evaluate(FAULTY, LEAST_WORDS)
    return faults


def test_the_navigation_leads_there(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/export")
    page.locator(".nav-holder").get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", name="Help", level=1)).to_be_visible()
    expect(page).to_have_title("Help – Second Look")


def test_every_picture_loads_and_has_words(page: Page, site: Site) -> None:
    opened(page, site)
    assert page.locator("#help img").count() > 5
    assert faulty_pictures(page) == []


def test_a_faulty_picture_would_be_noticed(page: Page, site: Site) -> None:
    opened(page, site)
    page.locator("#help img").first.evaluate(
        "node => { node.src = 'nowhere.webp'; node.alt = ''; }"
    )
    page.locator("#help img").nth(1).evaluate("node => node.setAttribute('height', '9')")
    loads, words, shape = faulty_pictures(page)
    assert loads.endswith("does not load")
    assert words.endswith("is not put in words")
    assert re.search(r"is \d+ x \d+$", shape)


def test_every_link_works(page: Page, site: Site) -> None:
    opened(page, site)
    links = page.locator("#help a").evaluate_all(
        "nodes => nodes.map((n) => n.getAttribute('href'))"
    )
    assert len(links) > 10
    here = [link for link in links if link.startswith("/help#")]
    for link in here:
        page.locator(f"#help a[href='{link}']").first.click()
        expect(page.locator(f"#help section#{link.partition('#')[2]}")).to_be_in_viewport()
        assert page.url == site.url + link
    for link in set(links) - set(here):
        answer = page.goto(site.url + link)
        assert answer is not None
        assert answer.ok
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_pictures_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in (STATIC / "help" / "pictures").iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_every_picture_is_used() -> None:
    shown = TEXT + (ROOT / "README.md").read_text(encoding="utf-8")
    files = (STATIC / "help" / "pictures").iterdir()
    assert [file.name for file in files if f"pictures/{file.name}" not in shown] == []


NAMES = sorted(set(re.findall(r"<i>(.*?)</i>", TEXT, re.DOTALL)))


def on_screen(name: str) -> bool:
    """Whether a button or title of this name is written anywhere in pages, components, scripts."""
    quoted = re.compile(rf"""['"`>#] ?{re.escape(" ".join(name.split()))}['"`<]""")
    files = [*(ROOT / "app").rglob("*.py"), *STATIC.rglob("*.js")]
    return any(quoted.search(file.read_text(encoding="utf-8")) for file in files)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_names_is_on_the_screen(name: str) -> None:
    assert on_screen(name)


def test_a_name_that_is_gone_would_be_noticed() -> None:
    assert not on_screen("Press here for magic")


def test_its_keys_are_those_of_the_panel() -> None:
    keys = re.findall(r'<th scope="row">(.*?)</th>', TEXT)
    panel = (STATIC / "correction" / "help.js").read_text(encoding="utf-8")
    known = re.findall(r"\['(.+?)', '", panel)
    known += [verdict.shortcut for verdict in VERDICTS]
    assert len(keys) > 8
    for key in keys:
        plain = re.sub("<.*?>", "", key)
        assert any(one == plain or one.startswith(f"{plain} or") for one in known), plain
