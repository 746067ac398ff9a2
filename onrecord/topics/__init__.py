"""What single chapters need: one module a chapter, with its transforms and its facts.

A transform returns a table and is what a chapter imports; a fact is a number
that the chapter prints. What several chapters share is in :mod:`onrecord.analysis`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
