// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunServesUntilItIsEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said, says := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, says, "127.0.0.1:0", t.TempDir()) }()
	line, err := bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	base, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	require.True(t, found, line)
	resp, err := http.Get(base + "/-/ready")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	cancel()
	require.NoError(t, <-ended)
}

func TestRunReportsErrors(t *testing.T) {
	require.Error(t, run(t.Context(), io.Discard, "no address", t.TempDir()))
}
