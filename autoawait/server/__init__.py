"""The language server: the pipeline behind the Language Server Protocol, over standard input and output.

Face: ``language_server.Server``. Only its command imports this room, as pygls and lsprotocol take as long to load as
everything else together. It must not know how a finding is made: it asks ``pipeline`` about open files, and puts what
comes back into the protocol's terms. It must not print, nor write files: edits are made by the editor.
"""
