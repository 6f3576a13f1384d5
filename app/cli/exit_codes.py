"""How a command ends: with exit code 2 and one line for all that people or machines can cause.

What is left, a fault of the program, keeps its traceback.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress

import typer

from app.settings import SettingsError
from app.workflow.errors import AppError
from model.errors import Cancelled, ModelError
from storage.errors import StorageError

EXPECTED = (AppError, ModelError, StorageError, SettingsError)
STOPPED = 130
REFUSED = 2
TOO_LITTLE_MEMORY = (
    "There is too little memory for this: close other programs, or use a smaller batch, a shorter"
    " video or a smaller model."
)
OF_THE_CARD = ("OutOfMemoryError", "AcceleratorError")  # torch's; importing it takes seconds
OTHERWISE = "use a smaller batch, or do without it: --device cpu."
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SAID = {
    errno.ENOENT: "is not there: check the name",
    errno.EISDIR: "is a folder: name a file",
    errno.ENOTDIR: "is a file, or lies in one, where a folder is needed: name another place",
    errno.EEXIST: "is there already: name another place",
    errno.EACCES: "may not be used by you: change who may, or name another place",
    errno.EPERM: "may not be used by you: change who may, or name another place",
    errno.EROFS: "lies on a disk that cannot be written: name another place",
    errno.ENAMETOOLONG: "has too long a name: choose a shorter one",
    errno.EMFILE: "cannot be opened: too many files are open, so close other programs",
    errno.EIO: "cannot be read or written: the disk is damaged or was removed",
}


def run(command: Callable[..., object]) -> None:
    """Runs the command line and ends the process."""
    if hasattr(sys.stdout, "reconfigure"):  # names of files may hold bytes that are no text
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _code_of(command)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        sys.exit(1)  # whoever read our output, such as `head`, has had enough
    except OSError as error:
        _forget_output()
        sys.exit(_say(sentence_about(error), REFUSED))
    sys.exit(code)


def leave() -> None:
    """Ends the process now, with code 0; call it when all that must be ended has been.

    A request that is still computing would otherwise meet the end of Python inside torch, which
    aborts the program with a complaint of C++.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def sentence_about(error: OSError) -> str:
    """What an error of the system means, and what to do."""
    if error.errno in FULL:
        where = f" ({error.filename})" if error.filename else ""
        return f"The disk is full{where}. Free some space and try again."
    subject = str(error.filename) if error.filename else "A file"
    said = SAID.get(error.errno or 0, f"cannot be used: {error.strerror or error}")
    return f"{subject} {said}."


def _code_of(command: Callable[..., object]) -> int:
    """The exit code; what is expected to go wrong has been said."""
    try:
        code = command(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.Abort:
        return _say("Stopped.", STOPPED)
    except Cancelled as stopped:
        return _say(str(stopped), STOPPED)
    except EXPECTED as error:
        return _say(str(error), REFUSED)
    except typer.TyperException as error:
        return _say_usage(error)
    except MemoryError:
        return _say(TOO_LITTLE_MEMORY, REFUSED)
    except RuntimeError as error:
        if type(error).__name__ not in OF_THE_CARD:
            raise
        first = str(error).partition("\n")[0]
        return _say(f"The graphics card cannot do this ({first}); {OTHERWISE}", REFUSED)


def _say_usage(error: typer.TyperException) -> int:
    """What is wrong with the words of the command, and where it says which there are."""
    message, context = error.format_message(), getattr(error, "ctx", None)
    if "\n" in message:  # the help itself, as there were no words at all
        print(message, file=sys.stderr)
        return error.exit_code
    where = f" Help: {context.command_path} --help" if context is not None else ""
    return _say(f"{message}{where}", error.exit_code)


def _say(sentence: str, code: int) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return code


def _forget_output() -> None:
    """What could not be written would be tried, and complained about, once more at the very end."""
    with suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
