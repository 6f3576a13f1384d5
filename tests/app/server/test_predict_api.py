"""The door for whole predictions, on a real socket: bounded, and who hangs up stops the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import numpy as np
import pytest
from pydantic import ByteSize

from app.server.people import set_password
from app.server.port import take_port
from app.server.starting import starting
from app.settings import Settings
from app.workflow.errors import UnknownModel
from model.errors import Cancelled, RemoteError, VideoError
from model.inference.prediction import OnProgress, Prediction, Stage
from model.inference.remote import PREDICT, RemotePredictor
from model.inference.seam import Predictor, Status
from tests.model.inference.answers import answer_of
from tests.serving import Site, site

MB = 1 << 20


class Endless:
    """A `Predictor` that works until it is stopped; it keeps how that ended."""

    version, labels, status = "ab" * 32, ("ant", "bee"), Status("ready", "It is ready.")

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.ended = threading.Event()

    def predict(
        self, video: Path, *, on_progress: OnProgress | None = None, **_: object
    ) -> Prediction:
        self.sizes.append(video.stat().st_size)
        assert on_progress is not None
        try:
            while True:
                on_progress("looking", 0.5)
                time.sleep(0.01)
        except Cancelled:
            self.ended.set()
            raise


@contextmanager
def serving(
    tmp_path: Path, predictor: Callable[[], Predictor], users: Path | None = None
) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path,
        max_upload_bytes=ByteSize(4 * MB),
        min_free_bytes=ByteSize(0),
        users_file=users,
    )
    with site(settings, predictor=predictor) as running:
        yield running


def client(running: Site) -> httpx.Client:
    return httpx.Client(base_url=running.url, timeout=20)


def kept(running: Site) -> list[Path]:
    return [path for path in running.settings.gradio_dir.rglob("*") if path.is_file()]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\x01" * (3 * MB))
    return path


def hang_up(stage: Stage, share: float) -> None:
    raise Cancelled(f"{stage} {share}")


def test_who_hangs_up_stops_the_work(tmp_path: Path, video: Path) -> None:
    endless = Endless()
    with serving(tmp_path / "data", lambda: endless) as running, client(running) as line:
        with pytest.raises(Cancelled):
            RemotePredictor(line).predict(video, on_progress=hang_up)
        assert endless.ended.wait(20)
        assert endless.sizes == [3 * MB]
        for _ in range(200):  # the file goes right after
            if not kept(running):
                break
            time.sleep(0.05)
        assert kept(running) == []


def test_the_model_behind_it_says_who_it_is(tmp_path: Path) -> None:
    endless = Endless()
    with serving(tmp_path, lambda: endless) as running, client(running) as line:
        remote = RemotePredictor(line)
        assert (remote.version, remote.labels, remote.status) == (
            Endless.version,
            Endless.labels,
            Endless.status,
        )


class Odd:
    """A `Predictor` that gives an answer made up by hand, or the error that it was made with."""

    version, labels, status = "ab" * 32, ("ant",), Status("ready")

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def predict(self, video: Path, **_: object) -> Prediction:
        del video
        if self.error is not None:
            raise self.error
        return answer_of(np.zeros((1, 2)))


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (VideoError("This is no video."), VideoError, "video"),
        (UnknownModel("There is no model."), RemoteError, None),
    ],
)
def test_an_error_comes_with_its_sentence(
    tmp_path: Path, video: Path, error: Exception, kind: type[Exception], code: str | None
) -> None:
    with serving(tmp_path / "data", lambda: Odd(error)) as running, client(running) as line:
        with pytest.raises(kind, match=str(error)) as caught:
            RemotePredictor(line).predict(video)
        assert getattr(caught.value, "code", None) == code
        assert kept(running) == []


def test_a_slip_of_the_program_breaks_off_and_leaves_nothing(tmp_path: Path, video: Path) -> None:
    slip = Odd(ZeroDivisionError("a slip"))
    with serving(tmp_path / "data", lambda: slip) as running, client(running) as line:
        with pytest.raises(RemoteError, match="cannot be reached"):
            RemotePredictor(line).predict(video)
        assert kept(running) == []


def test_what_is_too_large_or_asked_for_wrongly_is_refused(tmp_path: Path, video: Path) -> None:
    with serving(tmp_path / "data", Odd) as running, client(running) as line:
        remote = RemotePredictor(line)
        video.write_bytes(bytes(5 * MB))
        with pytest.raises(RemoteError, match="too large: at most 4 MiB"):
            remote.predict(video)
        video.write_bytes(b"\x01")
        with pytest.raises(RemoteError, match="top_k"):
            remote.predict(video, top_k=0)
        assert line.post(PREDICT, params={"protocol": "best"}, content=b"x").status_code == 422
        assert remote.predict(video).top
        assert kept(running) == []


def test_nobody_gets_in_without_logging_in(tmp_path: Path, video: Path) -> None:
    users = tmp_path / "users"
    set_password(users, "Ada", "a long password")
    with serving(tmp_path / "data", Odd, users) as running, client(running) as line:
        remote = RemotePredictor(line)
        with pytest.raises(RemoteError, match="Please log in"):
            remote.predict(video)
        before = remote.status
        assert before.state == "failed"
        line.post("/login", data={"username": "Ada", "password": "a long password"})
        assert remote.predict(video).top
        assert remote.status.state == "ready"


def test_a_server_that_is_not_there_or_another_one_says_so(tmp_path: Path, video: Path) -> None:
    with serving(tmp_path / "data", Odd) as running, client(running) as line:
        assert RemotePredictor(line).predict(video).top
        with httpx.Client(base_url=f"{running.url}/elsewhere") as astray:
            assert RemotePredictor(astray).status.state == "failed"
            with pytest.raises(RemoteError, match="The server says"):
                RemotePredictor(astray).predict(video)
    with httpx.Client(base_url=running.url) as gone:
        with pytest.raises(RemoteError, match="cannot be reached"):
            RemotePredictor(gone).predict(video)
        assert RemotePredictor(gone).status.state == "failed"


def test_a_server_that_is_starting_says_no_page(video: Path) -> None:
    with take_port("127.0.0.1", 0) as taken:
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with starting(taken), httpx.Client(base_url=url) as early:
            status = RemotePredictor(early).status
            assert (status.state, status.note) == ("failed", "The server says: Service Unavailable")
            with pytest.raises(RemoteError, match=r"^The server says: [^<]*$"):
                RemotePredictor(early).predict(video)
