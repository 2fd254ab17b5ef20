"""The lab: the tool measured on published packages. ``python -m tests.lab --help`` says what there is."""
