"""Python's garbage collector in a process that lives long and holds much."""

import gc

_YOUNG_OBJECTS = 20_000


def settle() -> None:
    """Call once, when a process has loaded what it needs: that is not looked at again.

    A full collection with the service models of botocore takes a tenth of a second, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 20)
