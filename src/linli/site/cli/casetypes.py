"""``linli casetypes``: the files that say how matters run, checked, and the diagrams and tables made from them."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Case types.")
