"""What is known of Python and of libraries: tables, each row with the source that it rests on.

Face: constants. It must not look at a project: no function here takes a file, a tree or a type.
"""
