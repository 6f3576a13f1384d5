"""What computes a network: torch anywhere, OpenVINO on Intel's processors."""
