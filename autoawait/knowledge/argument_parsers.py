"""How parsers of the command line keep functions (docs.python.org, argparse), by the qualified names of their methods.

tests/knowledge/test_tables.py asks the running Python whether each still exists.
"""

from __future__ import annotations

# What puts a value under the name of each keyword into all that is parsed.
SETS_DEFAULTS = frozenset({"argparse._ActionsContainer.set_defaults", "argparse.ArgumentParser.set_defaults"})
# What gives a parser, even where the annotation leaves out of which class (`_SubParsersAction` without brackets).
GIVES_PARSER = frozenset({"argparse._SubParsersAction.add_parser"})
# What holds what was parsed in its attributes, and what gives such a thing.
NAMESPACE = "argparse.Namespace"
GIVES_NAMESPACE = frozenset({"argparse.ArgumentParser.parse_args", "argparse.ArgumentParser.parse_intermixed_args"})
