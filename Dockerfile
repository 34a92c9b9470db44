# The gateway as an image: one static program, the certificates of public authorities, and a default configuration.
#
#   docker build -t otelcol-istio:0.1.0-dev .
#   docker build -t otelcol-istio-kubernetes:0.1.0-dev --build-arg PROGRAM=otelcol-istio-kubernetes .
#
# The second has the k8s_attributes processor. The program is built as `make build` builds it, for any platform that Go
# knows (`--platform`). `make test-image` runs these steps, and what comes of them, without a container engine.
ARG GO_VERSION=1.26

FROM --platform=$BUILDPLATFORM golang:${GO_VERSION} AS build
WORKDIR /src

# The Collector's builder changes seldom, so it has a layer of its own.
COPY Makefile go.mod go.sum ./
COPY tools/ tools/
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    make _build/bin/builder

# `-o`: the builder runs here, whatever platform the program is for, so it is not made again even if a file looks newer.
COPY . .
ARG PROGRAM=otelcol-istio
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOOS=${TARGETOS} GOARCH=${TARGETARCH} make -o _build/bin/builder _build/${PROGRAM} && \
    cp "$(go env GOROOT)/lib/time/zoneinfo.zip" _build/

FROM scratch
ARG PROGRAM=otelcol-istio
LABEL org.opencontainers.image.title="${PROGRAM}" \
      org.opencontainers.image.description="OpenTelemetry Collector that turns Envoy access logs into Istio's standard metrics" \
      org.opencontainers.image.version="0.1.0-dev" \
      org.opencontainers.image.licenses="Apache-2.0"

# For remote write over TLS, and for expressions that name a time zone.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/_build/zoneinfo.zip /zoneinfo.zip
ENV ZONEINFO=/zoneinfo.zip
COPY --from=build /src/_build/${PROGRAM} /otelcol-istio
# Readable to the user below, whatever the checkout's modes are.
COPY --chmod=444 config/gateway.yaml config/kubernetes.yaml config/storage.yaml /etc/otelcol-istio/
COPY --chmod=444 LICENSE /LICENSE

# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
# OTLP over gRPC and HTTP, ALS, the gateway's own metrics, health.
EXPOSE 4317 4318 4319 8888 13133
# The health check says so when no new client gets in.
ENTRYPOINT ["/otelcol-istio", "--feature-gates=+extension.healthcheck.useComponentStatus"]
CMD ["--config=/etc/otelcol-istio/gateway.yaml"]
