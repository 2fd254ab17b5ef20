"""The project as it lies on disk: which files it has, what was chosen for it, and what its source says by itself.

Face: ``discover`` finds the files, ``load_settings`` reads ``pyproject.toml``, ``SourceFile`` is one file as bytes,
text and tree, ``Index`` its functions and classes. It must not know that awaits exist, nor ask a type checker.
"""
