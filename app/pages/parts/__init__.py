"""Parts that several pages use: slow work, jobs that are watched, errors, the status line."""
