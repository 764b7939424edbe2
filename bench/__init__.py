"""The benchmark: pages and letters at scale, against a bare Django view and WeasyPrint alone on the same machine."""
