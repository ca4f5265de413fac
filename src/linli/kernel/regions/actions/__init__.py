"""Changing regions: making instance data, loading it, keeping grids."""
