# syntax=docker/dockerfile:1.7

FROM rust:1.95.0-slim-bookworm AS builder
WORKDIR /source
ENV SQLX_OFFLINE=true
# rust-toolchain.toml stays outside: the image is the tool chain.
COPY . .
# The target folder lives in a cache that is gone after this step, so the program is copied out of it.
RUN --mount=type=cache,id=vizit-registry,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=vizit-target,target=/source/target,sharing=locked \
    cargo build --release --locked --bin vizit \
    && install -D target/release/vizit /out/vizit

FROM debian:bookworm-slim
# Time zones and root certificates are in the program. PostgreSQL's client brings pg_dump, of the server's major version.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /nonexistent --no-create-home \
        --shell /usr/sbin/nologin vizit \
    && install --directory --owner=vizit --group=vizit --mode=0700 /var/lib/vizit
COPY --from=builder /out/vizit /usr/local/bin/vizit
USER vizit
WORKDIR /
# Inside a container every address must listen.
# Backups are made where there is room for them.
ENV HTTP_LISTEN=0.0.0.0:8080 LOG_FORMAT=json TMPDIR=/var/lib/vizit
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["vizit", "health"]
ENTRYPOINT ["vizit"]
CMD ["run"]
