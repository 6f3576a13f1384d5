"""The commands by name. Each is imported when it is asked for: what most need takes seconds."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

# The word that is typed, the module of `app.cli`, and the function, or the group, in it.
HOMES = {
    "serve": ("serve", "serve"),
    "add": ("add", "add"),
    "predict": ("predict", "predict"),
    "finetune": ("finetune", "finetune"),
    "train": ("train", "train"),
    "distill": ("distill", "distill"),
    "test": ("test", "app"),
    "worker": ("worker", "worker"),
    "models": ("models", "app"),
    "users": ("users", "app"),
    "export": ("export", "export"),
    "import": ("import_labels", "bring"),
    "migrate": ("migrate", "migrate"),
    "check": ("check", "check"),
}


class Commands(TyperGroup):
    """The group of all commands, in the order of `HOMES`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """What can be typed."""
        del ctx
        return list(HOMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None if there is none."""
        del ctx
        if cmd_name not in HOMES:
            return None
        module, name = HOMES[cmd_name]
        found = getattr(import_module(f"app.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command()(found)
            found = alone
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command
