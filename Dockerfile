# One image for the code server, its runs, the daemon, the webservers and the migration (deploy/compose.yaml). Build it in this folder:
#   docker build --build-arg COMMIT="$(git rev-parse HEAD)" -t sparkify .
# Another base needs python3 (3.11.5 or newer, with venv) and CA certificates: constraints.txt, made with 3.11.7, pins soupsieve 4.1.3, which
# refuses 3.11.2, that of Debian bookworm's own packages (2026-12-01).
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONSTRAINT=/build/constraints.txt
COPY constraints.txt pyproject.toml ./
# The libraries first: this layer stays as it is until their versions change, so that a new commit builds in seconds.
RUN python3 -m venv /opt/sparkify \
    && python3 -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; print('\n'.join(project['dependencies'] + project['optional-dependencies']['postgres']))" > requirements.txt \
    && /opt/sparkify/bin/pip install -q --no-compile -r requirements.txt
COPY setup.py README.md LICENSE ./
COPY sparkify_assets sparkify_assets
# Bytecode is compiled here, since the user of the image may write none: without it each run compiles Dagster anew. It is not compared with
# the source's time, which a copy between layers may change.
RUN /opt/sparkify/bin/pip install -q --no-compile --no-deps . \
    && /opt/sparkify/bin/pip check \
    && /opt/sparkify/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/sparkify/lib

FROM ${BASE}
RUN groupadd --gid 10001 sparkify && useradd --uid 10001 --gid 10001 --home-dir /opt/dagster --shell /usr/sbin/nologin sparkify \
    && install -d -o 10001 -g 10001 /opt/dagster /opt/dagster/logs /data /pages
COPY --from=build /opt/sparkify /opt/sparkify
COPY --chown=10001:10001 deploy/dagster.yaml deploy/workspace.yaml /opt/dagster/
# UTF-8 without a locale package; logs line by line; Dagster's history and the platform's places in the volumes of compose.yaml
ENV PATH=/opt/sparkify/bin:$PATH LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DAGSTER_HOME=/opt/dagster
WORKDIR /opt/dagster
USER 10001:10001
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="Sparkify data platform" org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.revision=${COMMIT}
# Dagster shows it with the code location (Deployment, the location's image).
ENV DAGSTER_CONTAINER_IMAGE=sparkify:${COMMIT}
RUN sparkify doctor --offline
