// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
)

const (
	defaultQueueSize    = 1000
	defaultQueueSizeMiB = 64
	defaultNumConsumers = 5
)

// QueueConfig holds the settings of the queue. Its keys are those of the
// Collector's sending_queue where they mean the same.
type QueueConfig struct {
	// QueueSize is the most flushes in the queue, with the one that is being sent.
	// At least 2.
	QueueSize int `mapstructure:"queue_size"`
	// QueueSizeMiB is the most MiB of requests in the queue, as they are sent. The
	// newest flush and the one that is being sent stay even if they are larger.
	QueueSizeMiB int `mapstructure:"queue_size_mib"`
	// NumConsumers is how many requests of one flush are sent in parallel.
	NumConsumers int `mapstructure:"num_consumers"`
	// StorageID is a storage extension that keeps the queue. Without one the
	// queue is in memory.
	StorageID *component.ID `mapstructure:"storage"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate checks the limits.
func (c *QueueConfig) Validate() error {
	var errs error
	if c.QueueSize < 2 {
		errs = errors.Join(errs, fmt.Errorf("`queue_size` must be at least 2, the flush that is being sent and the next, got %d", c.QueueSize))
	}
	if c.QueueSizeMiB < 1 {
		errs = errors.Join(errs, fmt.Errorf("`queue_size_mib` must be positive, got %d", c.QueueSizeMiB))
	}
	if c.NumConsumers < 1 {
		errs = errors.Join(errs, fmt.Errorf("`num_consumers` must be positive, got %d", c.NumConsumers))
	}
	return errs
}

func (c *QueueConfig) limits() queue.Limits {
	return queue.Limits{Flushes: c.QueueSize, Bytes: int64(c.QueueSizeMiB) << 20}
}

func defaultQueueConfig() QueueConfig {
	return QueueConfig{QueueSize: defaultQueueSize, QueueSizeMiB: defaultQueueSizeMiB, NumConsumers: defaultNumConsumers}
}
