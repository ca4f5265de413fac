"""Changing regions: making instance data, loading it, keeping grids."""

from linli.kernel.regions.actions.grids import create_grid, retire_grid, set_grid_pattern
from linli.kernel.regions.actions.load import Loaded, load_regions
from linli.kernel.regions.actions.source import Made, import_regions

__all__ = ["Loaded", "Made", "create_grid", "import_regions", "load_regions", "retire_grid", "set_grid_pattern"]
