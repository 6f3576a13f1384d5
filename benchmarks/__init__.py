"""Measurements: one file a question, run with `python -m benchmarks.NAME`.

Machines differ and are shared: read the ratios within one run, not the seconds.
"""
