"""Where may a chain of callers end: at the start of a program, at a command, at a test?"""
