"""The command line and the embedded one-machine stack."""
