"""Is the embedded default sane? Its hits on real labelled clips, whole way from file to answer.

Needs a folder of clips with a `labels.csv` (columns `file`, `nearest_kinetics400`).
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path
from typing import get_args

from model.inference.prediction import ProtocolName
from model.inference.predictor import LocalPredictor
from model.weights.catalogue import default_path

CLIPS = Path(__file__).resolve().parents[2] / "shared" / "data" / "clips"


def main() -> None:
    """Prints every miss, then top-1 and top-5 hits for each protocol."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=CLIPS)
    parser.add_argument("--weights", type=Path, default=default_path())
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    parser.add_argument("protocols", nargs="*", choices=get_args(ProtocolName), default=["auto"])
    wanted = parser.parse_args()
    with (wanted.clips / "labels.csv").open(newline="") as file:
        labelled = [row for row in csv.DictReader(file) if row["nearest_kinetics400"]]
    predictor = LocalPredictor(wanted.weights, cache_dir=wanted.cache)
    predictor.warm_up()
    for protocol in wanted.protocols:
        count(predictor, protocol, wanted.clips, labelled)


def count(
    predictor: LocalPredictor, protocol: ProtocolName, clips: Path, labelled: list[dict[str, str]]
) -> None:
    """Predicts every labelled clip and prints how many were right."""
    first = fifth = 0
    video_s, start = 0.0, time.perf_counter()
    for row in labelled:
        found = predictor.predict(clips / row["file"], protocol=protocol)
        names = [score.label for score in found.top]
        video_s += found.video.duration_s
        first += names[0] == row["nearest_kinetics400"]
        fifth += row["nearest_kinetics400"] in names
        if names[0] != row["nearest_kinetics400"]:
            told = f"{names[0]} ({found.top[0].probability:.0%})"
            print(f"  {row['file']}: {row['nearest_kinetics400']}, told {told}")
    taken_s = time.perf_counter() - start
    print(
        f"{protocol}: top-1 {first}, top-5 {fifth} of {len(labelled)} clips; "
        f"{taken_s:.0f} s for {video_s:.0f} s of video"
    )


if __name__ == "__main__":
    main()
