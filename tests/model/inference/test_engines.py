"""Both engines compute the same network, and what is kept on disk is checked before use."""

from __future__ import annotations

import copy
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.errors import ModelError
from model.inference.engines.choosing import choose_engine, on_card
from model.inference.engines.engine import Engine
from model.inference.engines.openvino_engine import OpenVINOEngine
from model.inference.engines.torch_engine import TorchEngine, best_device
from model.network.staged import StagedNetwork
from model.weights.spec import SIGNED_UNIT
from tests.model.inference.tiny import TINY_SIZE, tiny_network

SHA = "ab" * 32


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("converted")


@pytest.fixture(scope="module")
def openvino_engine(network: StagedNetwork, cache_dir: Path) -> OpenVINOEngine:
    engine = OpenVINOEngine(copy.deepcopy(network), SHA, cache_dir)
    engine.prepare(TINY_SIZE)
    return engine


@pytest.fixture(scope="module")
def torch_engine(network: StagedNetwork) -> TorchEngine:
    return TorchEngine(copy.deepcopy(network), "cpu")


@pytest.fixture(scope="module")
def clips() -> NDArray[np.float32]:
    generator = np.random.default_rng(3)
    return generator.standard_normal((3, 3, *TINY_SIZE)).astype(np.float32)


def converted(cache_dir: Path) -> Path:
    (place,) = cache_dir.glob("openvino-*/*")
    return place


def test_engines_agree_with_the_network_and_with_each_other(
    network: StagedNetwork,
    torch_engine: TorchEngine,
    openvino_engine: OpenVINOEngine,
    clips: NDArray[np.float32],
) -> None:
    with torch.inference_mode():
        logits, features = network(torch.from_numpy(clips))
    for engine in (torch_engine, openvino_engine):
        found = engine.run(clips)
        assert found.logits.dtype == found.features.dtype == np.float32
        np.testing.assert_allclose(found.logits, logits.numpy(), rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(found.features, features.numpy(), rtol=1e-3, atol=1e-4)
        top = np.argsort(-found.logits, axis=1)[:, :5]
        np.testing.assert_array_equal(top, np.argsort(-logits.numpy(), axis=1)[:, :5])


def test_threads_do_not_mix_their_answers(
    torch_engine: TorchEngine, openvino_engine: OpenVINOEngine, clips: NDArray[np.float32]
) -> None:
    engines: tuple[Engine, ...] = (torch_engine, openvino_engine)
    for engine in engines:
        alone = [engine.run(clips[n : n + 1]).logits for n in range(3)]
        with ThreadPoolExecutor(4) as pool:
            asked = [n % 3 for n in range(12)]
            together = list(pool.map(lambda n: engine.run(clips[n : n + 1]).logits, asked))  # noqa: B023
        for n, logits in zip(asked, together, strict=True):
            np.testing.assert_allclose(logits, alone[n], rtol=1e-4, atol=1e-5)


def test_a_second_start_reads_what_the_first_one_converted(
    openvino_engine: OpenVINOEngine, cache_dir: Path, clips: NDArray[np.float32]
) -> None:
    before = converted(cache_dir).stat().st_mtime_ns
    # other weights under the same name: only what is on disk can give the first one's answer
    again = OpenVINOEngine(tiny_network(seed=9), SHA, cache_dir)
    np.testing.assert_allclose(
        again.run(clips).logits, openvino_engine.run(clips).logits, rtol=1e-5, atol=1e-5
    )
    assert converted(cache_dir).stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["network.bin", "network.xml", "sums.json"])
def test_a_damaged_conversion_is_noticed_and_made_anew(
    name: str,
    openvino_engine: OpenVINOEngine,
    cache_dir: Path,
    clips: NDArray[np.float32],
    caplog: pytest.LogCaptureFixture,
) -> None:
    damaged = converted(cache_dir) / name
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0x10
    damaged.unlink()  # the running engine may still have the old file mapped
    damaged.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        healed = OpenVINOEngine(tiny_network(), SHA, cache_dir).run(clips)
    assert "damaged" in caplog.text
    np.testing.assert_allclose(
        healed.logits, openvino_engine.run(clips).logits, rtol=1e-5, atol=1e-5
    )
    caplog.clear()
    OpenVINOEngine(tiny_network(), SHA, cache_dir).prepare(TINY_SIZE)
    assert not caplog.records


