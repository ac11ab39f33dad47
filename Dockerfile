# One base, one target per service: docker build --target site .
# Each image holds `shared` and its own service only, so a service that imports another one cannot start.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE} AS base
ENV PYTHONPATH=/srv PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# /data is writable for services that keep files, /media for who makes pictures, /keys for who makes keys; a volume mounted there takes over its owner.
RUN groupadd --gid 10001 lightwire \
 && useradd --uid 10001 --gid 10001 --home-dir /srv --no-create-home --shell /usr/sbin/nologin lightwire \
 && install --directory --owner lightwire --group lightwire /data /media /keys/newsroom /keys/edition
WORKDIR /srv

FROM base AS ingest
COPY requirements/ingest.txt requirements/
RUN pip install --require-hashes -r requirements/ingest.txt
COPY shared shared
COPY services/__init__.py services/
COPY services/ingest services/ingest
USER lightwire
CMD ["python", "-m", "services.ingest"]

FROM base AS enrichment
COPY requirements/enrichment.txt requirements/
RUN pip install --require-hashes -r requirements/enrichment.txt
COPY shared shared
COPY services/__init__.py services/
COPY services/enrichment services/enrichment
USER lightwire
CMD ["python", "-m", "services.enrichment"]

FROM base AS moderation
COPY requirements/moderation.txt requirements/
RUN pip install --require-hashes -r requirements/moderation.txt
COPY shared shared
COPY services/__init__.py services/
COPY services/moderation services/moderation
USER lightwire
CMD ["python", "-m", "services.moderation"]

FROM base AS delivery
COPY requirements/delivery.txt requirements/
RUN pip install --require-hashes -r requirements/delivery.txt
COPY shared shared
COPY services/__init__.py services/
COPY services/delivery services/delivery
USER lightwire
CMD ["python", "-m", "services.delivery"]

FROM base AS site
COPY requirements/site.txt requirements/
RUN pip install --require-hashes -r requirements/site.txt
COPY shared shared
COPY services/__init__.py services/
COPY services/site services/site
USER lightwire
CMD ["python", "-m", "services.site"]

# The command line: `migrate` before the services start, and whatever an operator asks. It tries policies as moderation
# would decide under them, and reads documents as ingest would: their decisions come along.
FROM base AS cli
COPY requirements/cli.txt requirements/
RUN pip install --require-hashes -r requirements/cli.txt
COPY shared shared
COPY services/*.py services/
COPY services/commands services/commands
COPY services/ingest services/ingest
COPY services/moderation services/moderation
USER lightwire
ENTRYPOINT ["python", "-m", "services.cli"]
