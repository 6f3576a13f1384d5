"""The Help page, for people who look, label and teach."""

from __future__ import annotations

from app.components.help_text import help_text


def help_page() -> None:
    """Builds the page inside the current `gr.Blocks`."""
    help_text()
