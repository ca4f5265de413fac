"""Taking files in, keeping them, letting them be read, and destroying them in time."""

from linli.kernel.files.actions.keep import attach, count_from, prepare, store
from linli.kernel.files.actions.leave import destroy, expire, sweep
from linli.kernel.files.actions.read import open_for, open_pass
from linli.kernel.files.actions.spool import Prepared

__all__ = [
    "Prepared",
    "attach",
    "count_from",
    "destroy",
    "expire",
    "open_for",
    "open_pass",
    "prepare",
    "store",
    "sweep",
]
