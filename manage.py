#!/usr/bin/env python
"""The command line of the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lhs_k12.settings")
    try:
        from django.conf import settings  # noqa: PLC0415  after the settings are named
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        try:
            settings.PRODUCTION  # noqa: B018  read here, where a refusal needs no traceback
        except ImproperlyConfigured as refusal:
            sys.exit(str(refusal))
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
