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
def land() -> list[np.ndarray]:
    """Outer and inner rings of all land: arrays of shape (points, 2), degrees east and north."""
    topology = json.loads(LAND.read_text("utf-8"))
    scale = np.array(topology["transform"]["scale"])
    origin = np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]

    def ring(indexes: list[int]) -> np.ndarray:
        parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
        return np.vstack([parts[0], *(part[1:] for part in parts[1:])])

    shapes = topology["objects"]["land"]["geometries"]
    polygons = [p for s in shapes for p in (s["arcs"] if s["type"] == "MultiPolygon" else [s["arcs"]])]
    return [ring(indexes) for polygon in polygons for indexes in polygon]
