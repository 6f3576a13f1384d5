"""FastAPI around Gradio: media, access, limits, health."""
