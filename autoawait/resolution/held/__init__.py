"""Functions that something holds and one call may reach: displays, dicts, parsed arguments, what ``__getattr__``
makes.
"""
