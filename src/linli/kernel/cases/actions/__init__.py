"""What is done to cases. Every function here opens the transaction in which it also writes the record."""

from linli.kernel.cases.actions.advancing import advance
from linli.kernel.cases.actions.opening import open_case

__all__ = ["advance", "open_case"]
