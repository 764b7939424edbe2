"""How the garbage collector of a program that lives long is set: by the web workers and the workers of the queue alike."""

import gc

THRESHOLD = (10_000, 20, 20)


def relax() -> None:
    """Let the garbage collector pass over what was loaded and stays for ever, and look less often.

    Otherwise each collection walks through all of Django again: measured, a seventh of a page's time and a twentieth of
    an award letter's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLD)
