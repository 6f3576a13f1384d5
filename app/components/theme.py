"""The look of Gradio's own parts, in the same colours as `static/style.css`; no web fonts."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from app.components.assets import STATIC

FONT = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
HEAD = ("site.css", "look/workbench.css")  # files of `static/`
MONO = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")


def theme() -> gr.themes.Base:
    """For `launch(theme=...)` or `mount_gradio_app(theme=...)`."""
    base = gr.themes.Base(
        primary_hue="teal", secondary_hue="teal", neutral_hue="slate", font=FONT, font_mono=MONO
    )
    return base.set(
        body_background_fill="var(--sl-page)",
        body_background_fill_dark="var(--sl-page)",
        body_text_color="var(--sl-ink)",
        body_text_color_dark="var(--sl-ink)",
        body_text_color_subdued="var(--sl-muted)",
        body_text_color_subdued_dark="var(--sl-muted)",
        background_fill_primary="var(--sl-surface)",
        background_fill_primary_dark="var(--sl-surface)",
        background_fill_secondary="var(--sl-sunken)",
        background_fill_secondary_dark="var(--sl-sunken)",
        block_background_fill="var(--sl-surface)",
        block_background_fill_dark="var(--sl-surface)",
        block_radius="var(--sl-radius)",
        block_label_text_color="var(--sl-muted)",
        block_label_text_color_dark="var(--sl-muted)",
        border_color_primary="var(--sl-line)",
        border_color_primary_dark="var(--sl-line)",
        input_background_fill="var(--sl-surface)",
        input_background_fill_dark="var(--sl-surface)",
        input_border_width="1px",
        button_border_width="0px",
        button_border_width_dark="0px",
        input_border_color="var(--sl-line-strong)",
        input_border_color_dark="var(--sl-line-strong)",
        color_accent="var(--sl-accent)",
        link_text_color="var(--sl-accent)",
        link_text_color_dark="var(--sl-accent)",
        button_primary_background_fill="var(--sl-accent)",
        button_primary_background_fill_dark="var(--sl-accent)",
        button_primary_background_fill_hover="var(--sl-accent-strong)",
        button_primary_background_fill_hover_dark="var(--sl-accent-strong)",
        button_primary_text_color="var(--sl-on-accent)",
        button_primary_text_color_dark="var(--sl-on-accent)",
    )


def css_paths() -> list[Path]:
    """For `css_paths=...`: the colours that every component needs."""
    return [STATIC / "style.css"]


def head() -> str:
    """For `head=...`: rules for what lies outside the pages' own parts."""
    return "".join(f"<style>{(STATIC / file).read_text(encoding='utf-8')}</style>" for file in HEAD)


def favicon() -> Path:
    """For `favicon_path=...`."""
    return STATIC / "icon.svg"
