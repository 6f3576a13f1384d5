"""A project of the VGG Image Annotator (VIA 3): labels of whole videos, and of parts in seconds.

Its JSON has four lists that name every video, so three of them wait in temporary files while the
fourth is written. Not kept: who said it and when, and what has no label.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo
from storage.exchange.sheets import Setting
from storage.exchange.statement import Fault, Found, found

# Numbers of VIA 3: `_via_attribute.js`, `_via_file.js`.
SELECT, VIDEO, LOCAL = 4, 4, 1
WHOLE, PART = "1", "2"  # our two attributes
ANCHORS = {WHOLE: "FILE1_Z0_XY0", PART: "FILE1_Z2_XY0"}
PIECE = 1 << 16  # bytes


@dataclass(slots=True)
class Project:
    """The project while it is written."""

    setting: Setting
    _ids: IO[bytes] = field(init=False)
    _files: IO[bytes] = field(init=False)
    _views: IO[bytes] = field(init=False)
    _comma: bytes = field(default=b"", init=False)
    _between: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self._ids, self._files, self._views = (self.setting.spool() for _ in range(3))

    def head(self) -> bytes:
        """The labels to choose from, up to the first decision."""
        options = {str(label.index): label.name for label in self.setting.labels}
        attributes = {
            number: {
                "aname": "label" if number == WHOLE else "label of a part",
                "anchor_id": anchor,
                "type": SELECT,
                "desc": "",
                "options": options,
                "default_option_id": "",
            }
            for number, anchor in ANCHORS.items()
        }
        return _json({"config": _config(self.setting), "attribute": attributes})[:-1] + (
            b', "metadata": {'
        )

    def row(self, row: LabelledVideo) -> bytes:
        """The decisions about one video."""
        if not row.named:
            return b""
        number, name = str(row.video.id), media_name(row.video)
        file = {"fid": number, "fname": name, "type": VIDEO, "loc": LOCAL, "src": name}
        comma, self._comma = self._comma, b","
        self._ids.write(comma + _json(number))
        self._files.write(comma + _pair(number, file))
        self._views.write(comma + _pair(number, {"fid_list": [number]}))
        said = []
        for one in row.named:
            spans = one.start_s is not None and one.end_s is not None
            said.append(
                _pair(
                    f"{number}_{one.id}",
                    {
                        "vid": number,
                        "flg": 0,
                        "z": [one.start_s, one.end_s] if spans else [],
                        "xy": [],
                        "av": {PART if spans else WHOLE: str(one.label_index)},
                    },
                )
            )
        between, self._between = self._between, b","
        return between + b",".join(said)

    def tail(self) -> Iterator[bytes]:
        """What had to wait: the videos, and the project that names them all."""
        yield b'}, "file": {'
        yield from _pieces(self._files)
        yield b'}, "view": {'
        yield from _pieces(self._views)
        project = {
            "pid": "__VIA_PROJECT_ID__",
            "rev": "__VIA_PROJECT_REV_ID__",
            "rev_timestamp": "__VIA_PROJECT_REV_TIMESTAMP__",
            "pname": "Second Look",
            "creator": "Second Look",
            "created": 0,  # the same labels give the same bytes
            "data_format_version": "3.1.1",
        }
        yield b'}, "project": ' + _json(project)[:-1] + b', "vid_list": ['
        yield from _pieces(self._ids)
        yield b"]}}\n"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(partial(file.read, PIECE), b"")


def _config(setting: Setting) -> dict[str, Any]:
    places = {"1": setting.folder, "2": "", "3": "", "4": ""}
    return {"file": {"loc_prefix": places}, "ui": {}}


def _pair(name: str, value: Any) -> bytes:
    return b"\n" + _json(name) + b": " + _json(value)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def read(value: Mapping[str, Any]) -> Iterator[Found]:
    """What each entry says: of a whole file, or of a part of it."""
    files, views = value.get("file") or {}, value.get("view") or {}
    attributes = value.get("attribute") or {}
    for number, one in enumerate((value.get("metadata") or {}).values(), start=1):
        place = f"entry {number}"
        file = _file(files, views.get(str(one.get("vid"))) or {})
        if file is None:
            yield Fault(place, "belongs to no file")
            continue
        z = one.get("z") or []
        if len(z) == 1 or one.get("xy"):
            yield Fault(place, "marks a place or a single moment, which cannot be kept")
            continue
        span = {"start_s": z[0], "end_s": z[1], "is_trimmed": True} if z else {}
        for attribute, said in (one.get("av") or {}).items():
            options = (attributes.get(str(attribute)) or {}).get("options") or {}
            fields = {"path": file.get("src") or file.get("fname"), **span}
            yield found(place, fields | {"label": options.get(str(said), said)})


def _file(files: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any] | None:
    number = next(iter(view.get("fid_list") or ()), None)
    file = files.get(str(number))
    return file if isinstance(file, Mapping) else None
