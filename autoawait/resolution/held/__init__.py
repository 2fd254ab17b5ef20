"""Which functions are held together, so that one call may reach any of them: in displays, dicts, parsed arguments, or
by a ``__getattr__``?
"""
