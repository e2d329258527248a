"""The parts of the one-machine stack; each is a child process of the same shape."""
