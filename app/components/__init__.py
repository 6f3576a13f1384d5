"""`gr.HTML` subclasses over the files in `static/`: values in, JSON out."""
