// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// fetchProfile writes the gateway's CPU profile over a time, then all that it
// has allocated, to NAME.cpu.pprof and NAME.allocs.pprof.
func fetchProfile(ctx context.Context, o options, c cell, d time.Duration) error {
	seconds := max(1, int(d.Seconds()))
	base := "http://" + o.pprofEndpoint + "/debug/pprof/"
	if err := download(ctx, fmt.Sprintf("%sprofile?seconds=%d", base, seconds), filepath.Join(o.profile, c.name()+".cpu.pprof")); err != nil {
		return err
	}
	return download(ctx, base+"allocs", filepath.Join(o.profile, c.name()+".allocs.pprof"))
}

func download(ctx context.Context, url, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, resp.Body); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
