#!/usr/bin/env bash
# Checks every configuration of this repository with the distribution that it is for, and that a wrong value is refused.
# Usage: test/validate.sh GATEWAY GATEWAY_KUBERNETES, from the root of the repository.
set -euo pipefail

lean=$1 kubernetes=$2

valid() { # [NAME=VALUE...] PROGRAM CONFIG...
	local words=() configs=()
	for word in "$@"; do
		case $word in
		*.yaml) configs+=(--config "$word") ;;
		*) words+=("$word") ;;
		esac
	done
	env "${words[@]}" validate "${configs[@]}" || return
	echo "valid: $*"
}

invalid() { # MESSAGE [NAME=VALUE...] PROGRAM CONFIG...
	local message=$1 said
	shift
	if said=$(valid "$@" 2>&1); then
		echo "should be refused: $*"
		return 1
	fi
	if ! grep -qF -e "$message" <<<"$said"; then
		printf 'refused without a word of %s: %s\n%s\n' "$message" "$*" "$said"
		return 1
	fi
	echo "refused: $*"
}

# The two builder files differ in one component, and in where the program is written. The version is in the first alone.
difference=$(diff \
	<(sed '/^ *#/d; /^  version:/d; /output_path/d' builder-config.yaml) \
	<(sed '/^ *#/d; /^  version:/d; /output_path/d; /k8sattributesprocessor/d' deploy/kubernetes/builder-config.yaml)) || {
	printf 'the builder files differ in more than k8s_attributes:\n%s\n' "$difference"
	exit 1
}

valid "$lean" config/gateway.yaml
valid ISTIO_SCHEMA=istio-1.3 DESTINATION_IP=off DESTINATION_HOST=on REVERSE_DNS=true CLUSTER_ID= INSTANCE_ID=gateway-0 FLUSH_INTERVAL=1s "$lean" config/gateway.yaml
valid HOST_HEADER_FALLBACK=never BLOCKED_WITHOUT_CLUSTER=unknown HISTOGRAM_KIND=exponential "$lean" config/gateway.yaml
valid "$lean" config/gateway.yaml config/debug.yaml
valid PPROF_ENDPOINT=127.0.0.1:1778 ZPAGES_ENDPOINT=127.0.0.1:55680 "$lean" config/gateway.yaml config/diagnostics.yaml
valid "$lean" config/gateway.yaml config/storage.yaml
# debug.yaml goes with every other file, in any order.
valid "$lean" config/gateway.yaml config/storage.yaml config/debug.yaml
valid "$lean" config/gateway.yaml config/debug.yaml config/storage.yaml
valid "$lean" config/gateway.yaml config/node.yaml config/debug.yaml
valid "$lean" config/gateway.yaml config/mtls.yaml config/debug.yaml
valid REMOTE_WRITE_PROTOCOL=2.0 REMOTE_WRITE_QUEUE_MIB=10 STATE_DIRECTORY=/tmp/none "$lean" config/gateway.yaml config/storage.yaml
valid REMOTE_WRITE_ENDPOINT=http://localhost:9090/api/v1/write "$lean" config/gateway.yaml test/e2e/testdata/contrib.yaml
valid "$lean" config/gateway.yaml testdata/captures/labels.yaml
valid ALS_GRPC_ENDPOINT=127.0.0.1:4319 ALS_MAX_CONNECTION_AGE=30m "$lean" config/gateway.yaml
valid IN_FLIGHT_MIB=256 MAX_CONNECTIONS=1000 MAX_STREAMS=100000 "$lean" config/gateway.yaml
valid OTLP_GRPC_ENDPOINT=127.0.0.1:4317 "$lean" test/cmd/bench/stock.yaml
valid "$lean" config/gateway.yaml test/cmd/bench/without-egress.yaml
valid PPROF_ENDPOINT=127.0.0.1:1777 "$lean" config/gateway.yaml test/cmd/bench/pprof.yaml
valid "$lean" config/gateway.yaml config/mtls.yaml
valid PAGE_ENDPOINT=127.0.0.1:8687 EGRESS_RETENTION=24h EGRESS_MAX_ROWS=100 "$lean" config/gateway.yaml
valid "$lean" config/gateway.yaml config/node.yaml
valid NAMESPACES=shop,payments START_AT=beginning MEMORY_LIMIT_MIB=256 "$lean" config/gateway.yaml config/node.yaml
valid "$lean" config/gateway.yaml config/storage.yaml config/page.yaml
valid PAGE_FILES=/tmp/none PAGE_PEERS_DNS=peers.example PAGE_PEERS_ENDPOINT=https://page.example:8686 "$lean" config/gateway.yaml config/storage.yaml config/page.yaml
valid "$lean" config/compose.yaml

