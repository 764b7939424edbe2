"""The WSGI entry that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lhs_k12.settings")

application = get_wsgi_application()
# Every address and with it every view is loaded before the first request, not during it.
get_resolver().reverse_dict  # noqa: B018
