"""The language server: the pipeline behind the Language Server Protocol, over standard input and output.

Reading order: ``choices`` (what the client has set), ``positions`` (how it counts), ``projects`` (which files belong
together), ``worker`` (the thread that analyses), ``desk`` (when it does), ``complaints``, ``hovers`` and ``actions``
(an outcome as the protocol words it), ``protocol`` (who is asked what). Imported by its command only: pygls and
lsprotocol take as long to load as all of us together.
"""
