"""Is the default as good in 8 bit, and how much quicker? OpenVINO's NNCF, after training.

Needs `pip install nncf`, which the program itself does not, and a folder with `clips/`: the ranges
are taken from views of `learn.txt` (`python -m benchmarks.family --lists FOLDER`), and the answers
compared on all videos of `clips/`, one clip from the middle.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.certainty.material import real_items
from benchmarks.separation_accuracy import clip_of
from benchmarks.timing import in_turn, print_table
from model.inference.engines.openvino_engine import load_openvino
from model.learning.distil.material import find_videos, read_material
from model.learning.distil.views import draw_view, render
from model.video.facts import VideoLimits
from model.weights.catalogue import default_path
from model.weights.checkpoint import LoadedCheckpoint, load

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
Floats = NDArray[np.float32]


def main() -> None:
    """Prints times, and how many answers stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learn", type=Path, help="the list of videos to take ranges from")
    parser.add_argument("--views", type=int, default=64)
    parser.add_argument("--data", type=Path, default=DATA)
    wanted = parser.parse_args()
    if wanted.learn is None or find_spec("nncf") is None:
        print("Nothing measured: this needs --learn and the package nncf.")
        return
    loaded = load(default_path())
    whole = converted(loaded)
    cut = in_8_bit(whole, views(loaded, wanted.learn, wanted.views))
    ways = {
        "32 bit": compiled(whole, "f32"),
        "16 bit (bfloat16)": compiled(whole, "bf16"),
        "8 bit": compiled(cut, "f32"),
    }
    items = [item for item in real_items(wanted.data) if item.path.parent.name == "clips"]
    spec = loaded.spec
    clips = [clip_of(item.path, spec.crop, spec.short_side)[None] for item in items]
    runs = {
        name: lambda request=request: request.infer([clips[0]]) for name, request in ways.items()
    }
    print_table("a clip", in_turn(runs))
    said = {name: answers(request, clips) for name, request in ways.items()}
    for name, logits in said.items():
        print(f"{name}: {compared(said['32 bit'], logits)}")


def converted(loaded: LoadedCheckpoint) -> Any:
    """The network in OpenVINO, in 32 bit."""
    size = (1, 3, loaded.spec.clip_len, loaded.spec.crop, loaded.spec.crop)
    with torch.no_grad():
        program = torch.export.export(loaded.network, (torch.zeros(size),))
        network = load_openvino().convert_model(program)
    network.reshape(list(size))
    return network


def in_8_bit(network: Any, clips: list[Floats]) -> Any:
    """Weights and activations in 8 bit, with ranges from these clips."""
    import nncf  # noqa: PLC0415  # only here, and only if it is there

    return nncf.quantize(
        network,
        nncf.Dataset(clips),
        subset_size=len(clips),
        preset=nncf.QuantizationPreset.MIXED,
    )


def compiled(network: Any, precision: str) -> Any:
    """A request that is ready to run."""
    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    return load_openvino().Core().compile_model(network, "CPU", options).create_infer_request()


def views(loaded: LoadedCheckpoint, listed: Path, count: int) -> list[Floats]:
    """Clips [1, 3, T, H, W] as the network takes them, cut out as for distillation."""
    spec = loaded.spec
    films = read_material(find_videos([listed]), [], side=spec.short_side, limits=VideoLimits())
    drawn = (draw_view(films, spec.clip_len, 3, number) for number in range(count))
    scale = spec.normalisation
    return [
        ((render(view, films, spec.crop).numpy() - scale.mean[0]) / scale.std[0])[None].astype(
            np.float32
        )
        for view in drawn
    ]


def answers(request: Any, clips: list[Floats]) -> Floats:
    """Logits [clips, classes]."""
    rows = []
    for clip in clips:
        request.infer([clip])
        rows.append(request.get_output_tensor(0).data[0].copy())
    return np.stack(rows)


def compared(first: Floats, second: Floats) -> str:
    """How many first answers, and how many sets of five, are the same."""
    same = int((first.argmax(axis=1) == second.argmax(axis=1)).sum())
    fives = (np.sort(np.argsort(-logits, axis=1)[:, :5], axis=1) for logits in (first, second))
    alike = int(np.all(next(fives) == next(fives), axis=1).sum())
    return f"the same first answer on {same} of {len(first)}, the same five on {alike}"


if __name__ == "__main__":
    main()
