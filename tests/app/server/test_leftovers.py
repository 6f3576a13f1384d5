"""What nobody came back for is cleared away, and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.server.leftovers import janitor, sweep
from app.settings import Settings
from tests.serving import site


def fill(folder: Path) -> Path:
    kept = folder.parent / "kept.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("kept")
    (folder / "abc" / "deep").mkdir(parents=True)
    (folder / "abc" / "deep" / "clip.mp4").write_bytes(b"x")
    (folder / "tmpabcdefgh").write_bytes(b"x")
    (folder / "link").symlink_to(kept)
    (folder / "folder-link").symlink_to(kept.parent)
    return kept


def test_old_files_go_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "tmp" / "gradio"
    kept = fill(folder)
    assert sweep(folder, older_than_s=0) == 4
    assert [path.name for path in folder.rglob("*") if not path.is_dir()] == []
    assert kept.read_text() == "kept"


def test_young_files_stay(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")
    assert sweep(tmp_path / "gradio", older_than_s=3600) == 0


def test_empty_folders_go_at_last(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")
    sweep(tmp_path / "gradio", older_than_s=0)
    sweep(tmp_path / "gradio", older_than_s=0)
    assert list((tmp_path / "gradio").iterdir()) == []


def test_no_folder_is_no_trouble(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nothing", older_than_s=0) == 0


def test_the_janitor_starts_at_once_and_ends(tmp_path: Path) -> None:
    fill(tmp_path / "gradio")

    async def work() -> None:
        async with janitor(tmp_path / "gradio", older_than_s=0):
            while (tmp_path / "gradio" / "tmpabcdefgh").exists():
                await asyncio.sleep(0.01)

    asyncio.run(work())


@pytest.mark.timeout(60)
def test_the_server_has_a_janitor(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, leftover_age_s=0.01)
    leftover = settings.gradio_dir / "abc" / "clip.mp4"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"x")
    with site(settings) as running:
        while leftover.exists():
            assert running.client.get("/health").status_code == 200
