"""The command line: one file a verb, joined in :mod:`looksmith.cli.app`."""
