"""One module for each stage type, with one coroutine that returns the pathway taken or the outcome."""
