# One image for every process of the portal: web, worker, clock and migration differ only in their command.

FROM node:22-bookworm-slim AS npm
WORKDIR /srv/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim-bookworm AS packages
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/runtime.txt

FROM python:3.13-slim-bookworm
# What WeasyPrint opens to set text, and typefaces for whatever is not Latin: names in any script.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/lhs-k12 --create-home portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static \
    DATA_DIR=/var/lib/lhs-k12
WORKDIR /srv/portal
COPY --from=packages /opt/venv /opt/venv
# The typefaces stay in the image: the worker sets letters with them.
COPY --from=npm /srv/portal/node_modules ./node_modules
COPY . .
# With the embedded settings, so that no secret is needed to build and none is kept in a layer.
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && python -m compileall -q .

# From here on an unsafe or missing setting stops the start, with a sentence that names it.
ENV PRODUCTION=1
USER portal
VOLUME /var/lib/lhs-k12
EXPOSE 8000
CMD ["gunicorn", "lhs_k12.wsgi", "-c", "lhs_k12/gunicorn.py"]
