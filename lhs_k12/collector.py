"""How the garbage collector of a program that lives long is set: by the web workers and the workers of the queue alike."""

import gc

PAGES = (10_000, 20, 20)
# Setting a page makes a hundred thousand objects, which are in use together: looking among them finds nothing.
PRESS = (200_000, 20, 20)


def relax(threshold: tuple[int, int, int]) -> None:
    """Let the garbage collector pass over what was loaded and stays for ever, and look less often: at `threshold` (gc's own).

    Otherwise each collection walks through all of Django again: measured, a seventh of a page's time and a twentieth of
    an award letter's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*threshold)
