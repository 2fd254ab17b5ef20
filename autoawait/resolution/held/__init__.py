"""Which functions does something hold together, so that one call may reach any of them?"""