def test_other_weights_get_a_conversion_of_their_own(
    openvino_engine: OpenVINOEngine, tmp_path: Path, clips: NDArray[np.float32]
) -> None:
    other = OpenVINOEngine(tiny_network(seed=9), "cd" * 32, tmp_path)
    ours, theirs = openvino_engine.run(clips[:1]).logits, other.run(clips[:1]).logits
    assert np.abs(ours - theirs).max() > 1e-2


def test_a_conversion_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(StagedNetwork):
        def features(self, clips: torch.Tensor) -> torch.Tensor:
            raise RuntimeError(f"no layer for {clips.shape}")

    whole = tiny_network()
    broken = Broken(whole.trunk, whole.last_stage, whole.head)
    with pytest.raises(RuntimeError):
        OpenVINOEngine(broken, SHA, tmp_path).prepare(TINY_SIZE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_two_that_convert_at_once_keep_one_whole_conversion(
    tmp_path: Path, clips: NDArray[np.float32]
) -> None:
    engines = [OpenVINOEngine(tiny_network(), SHA, tmp_path) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda engine: engine.run(clips[:1]).logits, engines)
    np.testing.assert_allclose(first, second, rtol=1e-5)
    (folder,) = tmp_path.iterdir()
    assert [path.name.startswith(".draft") for path in folder.iterdir()] == [False]


# An ONNX file of one ReLU over three numbers.
RELU = (
    b'\x08\x08:3\n\x0c\n\x01x\x12\x01y"\x04Relu\x12\x01gZ\x0f\n\x01x\x12\n\n\x08\x08\x01'
    b"\x12\x04\n\x02\x08\x03b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x03B\x02\x10\r"
)
CONVERT = """
{load}
import sys
openvino.convert_model(sys.argv[1])
print("openvino_telemetry.main" in sys.modules)
"""


@pytest.mark.parametrize(
    ("load", "reports"),
    [
        (
            "from model.inference.engines.openvino_engine import load_openvino\n"
            "openvino = load_openvino()",
            False,
        ),
        ("import openvino", True),
    ],
    ids=["ours", "plain import"],
)
def test_converting_reports_to_nobody(load: str, reports: bool, tmp_path: Path) -> None:
    relu = tmp_path / "relu.onnx"
    relu.write_bytes(RELU)
    done = subprocess.run(
        [sys.executable, "-c", CONVERT.format(load=load), str(relu)],
        env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(reports)]
    # the reporter gives this person a number, in a file, before it sends anything
    assert bool(list(tmp_path.rglob("*cid*"))) is reports


@pytest.mark.skipif(best_device() == "cuda", reason="there is a graphics card")
def test_plain_pytorch_answers_where_the_card_cannot(
    network: StagedNetwork, clips: NDArray[np.float32], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    engine = on_card(copy.deepcopy(network), SIGNED_UNIT, 1)
    assert engine.name == "torch-cpu"
    assert "PyTorch answers" in caplog.text
    expected = TorchEngine(copy.deepcopy(network), "cpu").run(clips)
    np.testing.assert_array_equal(engine.run(clips).logits, expected.logits)


def test_the_choice_of_engine(network: StagedNetwork, tmp_path: Path) -> None:
    def chosen(choice: str) -> str:
        return choose_engine(choice, copy.deepcopy(network), SHA, tmp_path).name  # type: ignore[arg-type]

    assert chosen("torch") == f"torch-{best_device()}"
    assert chosen("openvino") == "openvino"
    assert chosen("auto") == ("torch-cuda" if best_device() == "cuda" else "openvino")
    with pytest.raises(ModelError, match="auto, torch, openvino"):
        chosen("tensorflow")
