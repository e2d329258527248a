"""`loupe bench`: how fast a stack on this machine is, each figure beside its baseline in the same run."""
