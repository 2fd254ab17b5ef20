"""What changes at a ``def`` that becomes async, and which imports does that need?"""
