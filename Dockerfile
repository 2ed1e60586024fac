# One image for every service and job: `command` in docker-compose.yml says which.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY tools.lock requirements.lock ./
COPY scripts/uv scripts/python scripts/
COPY deploy/compose/runtime_lock.py deploy/compose/
RUN python deploy/compose/runtime_lock.py < requirements.lock > runtime.lock \
    && scripts/uv venv --quiet .venv \
    && scripts/uv pip sync --quiet --python .venv/bin/python --require-hashes runtime.lock
COPY libs libs
COPY services services
RUN for member in libs/* services/*; do set -- "$@" -e "$member"; done \
    && scripts/uv pip install --quiet --python .venv/bin/python --no-deps --offline "$@" \
    && .venv/bin/python -m compileall -q libs services

FROM python:3.11-slim-bookworm
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY --from=build /app/libs libs
COPY --from=build /app/services services
USER 10001:10001
EXPOSE 8000
