from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.errors import UnknownVideo
from app.workflow.feature_store import features_folder
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.upkeep.housekeeping import keep_house
from app.workflow.videos import browse, deletion, ingest
from model.learning.examples import Example
from model.learning.features import _name
from storage import results
from storage.exchange import manifest
from storage.records.decision import Decision
from storage.records.videos import VideoRecord
from storage.results import Kind, Packed, Subject

KILLED = """
import os, signal, sys
from pathlib import Path
from app.settings import Settings
from app.wiring import build
from app.workflow.videos import deletion
from storage.media import MediaStore
from storage.records import deletions

def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "files":
    MediaStore.delete_all = die
else:
    deletions.delete = die
services = build(Settings(data_dir=Path(sys.argv[1]), engine="torch", min_free_bytes=0))
deletion.delete(services, int(sys.argv[2]), by="Uma")
"""


def bring(services: Services, path: Path) -> VideoRecord:
    """A stored video that Ann labelled, with files beside it."""
    upload = ingest.Upload(path, "juggling.mp4")
    video = ingest.store(services, upload, lambda *_: None).video
    with services.media.draft(video.sha256, "proxy.mp4") as draft:
        draft.path.write_bytes(b"a copy")
    decision = Decision(
        correct.new_op_id(), video.id, "corrected", "yoga", new_label=True, annotator="Ann"
    )
    correct.decide(services, decision)
    return video


def files_of(services: Services, video: VideoRecord) -> list[str]:
    folder = services.media.local_path(video.uri).parent if _is_there(services, video) else None
    return [] if folder is None else sorted(path.name for path in folder.glob(f"{video.sha256}*"))


def _is_there(services: Services, video: VideoRecord) -> bool:
    return services.media.exists(video.uri)


def test_a_video_goes_with_all_that_belongs_to_it(services: Services, juggling: Path) -> None:
    video = bring(services, juggling)
    part = Example(Path(video.uri), 0, sha256=video.sha256)
    feature = features_folder(services) / "a network" / _name(part, "pooled", 3, "middle")
    feature.parent.mkdir(parents=True, exist_ok=True)
    feature.touch()
    (other := feature.with_name("of another video")).touch()
    assert deletion.belongings(services, video.id) == deletion.Belongings("juggling.mp4", 1)
    about = Subject(video.sha256, "5e" * 32, "auto", about=None)
    results.keep(services.media, about, Kind("any", Packed, lambda stored: stored.fields), {})
    assert len(files_of(services, video)) == 3
    deletion.delete(services, video.id, by="Uma")
    assert not list(Path(services.media.location(video.uri)).parent.glob(f"{video.sha256}*"))
    assert not feature.exists()
    assert other.exists()
    assert browse.videos(services).total == 0
    for ask in (ingest.find, correct.said, deletion.delete, deletion.belongings):
        with pytest.raises(UnknownVideo, match=f"number {video.id} was deleted by Uma on 20"):
            ask(services, video.id)
    with pytest.raises(UnknownVideo, match="no video number 999"):
        ingest.find(services, 999)


def test_the_same_bytes_can_come_again_under_a_new_number(
    services: Services, juggling: Path
) -> None:
    first = bring(services, juggling)
    deletion.delete(services, first.id)
    second = ingest.store(services, ingest.Upload(juggling, "again.mp4"), lambda *_: None).video
    assert second.id > first.id
    assert second.name == "again.mp4"
    assert _is_there(services, second)
    assert correct.said(services, second.id).history == ()
    deletion.delete(services, second.id)


def test_files_that_have_a_row_again_stay(services: Services, juggling: Path) -> None:
    """The same bytes were brought between the deletion of the row and that of the files."""
    video = bring(services, juggling)
    deletion._remove_files(services, video)
    assert _is_there(services, video)
    deletion.delete(services, video.id)


def test_a_list_frozen_before_stays_readable(
    services: Services, juggling: Path, tmp_path: Path
) -> None:
    video = bring(services, juggling)
    with services.database.read() as session:
        frozen = manifest.freeze(session)
    manifest.write(frozen, tmp_path / "list.jsonl")
    deletion.delete(services, video.id)
    entries = manifest.read(tmp_path / "list.jsonl", sha256=frozen.sha256)
    assert [entry.label for entry in entries] == ["yoga"]


@pytest.mark.parametrize("where", ["rows", "files"])
def test_nothing_is_half_deleted_after_a_kill(tmp_path: Path, juggling: Path, where: str) -> None:
    services = build(Settings(data_dir=tmp_path, engine="torch", min_free_bytes=0))
    video = bring(services, juggling)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(video.id), where]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    if where == "rows":
        assert ingest.find(services, video.id) == video
        assert len(correct.said(services, video.id).current) == 1
        assert len(files_of(services, video)) == 2
        return
    with pytest.raises(UnknownVideo, match="was deleted by Uma"):
        ingest.find(services, video.id)
    assert len(files_of(services, video)) == 2
    folder = services.media.local_path(video.uri).parent
    for path in folder.iterdir():
        os.utime(path, (time.time() - 7200,) * 2)
    keep_house(services, tmp_path / "backups")
    assert list(folder.iterdir()) == []


def test_who_deleted_it_is_known_and_nothing_else_is(services: Services, juggling: Path) -> None:
    assert deletion.find(services, 10**6) is None
    for ask in (deletion.belongings, deletion.delete):
        with pytest.raises(UnknownVideo):
            ask(services, 10**6)
    video = bring(services, juggling)
    assert deletion.find(services, video.id) is None
    deletion.delete(services, video.id, by="Uma")
    found = deletion.find(services, video.id)
    assert found is not None
    assert found.deleted_by == "Uma"


def test_a_file_that_cannot_be_removed_is_left_to_housekeeping(
    services: Services, juggling: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its folder cannot be changed; the rows are gone all the same."""
    video = bring(services, juggling)
    path = services.media.local_path(video.uri)
    path.unlink()
    (path / "in the way").mkdir(parents=True)  # a folder where a file was
    deletion.delete(services, video.id)
    assert "left to housekeeping" in caplog.text
    with pytest.raises(UnknownVideo):
        deletion.belongings(services, video.id)
