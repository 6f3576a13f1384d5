"""The table of formats: what each is called, what it is for, and which files it consists of.

The page, the command line and the addresses of the server all offer this table and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from app.workflow.errors import BadDecision
from storage.exchange import bundle
from storage.exchange.sheets import VIDEOS

ExportFormat = Literal[
    "csv", "jsonl", "kinetics", "mmaction2", "class-folders", "videofolder", "label-studio",
    "datumaro", "via", "all",
]  # fmt: skip
KEYS: tuple[ExportFormat, ...] = get_args(ExportFormat)
DATUMARO_VIDEOS = "videos/default/"  # where its reader looks for those of `default.json`


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take the labels away.

    `files` are written by the modules of `storage.exchange` that `bundle` names; `folder` is where
    the videos lie beside them. With `only_media` there are no files, the folders say it all.
    `all_videos`: those without a label come along, too.
    """

    key: ExportFormat
    name: str
    purpose: str
    files: tuple[str, ...] = ()
    folder: str = VIDEOS
    all_videos: bool = False

    @property
    def only_media(self) -> bool:
        """Whether it makes no sense without the videos."""
        return not self.files

    def file_name(self, *, with_media: bool) -> str:
        """What the file to fetch is called: a zip unless it is one file alone."""
        if len(self.files) == 1 and not with_media and "/" not in self.files[0]:
            return self.files[0]
        return f"second-look-{self.key}.zip"

    @property
    def ending(self) -> str:
        """That of the file to fetch without the videos, such as `.csv`."""
        return "." + self.file_name(with_media=False).rpartition(".")[2]


FORMATS: Mapping[ExportFormat, Format] = {
    one.key: one
    for one in (
        Format("csv", "Spreadsheet", "all that people said, one line each", ("labels.csv",),
               all_videos=True),
        Format("jsonl", "JSON lines", "everything, for programs", ("labels.jsonl",),
               all_videos=True),
        Format("kinetics", "Kinetics list", "label, start and end in seconds", ("kinetics.csv",)),
        Format("mmaction2", "MMAction2 lists", "for training with MMAction2",
               ("mmaction2.txt", "mmaction2_train.txt", "mmaction2_val.txt", "label_map.txt")),
        Format("class-folders", "Folder for each label", "the videos, sorted by label"),
        Format("videofolder", "Hugging Face videofolder", "for the library datasets",
               ("metadata.jsonl",)),
        Format("label-studio", "Label Studio", "to go on labelling there",
               ("label_studio.json", "label_studio.xml")),
        Format("datumaro", "Datumaro", "for CVAT and other tools",
               ("annotations/default.json",), DATUMARO_VIDEOS),
        Format("via", "VIA 3 project", "for the VGG annotator", ("via.json",)),
        Format("all", "All of these", "every list at once", bundle.NAMES, DATUMARO_VIDEOS,
               all_videos=True),
    )
}  # fmt: skip


def known_format(name: str) -> Format:
    """The format of this key. Raises `BadDecision` for an unknown one."""
    if name not in KEYS:
        raise BadDecision(f"There is no format called {name}; choose one of {', '.join(KEYS)}.")
    return FORMATS[name]
