"""One revision file: its module from the top, then the function that is asked for."""

from __future__ import annotations

import ast

from safemigrate.lint.static.calls import Arguments
from safemigrate.lint.static.flow import Flow
from safemigrate.lint.static.values import Function, Unknown


class Revision(Flow):
    """The reader of one revision file."""

    def read(self, tree: ast.Module, direction: str) -> None:
        """Go through the module, then through the function named *direction*."""
        self.scope.names |= {"__file__": self.path, "__name__": "revision"}
        self.block(tree.body)
        found = self.scope.names.get(direction)
        if isinstance(found, Function):
            self.call(found, Arguments([], {}), found.node.lineno)
        elif isinstance(found, Unknown):
            self.gap(found.called if found.foreign else f"has a {direction}() that is not known")
        else:
            self.gap(f"has no {direction}()")
