"""Where a value goes within one function.

Face: ``value_uses.uses_of`` gives the ``uses.Use``s of the value of an expression, by syntax alone. It must not
know what the value is, nor look into another function.
"""
