"""ty behind the protocol: the child process, the language server protocol, and all reading of what it says."""
