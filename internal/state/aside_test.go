// SPDX-License-Identifier: Apache-2.0

package state

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// What is of another owner or damaged is set aside, and the log that begins then
// comes back.
func TestAside(t *testing.T) {
	flip := func(key string) func(*storagetest.Disk) {
		return func(d *storagetest.Disk) {
			b := []byte(string(d.Get(key)))
			b[0] ^= 1
			d.Set(key, b)
		}
	}
	for name, test := range map[string]struct {
		damage func(*storagetest.Disk)
		owner  Owner
		want   Aside
	}{
		"another version":  {nil, Owner{"2", owner.Instance, owner.Settings}, Aside{OtherVersion, "1.1"}},
		"another instance": {nil, Owner{"1", "gateway-1", owner.Settings}, Aside{OtherInstance, "gateway-0"}},
		"other settings":   {nil, Owner{"1", owner.Instance, "others"}, Aside{OtherSettings, "buckets"}},
		"value damaged":    {flip("1.1/2"), owner, Aside{Damaged, "value 2: stored bytes are damaged"}},
		"value of another key": {
			func(d *storagetest.Disk) { d.Set("1.1/2", d.Get("1.1/1")) },
			owner,
			Aside{Damaged, "value 2: stored bytes are damaged"},
		},
		"value cut": {
			func(d *storagetest.Disk) { d.Set("1.1/3", d.Get("1.1/3")[:3]) },
			owner,
			Aside{Damaged, "value 3: stored bytes are damaged"},
		},
		"value missing": {
			func(d *storagetest.Disk) { d.Remove("1.1/2") },
			owner,
			Aside{Damaged, "value 2 of 1 to 3 is missing"},
		},
		"head damaged": {flip("1.1/head"), owner, Aside{Damaged, "its head"}},
		"head empty":   {func(d *storagetest.Disk) { d.Set("1.1/head", []byte{}) }, owner, Aside{Damaged, "its head"}},
	} {
		t.Run(name, func(t *testing.T) {
			disk := storagetest.NewDisk()
			l, _ := open(t, disk.Client())
			appendAll(t, l, "a", "b", "c")
			disk = disk.Crash()
			if test.damage != nil {
				test.damage(disk)
			}
			l, _, aside := openAs(t, disk.Client(), test.owner)
			assert.Equal(t, test.want, aside)
			assert.True(t, l.Whole())
			appendAll(t, l, "z")
			_, values, aside := openAs(t, disk.Crash().Client(), test.owner)
			assert.Equal(t, Aside{}, aside)
			assert.Equal(t, []string{"z"}, values)
		})
	}
}

// One log at most is kept aside.
func TestAsideIsBounded(t *testing.T) {
	disk := storagetest.NewDisk()
	for _, instance := range []string{"a", "b", "c", "d", "e"} {
		disk = disk.Crash()
		l, _, _ := openAs(t, disk.Client(), Owner{"1", instance, ""})
		appendAll(t, l, "1", "2", "3")
		assert.LessOrEqual(t, len(disk.Keys()), 2+3+3, "%v", disk.Keys())
	}
}

// Two versions take turns. What the first one left is not used once the second one
// was there.
func TestBackAndForth(t *testing.T) {
	older, newer := Owner{Version: "1"}, Owner{Version: "2"}
	disk := storagetest.NewDisk()
	l, _, aside := openAs(t, disk.Client(), newer)
	require.Empty(t, aside)
	appendAll(t, l, "new")
	disk = disk.Crash()
	l, values, aside := openAs(t, disk.Client(), older)
	assert.Equal(t, Aside{OtherVersion, "1.2"}, aside)
	assert.Empty(t, values)
	appendAll(t, l, "old")
	disk = disk.Crash()
	l, values, aside = openAs(t, disk.Client(), newer)
	assert.Equal(t, Aside{OtherVersion, "1.1"}, aside)
	assert.Empty(t, values)
	appendAll(t, l, "newer")
	_, values, aside = openAs(t, disk.Crash().Client(), newer)
	assert.Empty(t, aside)
	assert.Equal(t, []string{"newer"}, values)
}

// A version that wrote nothing has changed nothing.
func TestAnotherVersionThatOnlyLooked(t *testing.T) {
	disk := storagetest.NewDisk()
	l, _, _ := openAs(t, disk.Client(), Owner{Version: "2"})
	appendAll(t, l, "new")
	disk = disk.Crash()
	openAs(t, disk.Client(), Owner{Version: "1"})
	_, values, aside := openAs(t, disk.Crash().Client(), Owner{Version: "2"})
	assert.Empty(t, aside)
	assert.Equal(t, []string{"new"}, values)
}

type unreadable struct{ storage.Client }

func (unreadable) Batch(context.Context, ...*storage.Operation) error { return errors.New("I/O error") }

func TestStorageThatCannotBeRead(t *testing.T) {
	_, _, err := Open(t.Context(), unreadable{}, owner, nil)
	assert.ErrorContains(t, err, "I/O error")
}
