# One binary on Debian slim. SQLite and the crypto library are C: the builder needs gcc, which the Rust image has.
FROM rust:1.95-bookworm AS builder
WORKDIR /build
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY migrations migrations
# The benchmark is named in Cargo.toml, which asks for it.
COPY benches benches
# The derive of a row.
COPY macros macros
COPY src src
# The served documentation: the guide's texts, and the reader of the document.
COPY README.md README.md
COPY docs docs
COPY vendor vendor
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --profile dist --locked && cp target/dist/vorzimmer /usr/local/bin/vorzimmer

FROM debian:bookworm-slim
# curl asks the health check's question. The certificate authorities that mail and PostgreSQL trust are built in.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home vorzimmer \
    && install -d -o vorzimmer -g vorzimmer -m 700 /data /keys
COPY --from=builder /usr/local/bin/vorzimmer /usr/local/bin/vorzimmer
USER vorzimmer
# Files and, without VORZIMMER_DATABASE_URL, the SQLite database and its keys.
VOLUME /data
ENV VORZIMMER_DATA_DIR=/data VORZIMMER_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/healthz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["vorzimmer"]
