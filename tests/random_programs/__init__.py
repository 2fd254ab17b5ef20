"""Random async programs with class hierarchies, decorators and stubs, which are right as they stand.

``programs`` draws them, ``trials`` holds the tool to them, ``python -m tests.random_programs`` tries thousands.
A program is made of stories: one hierarchy, one way to reach an object of it, one use of what the call gives there. The
generator knows what that is, so a program is right by construction; ``executions`` runs it, to be sure.
"""
