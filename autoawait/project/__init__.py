"""The project as it lies on disk: which files it has, what was chosen for it, and what its source says by itself.

Face: ``discovery.discover`` finds the files, ``settings.load_settings`` reads ``pyproject.toml``,
``source.SourceFile`` is one file as bytes, text and tree, ``index.Index`` its functions and classes. It must
not know that awaits exist, nor ask a type checker.
"""
