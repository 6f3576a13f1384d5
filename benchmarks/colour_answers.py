"""Does a film of a phone that records in HDR get the answer that its usual twin gets?

Needs a folder of clips with a `labels.csv` as `default_accuracy.py` does, and an ffmpeg with zscale
and libx265: it encodes each clip three times alike, as BT.709, and as BT.2020 in PQ and in HLG.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import tempfile
from pathlib import Path

from benchmarks.default_accuracy import CLIPS
from model.inference.predictor import LocalPredictor
from model.weights.catalogue import default_path

PLAIN = "tin=bt709:min=bt709:pin=bt709:rin=tv"
WHITE_NITS = 203  # of paper in HDR, ITU-R BT.2408-7, table 1
WIDE = f"zscale={PLAIN}:p=bt2020:m=bt2020nc:r=tv:npl={WHITE_NITS}:t="
KINDS = {
    "BT.709": ("bt709", "bt709", "bt709", f"zscale={PLAIN}:t=bt709:m=bt709:p=bt709:r=tv"),
    "PQ": ("bt2020", "smpte2084", "bt2020nc", WIDE + "smpte2084"),
    "HLG": ("bt2020", "arib-std-b67", "bt2020nc", WIDE + "arib-std-b67"),
}


def main() -> None:
    """Prints the right answers of each kind, and how far apart the probabilities are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=CLIPS)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    wanted = parser.parse_args()
    with (wanted.clips / "labels.csv").open(newline="") as file:
        labelled = [row for row in csv.DictReader(file) if row["nearest_kinetics400"]]
    predictor = LocalPredictor(default_path(), cache_dir=wanted.cache)
    right = dict.fromkeys(KINDS, 0)
    apart: dict[str, list[float]] = {kind: [] for kind in KINDS}
    same = dict.fromkeys(KINDS, 0)
    for row in labelled:
        tops, probabilities = {}, {}
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                encoded = _encoded(wanted.clips / row["file"], Path(folder) / "clip.mp4", kind)
                top = predictor.predict(encoded, top_k=400).top
            tops[kind] = top[0].label
            probabilities[kind] = next(
                one.probability for one in top if one.label == row["nearest_kinetics400"]
            )
            right[kind] += tops[kind] == row["nearest_kinetics400"]
            same[kind] += tops[kind] == tops["BT.709"]
            apart[kind].append(abs(probabilities[kind] - probabilities["BT.709"]))
        print(row["file"], {kind: round(p, 2) for kind, p in probabilities.items()}, flush=True)
    for kind in KINDS:
        print(
            f"{kind:8}top-1 {right[kind]} of {len(labelled)}, the same answer as BT.709"
            f" {same[kind]}; the right class's probability is {statistics.mean(apart[kind]):.3f}"
            f" away, at most {max(apart[kind]):.2f}"
        )


def _encoded(clip: Path, target: Path, kind: str) -> Path:
    primaries, transfer, matrix, chain = KINDS[kind]
    tags = f"colorprim={primaries}:transfer={transfer}:colormatrix={matrix}:range=limited"
    command = ["ffmpeg", "-v", "error", "-i", str(clip), "-an", "-vf"]
    command += [f"scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p,{chain},format=yuv420p10le"]
    command += ["-c:v", "libx265", "-crf", "14", "-preset", "fast", "-tag:v", "hvc1"]
    command += ["-x265-params", f"log-level=error:{tags}"]
    command += ["-color_primaries", primaries, "-color_trc", transfer, "-colorspace", matrix]
    subprocess.run([*command, str(target)], check=True)
    return target


if __name__ == "__main__":
    main()
