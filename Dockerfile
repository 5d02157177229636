# One image for every part of the system. The first argument says which part runs:
#   api (default)   the server          worker   background tasks, needs REDIS_URL
#   migrate         schema and first data, then ends
# Any other first argument is a command of shebao, for example: docker run --rm shebao:0.1.0 keys

FROM node:20-slim AS console
WORKDIR /build/web/admin
COPY web/admin/package.json web/admin/package-lock.json web/admin/.npmrc ./
RUN npm ci
COPY schema.graphql /build/schema.graphql
COPY web/admin/ ./
RUN npm run build

FROM python:3.11-slim AS packages
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.lock /build/requirements.lock
# The lock also holds the tools of the tests; they have no business in a running image.
RUN pip install --no-cache-dir --require-hashes -r /build/requirements.lock \
 && pip uninstall --yes playwright mypy ruff hypothesis import-linter pytest pytest-asyncio pytest-xdist

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    VAR_DIR=/app/var
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY pyproject.toml README.md LICENSE schema.graphql ./
COPY app ./app
COPY bots ./bots
COPY db ./db
COPY domain ./domain
COPY integrations ./integrations
COPY policies ./policies
COPY resolvers ./resolvers
COPY samples ./samples
COPY schema ./schema
COPY services ./services
# Installed in place: the server finds policies/ and web/admin/dist beside its own code.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .
COPY --from=console /build/web/admin/dist ./web/admin/dist
# A new named volume takes over the owner of the directory that it covers.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin shebao \
 && mkdir var && chown shebao:shebao var
USER 10001
VOLUME /app/var
EXPOSE 8000
# An interrupt lets server and worker give their leases back; SIGTERM would end the worker on the spot.
STOPSIGNAL SIGINT
# For the api; worker and migrate have no port, compose.yaml switches the check off for them.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["sh", "-c", "case $1 in api) exec shebao serve;; worker) exec shebao worker;; migrate) shebao migrate && exec shebao seed;; *) exec shebao \"$@\";; esac", "shebao"]
CMD ["api"]
