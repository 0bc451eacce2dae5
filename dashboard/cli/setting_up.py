"""init and check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.faults import USAGE, WRONG, Fault
from dashboard.cli.options import HomeOption, JsonOption, named_home
from dashboard.cli.output import note, write_json, write_line

if TYPE_CHECKING:
    from dashboard.operation.checking import FileError

app = typer.Typer()

#: Shipped in ``dashboard/operation/examples``, which leads to the files at the repository's root.
EXAMPLES = ("keywords.yaml", "operator.yaml")


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Writes a commented keywords.yaml, operator.yaml and .env; files that are there stay as they are."""
    from importlib.resources import files

    target = named_home(context, folder or home)
    shipped = files("dashboard.operation") / "examples"
    target.path.mkdir(parents=True, exist_ok=True)
    done: dict[str, str] = {}
    for name in EXAMPLES:
        try:
            with (target.path / name).open("x", encoding="utf-8") as file:
                file.write((shipped / name).read_text(encoding="utf-8"))
            done[name] = "written"
        except FileExistsError:
            done[name] = "kept"
    done[".env"] = "kept" if target.env_file.exists() else "written"
    target.prepare(vault=True)
    if as_json:
        write_json({"home": str(target.path), "files": done})
        return
    for name, what in done.items():
        write_line(f"{what}: {target.path / name}")


@app.command()
def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="keywords.yaml or operator.yaml", show_default=False)] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Validates; each error as file:line:column: path: message. Sources that are not allowed yet are warnings."""
    from dashboard.operation.checking import check_files, check_permissions

    folder = named_home(context, home)
    if file is not None and not file.is_file():
        raise Fault(USAGE, f"{file} is not a file")
    if file is None and not folder.keywords_file.is_file():
        raise Fault(WRONG, f"{folder.keywords_file} is missing: run {folder.init_command}")
    found, warnings = check_files(folder, file), check_permissions(folder, file)
    if as_json:
        errors, advice = ([row(each) for each in part] for part in (found, warnings))
        write_json({"valid": not errors, "errors": errors, "warnings": advice})
    else:
        for each in warnings:
            note(f"warning: {each.error.format(each.file)}")
        for each in found:
            write_line(each.error.format(each.file))
        if not found:
            write_line("valid")
    raise typer.Exit(WRONG if found else 0)


def row(found: FileError) -> dict[str, object]:
    error = found.error
    return {
        "file": found.file,
        "line": error.line,
        "column": error.column,
        "path": error.path,
        "message": error.message,
        "hint": error.hint,
    }
