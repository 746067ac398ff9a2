"""The outline of the land, from Natural Earth (public domain) at 1:110 million.

``data/geo/land-110m.json`` is the file of that name in the npm package
world-atlas 2.0.2: TopoJSON, WGS84. The decoding follows the TopoJSON
specification, sections 2.1.2 (transforms) and 2.1.4 (arc indexes).
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np

from .paths import DATA

LAND = DATA / "geo" / "land-110m.json"


@cache
def land() -> list[list[np.ndarray]]:
    """All land: a list of rings a polygon, the outer one first, its holes after it.

    A ring is an array of shape (points, 2), degrees east and north. One that crosses the antimeridian goes on beyond
    180 degrees: cut at the jump, it would be closed straight across the map.
    """
    topology = json.loads(LAND.read_text("utf-8"))
    scale = np.array(topology["transform"]["scale"])
    origin = np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]

    def ring(indexes: list[int]) -> np.ndarray:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
        whole = np.vstack([parts[0], *(part[1:] for part in parts[1:])])
        east = np.unwrap(whole[:, 0], period=360)
        turns = np.round((east.min() + east.max()) / 2 / 360)  # where it began beyond the jump, back to its own half
        return np.column_stack([east - 360 * turns, whole[:, 1]])

    shapes = topology["objects"]["land"]["geometries"]
    polygons = [p for s in shapes for p in (s["arcs"] if s["type"] == "MultiPolygon" else [s["arcs"]])]
    return [[ring(indexes) for indexes in polygon] for polygon in polygons]
