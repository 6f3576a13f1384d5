"""Use cases without Gradio, shared by pages, command line and API. Read this first."""
