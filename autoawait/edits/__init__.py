"""Where an ``await`` may stand, and how edits are made, proved and written.

Face: ``await_placement.placement`` says what lets an ``await`` stand at a place, ``rewrite`` makes the edits of
one file, ``proof.prove`` checks them independently, ``write.write_changes`` replaces files. It must not know
why an edit is wanted.
"""
