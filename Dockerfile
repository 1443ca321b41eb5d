# syntax=docker/dockerfile:1
# One image per service: docker build --build-arg SERVICE=chat_api --tag todo/chat-api .
# SERVICE=tools makes the image of the Jobs that bring databases and contracts. See docs/images.md.
ARG BASE=python:3.11.14-slim-bookworm

FROM ${BASE} AS build
ARG SERVICE
WORKDIR /app
COPY requirements.lock ci/images/${SERVICE}.lock /build/
# An organisation that looks into its own traffic gives its certificates as the secret `certificates`.
RUN --mount=type=secret,id=certificates \
    if [ -f /run/secrets/certificates ]; then \
      export PIP_CERT=/run/secrets/certificates SSL_CERT_FILE=/run/secrets/certificates; fi; \
    awk '/^[^ #]/ {wanted = /^uv==/} wanted' /build/requirements.lock > /build/uv.lock \
    && python3 -m venv /build/uv && /build/uv/bin/pip install --quiet --require-hashes -r /build/uv.lock \
    && python3 -m venv --without-pip /opt/venv \
    && /build/uv/bin/uv pip sync --quiet --no-cache --require-hashes --python /opt/venv/bin/python /build/${SERVICE}.lock
COPY ci/images/assemble.sh /build/
COPY . /source
# Bytecode is made here and never looked at again: the files can't change, and two builds have the same bytes.
RUN sh /build/assemble.sh "$SERVICE" /source /app \
    && python3 -m compileall -q --invalidation-mode unchecked-hash -s / -j 0 /app /opt/venv/lib

FROM ${BASE}
ARG SERVICE
ARG VERSION=0.2.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="todo ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/platform:/app/gen:/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GRPC_VERBOSITY=NONE \
    TODO_VERSION=${VERSION}+${REVISION}
USER 10001:10001
CMD ["python", "-m", "services"]
