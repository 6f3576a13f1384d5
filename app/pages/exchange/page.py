"""Labels out and in: pick a format, get a file; bring a file, see what it changes, agree."""

from __future__ import annotations

from app.components.exchange import export_panel, import_panel
from app.workflow.exchange import share
from app.workflow.exchange.formats import FORMATS
from app.workflow.exchange.moments import parse_moment
from app.workflow.services import Services


def export_page(services: Services) -> None:
    """Builds the page inside the current `gr.Blocks`."""
    formats = [
        {
            "key": one.key,
            "name": one.name,
            "purpose": one.purpose,
            "ending": one.ending,
            "only_media": one.only_media,
        }
        for one in FORMATS.values()
    ]
    export_panel(formats, lambda as_of: share.outlook(services, parse_moment(as_of)))
    import_panel()
