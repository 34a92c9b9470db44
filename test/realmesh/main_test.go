// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"os"
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

func TestMain(m *testing.M) {
	os.Exit(netns.Sandboxed(m.Run))
}