# The list that docs/operations.md gives for storage.yaml with diagnostics.yaml.
whole='yaml:service::extensions: [go_gc, health_check, egress_page, file_storage, pprof, zpages]'
"$lean" validate --config config/gateway.yaml --config config/storage.yaml --config config/diagnostics.yaml --config "$whole"

# README.md's configuration for a pipeline runs as it stands.
readme=$(mktemp --suffix .yaml)
trap 'rm "$readme"' EXIT
awk '/^```yaml$/ { on = 1; text = ""; next } /^```$/ { if (on && text ~ /^receivers:/) printf "%s", text; on = 0 } on { text = text $0 "\n" }' README.md >"$readme"
valid "$lean" "$readme"

valid "$kubernetes" config/gateway.yaml
valid "$kubernetes" config/gateway.yaml config/kubernetes.yaml
valid "$kubernetes" config/gateway.yaml config/kubernetes.yaml config/storage.yaml

invalid istio-2 ISTIO_SCHEMA=istio-2 "$lean" config/gateway.yaml
invalid '`destination_ip::enabled`' DESTINATION_IP=maybe "$lean" config/gateway.yaml
invalid protobuf_message REMOTE_WRITE_PROTOCOL=3.0 "$lean" config/gateway.yaml
invalid queue_size_mib REMOTE_WRITE_QUEUE_MIB=0 "$lean" config/gateway.yaml
invalid shutdown_timeout SHUTDOWN_TIMEOUT=0s "$lean" config/gateway.yaml
invalid flush_interval FLUSH_INTERVAL=0s "$lean" config/gateway.yaml
invalid 'got "15sec"' FLUSH_INTERVAL=15sec "$lean" config/gateway.yaml
invalid 'got "100k"' MAX_SERIES=100k "$lean" config/gateway.yaml
invalid 'got "1k"' DESTINATION_IP_LIMIT=1k "$lean" config/gateway.yaml
invalid 'got "1G"' MEMORY_LIMIT_MIB=1G "$lean" config/gateway.yaml
invalid 'got "localhost:9090"' REMOTE_WRITE_ENDPOINT=localhost:9090 "$lean" config/gateway.yaml
invalid 'got "http://localhost:9090"' REMOTE_WRITE_ENDPOINT=http://localhost:9090 "$lean" config/gateway.yaml
invalid 'got "4317"' OTLP_GRPC_ENDPOINT=4317 "$lean" config/gateway.yaml
invalid '`processors::memory_limiter::limit_mib` (512), got 1024' IN_FLIGHT_MIB=1024 "$lean" config/gateway.yaml
invalid file_storage "$lean" config/gateway.yaml config/storage.yaml config/diagnostics.yaml
invalid "which others can reach" PAGE_ENDPOINT=0.0.0.0:8686 "$lean" config/gateway.yaml
invalid peers::endpoint PAGE_PEERS_ENDPOINT=page.example "$lean" config/gateway.yaml config/storage.yaml config/page.yaml
invalid max_rows EGRESS_MAX_ROWS=10 "$lean" config/gateway.yaml
invalid in_flight_mib IN_FLIGHT_MIB=1 "$lean" config/gateway.yaml
invalid reload_interval TLS_RELOAD_INTERVAL=often "$lean" config/gateway.yaml config/mtls.yaml
invalid start_at START_AT=middle "$lean" config/gateway.yaml config/node.yaml
invalid k8s_attributes "$lean" config/gateway.yaml config/kubernetes.yaml
invalid max_connection_age ALS_MAX_CONNECTION_AGE=half "$lean" config/gateway.yaml

# A variable that is almost one of ours is told, and nothing is refused.
said=$(env DESTINATION_IPS=true "$lean" validate --config config/gateway.yaml 2>&1)
grep -q 'DESTINATION_IPS .*DESTINATION_IP?' <<<"$said" || {
	printf 'DESTINATION_IPS is not told:\n%s\n' "$said"
	exit 1
}
# Rows without a destination are told, too.
said=$(env DESTINATION_HOST=off "$lean" validate --config config/gateway.yaml 2>&1)
grep -q 'destination_host::enabled' <<<"$said" || {
	printf 'DESTINATION_HOST=off is not told:\n%s\n' "$said"
	exit 1
}
said=$(env -i "$lean" validate --config config/gateway.yaml 2>&1)
[ -z "$said" ] || {
	printf 'a right configuration is not silent:\n%s\n' "$said"
	exit 1
}
